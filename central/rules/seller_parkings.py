"""Parkings sold by telephone: their price by the tariff in force, and what may change while they run.

The theory. A parking is said as a whole each time: the plate, the place, when it was bought, how many units of the regime were
bought by now, what all of them cost together, and when its driver stopped it, if he did. So to extend it is to say more units,
to stop it is to say when, and to say the same again changes nothing. On the progressive grid the price of all units does not
depend on how they were cut into purchases, so each message can be checked to the cent by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from firmware.domain.errors import FieldError
from firmware.domain.rate_key import RateKey
from firmware.tariff import Quote, Tariffs, quote
from firmware.tariff.offer import NotSold, Refusal

FIXED = ("plate", "zone", "sector", "regime", "vehicle", "bought_at")
"""What a parking keeps, whatever becomes of it."""
_BLAMED = {
    Refusal.UNKNOWN_ZONE: "zone",
    Refusal.UNKNOWN_REGIME: "regime",
    Refusal.UNKNOWN_VEHICLE: "vehicle",
    Refusal.PARKS_FREE: "vehicle",
    Refusal.NOT_THIS_VEHICLE: "vehicle",
    Refusal.NO_TARIFF: "bought_at",
}


@dataclass(frozen=True, kw_only=True)
class SellerParking:
    """A parking as its seller says it is by now."""

    plate: str
    """Normalised; empty once it was deleted."""
    zone: int
    """Tariff zone."""
    sector: str
    regime: str
    vehicle: str
    bought_at: datetime
    """When it began to be sold; aware."""
    units: int
    """Quarters, hours or days bought by now, all together: the regime's unit."""
    cents: int
    """What all of them cost."""
    stopped_at: datetime | None = None
    """When its driver ended it; None: he did not."""


def priced(tariffs: Tariffs, said: SellerParking) -> Quote:
    """The offer that a parking is, by the tariffs in force when it was bought.

    Raises FieldError naming the member: for what no machine would sell, for another price, for a stop outside of it.
    """
    offer = quote(tariffs, RateKey(said.zone, said.regime, said.vehicle), said.bought_at, said.units)
    if isinstance(offer, NotSold):
        raise FieldError(_BLAMED.get(offer.reason, "units"), f"{offer.reason.value}: {offer.detail}")
    if offer.cents != said.cents:
        raise FieldError("cents", f"tariff {offer.tariff} asks {offer.cents} for {said.units} {offer.unit}s, not {said.cents}")
    if said.stopped_at and not said.bought_at < said.stopped_at <= offer.end:
        raise FieldError("stopped_at", f"must lie after bought_at, and not after the end, {offer.end.isoformat()}")
    return offer


def standing_against(before: SellerParking, end: datetime, said: SellerParking, at: datetime) -> FieldError | None:
    """The member that stands against saying a parking in this way, where something else was said before.

    `end`: of what was said before; `at`: when the driver did what is said now.
    """
    other = [each.name for each in fields(said) if getattr(said, each.name) != getattr(before, each.name)]
    fixed = [name for name in other if name in FIXED]
    if fixed:
        return FieldError(fixed[0], "is another one than was said before; a parking keeps it")
    if other and (before.stopped_at or at >= end):
        return FieldError(other[0], f"is another one, and the parking ended at {end.isoformat()}")
    if said.stopped_at is None and said.units < before.units:
        return FieldError("units", f"{before.units} were said before: there may be less only once it is stopped")
    if said.stopped_at and said.units > before.units:
        return FieldError("units", f"{before.units} were said before: a parking that is stopped has no more")
    return None
