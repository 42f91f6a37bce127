"""What parking costs, why, and until when; or why it is not sold.

Every regime is the same mechanism with other data: a grid of priced units, and a clock that says how a unit of time runs. The
version in force when the stay's paid period *starts* prices all of it. Nothing is guessed: what the file does not say is
refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice

from firmware.tariff import wording
from firmware.tariff.clocks import end, ends
from firmware.tariff.file import TimeUnit
from firmware.tariff.grid import Grid, QuoteLine
from firmware.tariff.tariffs import RateTable, Tariffs


class Refusal(Enum):
    """Why nothing is sold; the value is what other programs read."""

    NO_TIME = "no time asked for"
    UNKNOWN_ZONE = "unknown zone"
    UNKNOWN_REGIME = "unknown regime"
    UNKNOWN_VEHICLE = "unknown vehicle class"
    """Nobody knows the class, or the version in force does not yet."""
    PARKS_FREE = "vehicle class parks free"
    """The version in force asks nothing of it: two-wheelers until 31 August 2022."""
    NOT_THIS_VEHICLE = "regime not open to this vehicle class"
    NO_TARIFF = "no tariff in force"
    """Before the first rate table, or after the last day whose holidays are listed."""
    PAST_MAXIMUM = "past the maximum stay"
    WRONG_UNIT = "not sold by that unit"
    NO_FPS = "no post-parking charge"
    """Before 2018: a penal fine."""


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
    unit: TimeUnit
    units: int
    """How many quarters of an hour, hours or days are bought now."""
    lines: tuple[QuoteLine, ...]
    """One for each rate line the purchase touches; they add up to `cents`."""
    not_applied: tuple[str, ...]
    """What did not apply, and why, in French."""


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
    notes: tuple[str, ...]


def quote(
    tariffs: Tariffs,
    zone: int,
    at: datetime,
    units: int,
    *,
    vehicle: str = "car",
    regime: str = "visitor",
    reached: int = 0,
    since: datetime | None = None,
    begun: datetime | None = None,
) -> Quote | NotSold:
    """The price of `units` more (in the regime's own unit), bought at `at` (aware).

    To continue a stay (see `Stay`): it has `reached` units behind it, is paid until `since`, and `begun` is its first paid
    minute, whose version prices it. Raises ValueError for a naive `at` or a negative `reached`.
    """
    terms = _terms(tariffs, zone, at, vehicle, regime, since, begun)
    if isinstance(terms, NotSold):
        return terms
    grid = terms.grid
    if units < 1:
        return NotSold(Refusal.NO_TIME, f"{units} units")
    if units > _left(grid, reached):
        return NotSold(Refusal.PAST_MAXIMUM, f"{reached} + {units} {grid.unit}s; the maximum is {grid.maximum_units}")
    cents = grid.cents(reached, units)
    until = end(tariffs.calendar, grid.clock, grid.unit, terms.start, grid.moved[reached + units] - grid.moved[reached])
    if not tariffs.calendar.knows(until):
        return _unlisted(tariffs, until)
    return _offer(terms, reached, units, until, cents)


def ladder(
    tariffs: Tariffs,
    zone: int,
    at: datetime,
    *,
    vehicle: str = "car",
    regime: str = "visitor",
    reached: int = 0,
    since: datetime | None = None,
    begun: datetime | None = None,
) -> tuple[Quote, ...]:
    """Every purchase possible now, shortest first: `quote` for 1, 2… units. Empty where `quote` of 1 says why."""
    terms = _terms(tariffs, zone, at, vehicle, regime, since, begun)
    return () if isinstance(terms, NotSold) else tuple(_steps(tariffs, terms, reached))


def _steps(tariffs: Tariffs, terms: _Terms, reached: int) -> Iterator[Quote]:
    grid = terms.grid
    left = _left(grid, reached)
    first = grid.moved[grid.maximum_units - left]
    running = ends(tariffs.calendar, grid.clock, grid.unit, terms.start)
    until = (terms.start, *islice(running, grid.moved[-1] - first))
    all_known = tariffs.calendar.knows(until[-1])
    for units in range(1, left + 1):
        then = until[grid.moved[reached + units] - first]
        if not (all_known or tariffs.calendar.knows(then)):
            return
        yield _offer(terms, reached, units, then, grid.cents(reached, units))


def _left(grid: Grid, reached: int) -> int:
    """How many units the maximum stay still has. Raises ValueError below 0."""
    if reached < 0:
        raise ValueError(f"{reached} units: a stay has reached 0 or more")
    return max(0, grid.maximum_units - reached)


def scale(
    tariffs: Tariffs, zone: int, at: datetime, *, vehicle: str = "car", regime: str = "visitor"
) -> tuple[tuple[int, int], ...]:
    """The price scale for a purchase at `at`: (whole hours or days, cents for so many). Empty where nothing is sold."""
    terms = _terms(tariffs, zone, at, vehicle, regime)
    return () if isinstance(terms, NotSold) else terms.grid.scale()


def fps_cents(tariffs: Tariffs, zone: int, at: datetime, *, vehicle: str = "car") -> int | None:
    """The full post-parking charge that goes with a purchase at `at`; None where there is none (2015–2017: a penal fine)."""
    terms = _terms(tariffs, zone, at, vehicle, "visitor")
    return None if isinstance(terms, NotSold) else terms.grid.fps_cents


def grid_at(tariffs: Tariffs, zone: int, day_of: datetime, *, vehicle: str, regime: str) -> tuple[RateTable, Grid] | NotSold:
    """The version in force on the day of `day_of`, and its grid for this regime, class and zone."""
    if zone not in tariffs.zones:
        return NotSold(Refusal.UNKNOWN_ZONE, f"zone {zone}; there are {sorted(tariffs.zones)}")
    if not tariffs.calendar.knows(day_of):
        return _unlisted(tariffs, day_of)
    table = tariffs.version_at(day_of)
    if table is None:
        return NotSold(Refusal.NO_TARIFF, f"no rate table yet on {day_of:%Y-%m-%d}")
    grid = table.grids.get((regime, vehicle, zone))
    return _unknown(tariffs, table, regime, vehicle) if grid is None else (table, grid)


def _terms(
    tariffs: Tariffs,
    zone: int,
    at: datetime,
    vehicle: str,
    regime: str,
    since: datetime | None = None,
    begun: datetime | None = None,
) -> _Terms | NotSold:
    if not tariffs.calendar.knows(at):
        return _unlisted(tariffs, at)
    asked = tariffs.next_minute(at if since is None else max(at, since))
    start = tariffs.calendar.first_paid(asked)
    found = grid_at(tariffs, zone, start if begun is None else begun, vehicle=vehicle, regime=regime)
    if isinstance(found, NotSold):
        return found
    table, grid = found
    free = (wording.free_before(start),) if asked < start else ()
    return _Terms(start, table, grid, free + grid.notes)


def _unlisted(tariffs: Tariffs, at: datetime) -> NotSold:
    calendar = tariffs.calendar
    return NotSold(Refusal.NO_TARIFF, f"{at.isoformat()} is outside the calendar, {calendar.first_day} to {calendar.last_day}")


def _unknown(tariffs: Tariffs, table: RateTable, regime: str, vehicle: str) -> NotSold:
    if all(regime != known for known, _, _ in table.grids):
        return NotSold(Refusal.UNKNOWN_REGIME, f"tariff {table.name} does not know the regime {regime!r}")
    if any(vehicle == known for _, known, _ in table.grids):
        return NotSold(Refusal.NOT_THIS_VEHICLE, f"in tariff {table.name}, {regime!r} is not for the class {vehicle!r}")
    if vehicle in tariffs.vehicles and tariffs.vehicles[vehicle].unpriced == "free":
        return NotSold(Refusal.PARKS_FREE, f"tariff {table.name} asks nothing of the vehicle class {vehicle!r}")
    return NotSold(Refusal.UNKNOWN_VEHICLE, f"tariff {table.name} does not know the vehicle class {vehicle!r}")


def _offer(terms: _Terms, reached: int, units: int, until: datetime, cents: int) -> Quote:
    grid = terms.grid
    return Quote(
        start=terms.start,
        end=until,
        cents=cents,
        tariff=terms.table.name,
        zone=grid.zone,
        vehicle=grid.vehicle,
        regime=grid.regime,
        unit=grid.unit,
        units=units,
        lines=grid.lines(reached, units),
        not_applied=_not_applied(terms, units, until),
    )


def _not_applied(terms: _Terms, units: int, until: datetime) -> tuple[str, ...]:
    last, first = until.date(), terms.start.date()
    if last == first:
        return terms.notes
    over = terms.table.last_day
    later = (wording.later_version(over + timedelta(days=1)),) if over is not None and last > over else ()
    return terms.notes + _crossed(terms.grid, (last - first).days, units) + later


def _crossed(grid: Grid, days: int, units: int) -> tuple[str, ...]:
    """The free time a purchase runs through: every night for paid minutes, only whole days for payable ones."""
    if grid.clock == "paid_minutes":
        return (wording.FREE_HOURS_CROSSED,)
    return (wording.FREE_DAYS_CROSSED,) if grid.clock == "payable_days" and days > units else ()
