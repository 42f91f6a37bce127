"""One planted defect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Defect:
    """One change of the source, the smallest a tired person could make."""

    what: str
    """What is then wrong, in words."""
    file: str
    """The source it is planted in, from the root."""
    old: str
    """Stands exactly once in the file; in Python, however its lines are wrapped."""
    new: str
    test: str
    """`file::function`, from the root: the one that exists to see it, not any that happens to fall over."""
