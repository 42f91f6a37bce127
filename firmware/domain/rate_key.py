"""What decides which prices apply to a purchase: its tariff zone, its regime and its class of vehicle."""

from __future__ import annotations

from typing import NamedTuple


class RateKey(NamedTuple):
    """Names one grid of prices within a rate table."""

    zone: int
    """Tariff zone, 1 or 2."""
    regime: str = "visitor"
    vehicle: str = "car"
