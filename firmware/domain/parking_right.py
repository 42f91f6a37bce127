"""The parking right: what a motorist buys."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from firmware.domain.rate_key import RateKey


class ParkingRight(Struct, frozen=True):
    """A plate's right to park in a zone from `start` to `end`.

    The same value is first an offer (in `PaymentStarted`), then sold (in `RightSold`) or in doubt (in `InDoubt`): what was
    charged and what was granted cannot differ.
    """

    reference: str
    """Printed and said to people: station and sale number, `75011-0042-000813`."""
    plate: str
    """Upper case, no spaces or dashes, 1 to 10 characters."""
    zone: int
    """Tariff zone, 1 or 2."""
    sector: str
    """Where it was bought, such as `11D`."""
    regime: str
    """`visitor`, …"""
    vehicle: str
    """`car`, …"""
    start: datetime
    """Aware. The first paid minute."""
    end: datetime
    """Aware. The right covers every instant before it."""
    units: int
    """How many quarters of an hour, hours or days were bought: the regime's unit."""
    cents: int
    """What was asked of the bank; 0 for a free right."""
    tariff: str
    """The version of the tariff that priced it, such as `2021-08-01`."""
    unit: str = "quarter"
    """`quarter`, `hour` or `day`."""
    reached: int = 0
    """Units this stay had bought before: a purchase that continues one goes on on the progressive grid."""
    begun: datetime | None = None
    """The first paid minute of the stay it continues; None where it begins one."""

    @property
    def rate_key(self) -> RateKey:
        """The prices that apply to it."""
        return RateKey(self.zone, self.regime, self.vehicle)

    @property
    def stay_begun(self) -> datetime:
        """The first paid minute of the whole stay: the rate table in force then prices it."""
        return self.begun or self.start
