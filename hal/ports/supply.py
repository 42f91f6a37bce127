"""Power supply and temperature readings of the computer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Supply:
    """Power supply and temperature of the computer; None for what it does not report."""

    under_voltage: bool | None = None
    throttled: bool | None = None
    """Whether it has slowed itself down since the start."""
    celsius: int | None = None
