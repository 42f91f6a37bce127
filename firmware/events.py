"""What the visit is told. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass

from hal import ports


@dataclass(frozen=True)
class TimedOut:
    """The current screen has been up for as long as its patience."""


Event = ports.Event | TimedOut
"""Everything a screen can be told: what hardware says, and that time is up."""
