"""What parking costs, why, and until when; or why it is not sold. Knows no clock, no wire, no disk.

The version in force when the paid period *starts* prices the whole purchase. Nothing is guessed: what the file does not
say is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from firmware.tariff.grid import Grid, QuoteLine
from firmware.tariff.tariffs import RateTable, Tariffs


class Refusal(Enum):
    """Why nothing is sold; the value is what other programs read."""

    NO_TIME = "no time asked for"
    UNKNOWN_ZONE = "unknown zone"
    UNKNOWN_REGIME = "unknown regime"
    UNKNOWN_VEHICLE = "unknown vehicle class"
    NO_TARIFF = "no tariff in force"
    """Before the first rate table, or after the last day whose holidays are listed."""
    PAST_MAXIMUM = "past the maximum stay"


@dataclass(frozen=True)
class Quote:
    """An offer. What is shown, charged, granted and printed are this one value."""

    start: datetime
    """Aware, Europe/Paris. The first paid minute."""
    end: datetime
    """Aware, Europe/Paris. Every instant before it is paid for."""
    cents: int
    tariff: str
    """The name of the rate table that priced it, such as "2021-08-01"."""
    zone: int
    vehicle: str
    regime: str
    units: int
    """Quarters of an hour bought now."""
    lines: tuple[QuoteLine, ...]
    """One for each hour of the stay the purchase touches; they add up to `cents`."""


@dataclass(frozen=True)
class NotSold:
    """Nothing is sold, and why."""

    reason: Refusal
    detail: str
    """English, for people who write programs or tariffs; a motorist reads a sentence of the screens."""


@dataclass(frozen=True)
class _Terms:
    """What applies to a purchase before its length is known."""

    start: datetime
    table: RateTable
    grid: Grid


def quote(
    tariffs: Tariffs,
    zone: int,
    at: datetime,
    quarters: int,
    *,
    vehicle: str = "car",
    regime: str = "visitor",
    reached: int = 0,
) -> Quote | NotSold:
    """The price of `quarters` more, bought at `at` (aware) by a stay that has `reached` quarters behind it.

    Raises ValueError for a naive `at` or a negative `reached`.
    """
    terms = _terms(tariffs, zone, at, vehicle, regime)
    if isinstance(terms, NotSold):
        return terms
    if quarters < 1:
        return NotSold(Refusal.NO_TIME, f"{quarters} quarters of an hour")
    if reached + quarters > terms.grid.maximum_units:
        return NotSold(Refusal.PAST_MAXIMUM, f"{reached} + {quarters} quarters; the maximum is {terms.grid.maximum_units}")
    end = tariffs.calendar.advance(terms.start, quarters * terms.grid.unit_minutes)
    if not tariffs.calendar.knows(end):
        return _unlisted(tariffs, end)
    return _priced(terms, reached, quarters, end)


def ladder(
    tariffs: Tariffs,
    zone: int,
    at: datetime,
    *,
    vehicle: str = "car",
    regime: str = "visitor",
    reached: int = 0,
) -> tuple[Quote, ...]:
    """Every purchase possible now, shortest first: `quote` for 1, 2… quarters. Empty where `quote` of 1 says why."""
    terms = _terms(tariffs, zone, at, vehicle, regime)
    return () if isinstance(terms, NotSold) else tuple(_steps(tariffs, terms, reached))


def _steps(tariffs: Tariffs, terms: _Terms, reached: int) -> Iterator[Quote]:
    ends = tariffs.calendar.steps(terms.start, terms.grid.unit_minutes)
    for quarters, end in zip(range(1, terms.grid.maximum_units - reached + 1), ends, strict=False):
        if not tariffs.calendar.knows(end):
            return
        yield _priced(terms, reached, quarters, end)


def scale(
    tariffs: Tariffs, zone: int, at: datetime, *, vehicle: str = "car", regime: str = "visitor"
) -> tuple[tuple[int, int], ...]:
    """The price scale for a purchase at `at`: (whole hours, cents for a stay of so many). Empty where nothing is sold."""
    terms = _terms(tariffs, zone, at, vehicle, regime)
    if isinstance(terms, NotSold):
        return ()
    grid = terms.grid
    return tuple((units // grid.units_per_hour, grid.cumulated[units]) for units in _whole_hours(grid))


def _whole_hours(grid: Grid) -> range:
    return range(grid.units_per_hour, grid.maximum_units + 1, grid.units_per_hour)


def fps_cents(tariffs: Tariffs, zone: int, at: datetime, *, vehicle: str = "car") -> int | None:
    """The full post-parking charge that goes with a purchase at `at`; None where there is none (2015–2017: a penal fine)."""
    terms = _terms(tariffs, zone, at, vehicle, "visitor")
    return None if isinstance(terms, NotSold) else terms.grid.fps_cents


def _terms(tariffs: Tariffs, zone: int, at: datetime, vehicle: str, regime: str) -> _Terms | NotSold:
    if zone not in tariffs.zones:
        return NotSold(Refusal.UNKNOWN_ZONE, f"zone {zone}; there are {sorted(tariffs.zones)}")
    if not tariffs.calendar.knows(at):
        return _unlisted(tariffs, at)
    start = tariffs.start(at)
    table = tariffs.version_at(start)
    if table is None:
        return NotSold(Refusal.NO_TARIFF, f"no rate table yet on {start:%Y-%m-%d}")
    grid = table.grids.get((regime, vehicle, zone))
    return _unknown(table, regime, vehicle) if grid is None else _Terms(start, table, grid)


def _unlisted(tariffs: Tariffs, at: datetime) -> NotSold:
    calendar = tariffs.calendar
    return NotSold(Refusal.NO_TARIFF, f"{at.isoformat()} is outside the calendar, {calendar.first_day} to {calendar.last_day}")


def _unknown(table: RateTable, regime: str, vehicle: str) -> NotSold:
    if all(regime != known for known, _, _ in table.grids):
        return NotSold(Refusal.UNKNOWN_REGIME, f"tariff {table.name} does not know the regime {regime!r}")
    return NotSold(Refusal.UNKNOWN_VEHICLE, f"tariff {table.name} does not know the vehicle class {vehicle!r}")


def _priced(terms: _Terms, reached: int, quarters: int, end: datetime) -> Quote:
    grid = terms.grid
    return Quote(
        start=terms.start,
        end=end,
        cents=grid.cents(reached, quarters),
        tariff=terms.table.name,
        zone=grid.zone,
        vehicle=grid.vehicle,
        regime=grid.regime,
        units=quarters,
        lines=grid.lines(reached, quarters),
    )
