"""Who wants to park here, and how: everything a price depends on but the length."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Purchase:
    """A plate, the regime it parks under, and its class of vehicle."""

    plate: str
    regime: str = "visitor"
    vehicle: str = "car"
