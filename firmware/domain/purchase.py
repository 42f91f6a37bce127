"""A purchase before its length is chosen: plate, regime and class of vehicle."""

from __future__ import annotations

from msgspec import Struct

from firmware.domain.rate_key import RateKey


class Purchase(Struct, frozen=True):
    """Who wants to park, under which regime, with which class of vehicle."""

    plate: str
    regime: str = "visitor"
    vehicle: str = "car"

    def rate_key(self, zone: int) -> RateKey:
        """The prices that apply to it in this tariff zone."""
        return RateKey(zone, self.regime, self.vehicle)
