"""Who wants to park here, and how: everything a price depends on but the length. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Purchase:
    """A plate, the regime it parks under, and its class of vehicle."""

    plate: str
    regime: str = "visitor"
    vehicle: str = "car"
