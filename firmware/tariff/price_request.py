"""Price requests of other programs, and the answers as they travel in JSON.

`horodateur quote --json` and `POST /v1/quotes` both speak these words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firmware.domain.rate_key import RateKey
from firmware.tariff.clocks import MINUTES
from firmware.tariff.file import TimeUnit
from firmware.tariff.grid import QuoteLine
from firmware.tariff.offer import NotSold, Quote, Refusal
from firmware.tariff.quotes import quote
from firmware.tariff.stay import Stay
from firmware.tariff.tariffs import Tariffs

PLACES = ("zone", "arrondissement", "wood")
LENGTHS: dict[str, TimeUnit] = {"quarters": "quarter", "hours": "hour", "days": "day"}
"""The names a length goes by -> the unit it counts."""


@dataclass(frozen=True, kw_only=True)
class PriceRequest:
    """A purchase to price. Raises ValueError unless exactly one place and one length are given."""

    zone: int | None = None
    arrondissement: int | None = None
    wood: str | None = None
    """Boulogne or Vincennes."""
    at: datetime
    """When it is bought; aware."""
    quarters: int | None = None
    hours: int | None = None
    days: int | None = None
    vehicle: str = "car"
    regime: str = "visitor"
    reached: int = 0
    """Units, of the regime, that the stay has bought before: 0 or more."""

    def __post_init__(self) -> None:
        for names in (PLACES, LENGTHS):
            if sum(getattr(self, name) is not None for name in names) != 1:
                raise ValueError(f"give exactly one of {', '.join(names)}")


@dataclass(frozen=True)
class Priced:
    """A `Quote`, as other programs read it."""

    amount_cents: int
    start: datetime
    end: datetime
    tariff: str
    """The first day of the version that prices it."""
    zone: int
    vehicle: str
    regime: str
    unit: TimeUnit
    units: int
    lines: tuple[QuoteLine, ...]
    """They add up to the amount."""
    not_applied: tuple[str, ...]
    """What did not apply, and why, in French."""


@dataclass(frozen=True)
class QuoteRefused:
    """A `NotSold`, as other programs read it."""

    refused: str
    """The value of a `Refusal`."""
    detail: str


def price_of(tariffs: Tariffs, asked: PriceRequest) -> Quote | NotSold:
    """Price a request. Raises ValueError for a naive instant."""
    zone = _zone(tariffs, asked)
    if isinstance(zone, NotSold):
        return zone
    if asked.regime not in tariffs.regimes:
        return NotSold(Refusal.UNKNOWN_REGIME, f"{asked.regime!r}; there are {', '.join(tariffs.regimes)}")
    units = _units(tariffs, asked)
    if isinstance(units, NotSold):
        return units
    return quote(tariffs, RateKey(zone, asked.regime, asked.vehicle), asked.at, units, Stay(asked.reached))


def price_document(answer: Quote | NotSold) -> Priced | QuoteRefused:
    """The answer as a JSON document."""
    if isinstance(answer, NotSold):
        return QuoteRefused(answer.reason.value, answer.detail)
    return Priced(
        amount_cents=answer.cents,
        start=answer.start,
        end=answer.end,
        tariff=answer.tariff,
        zone=answer.zone,
        vehicle=answer.vehicle,
        regime=answer.regime,
        unit=answer.unit,
        units=answer.units,
        lines=answer.lines,
        not_applied=answer.not_applied,
    )


def _zone(tariffs: Tariffs, asked: PriceRequest) -> int | NotSold:
    match asked.zone, asked.arrondissement:
        case int(zone), _:
            return zone
        case _, int(number):
            found, place = tariffs.zone_of(number), f"an arrondissement {number}"
        case _:
            woods = {name.casefold(): zone for name, zone in tariffs.woods.items()}
            found, place = woods.get(str(asked.wood).casefold()), f"a wood {asked.wood!r}"
    return NotSold(Refusal.UNKNOWN_ZONE, f"no zone has {place}") if found is None else found


def _units(tariffs: Tariffs, asked: PriceRequest) -> int | NotSold:
    """The length asked for, in the regime's own unit."""
    counted = {"quarters": asked.quarters, "hours": asked.hours, "days": asked.days}
    [(name, count)] = [(name, count) for name, count in counted.items() if count is not None]
    own = tariffs.regimes[asked.regime].unit
    units, rest = divmod(count * MINUTES[LENGTHS[name]], MINUTES[own])
    if rest:
        return NotSold(Refusal.WRONG_UNIT, f"{count} {name}; {asked.regime} is sold by the whole {own}")
    return units
