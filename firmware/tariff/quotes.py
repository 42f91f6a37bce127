"""Quotes: what a purchase costs, line by line, and until when; or why it is not sold.

Every regime is the same mechanism with other data: a grid of priced units, and a clock that says how a unit of time runs. The
version in force when the stay's paid period *starts* prices all of it. Nothing is guessed: what the file does not say is
refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from firmware.domain.rate_key import RateKey
from firmware.tariff import wording
from firmware.tariff.calendar import Calendar
from firmware.tariff.clocks import end, ends
from firmware.tariff.grid import Grid
from firmware.tariff.offer import NotSold, Quote, Refusal
from firmware.tariff.stay import NEW_STAY, Stay
from firmware.tariff.tariffs import RateTable, Tariffs


class _Terms(Struct, frozen=True):
    """What applies to a purchase before its length is known."""

    start: datetime
    tariff: str
    """The rate table's name."""
    last_day: date | None
    """Its own."""
    grid: Grid
    notes: tuple[str, ...]


def quote(tariffs: Tariffs, key: RateKey, at: datetime, units: int, stay: Stay = NEW_STAY) -> Quote | NotSold:
    """The price of `units` more (in the regime's own unit), bought at `at` (aware), in continuation of `stay`.

    The rate table in force at the stay's first paid minute prices it. Raises ValueError for a naive `at` and for a stay that
    has reached less than nothing.
    """
    terms = _terms(tariffs, key, at, stay)
    if isinstance(terms, NotSold):
        return terms
    grid, reached = terms.grid, stay.reached
    if units < 1:
        return NotSold(Refusal.NO_TIME, f"{units} units")
    if units > _left(grid, reached):
        return NotSold(Refusal.PAST_MAXIMUM, f"{reached} + {units} {grid.unit}s; the maximum is {grid.maximum_units}")
    if not grid.sells(units):
        sold = " or ".join(map(str, grid.lengths))
        return NotSold(Refusal.NOT_THIS_LENGTH, f"{units} {grid.unit}s; tariff {terms.tariff} sells {sold}")
    cents = grid.cents(reached, units)
    until = end(tariffs.calendar, grid.clock, grid.unit, terms.start, grid.moved[reached + units] - grid.moved[reached])
    if not tariffs.calendar.knows(until):
        return unlisted(tariffs, until)
    return _offer(terms, reached, units, until, cents)


def ladder(tariffs: Tariffs, key: RateKey, at: datetime, stay: Stay = NEW_STAY) -> tuple[Quote, ...]:
    """Every purchase possible at `at`, shortest first: `quote` for 1, 2… units. Empty where `quote` of 1 says why."""
    terms = _terms(tariffs, key, at, stay)
    return () if isinstance(terms, NotSold) else _ladder(tariffs.calendar, terms, stay.reached)


@lru_cache(maxsize=16)
def _ladder(calendar: Calendar, terms: _Terms, reached: int) -> tuple[Quote, ...]:
    """Remembered: a screen asks for the same ladder several times in the minute that begins its stays."""
    return tuple(_steps(calendar, terms, reached))


def _steps(calendar: Calendar, terms: _Terms, reached: int) -> Iterator[Quote]:
    grid = terms.grid
    left = _left(grid, reached)
    first = grid.moved[grid.maximum_units - left]
    running = ends(calendar, grid.clock, grid.unit, terms.start)
    until = (terms.start, *islice(running, grid.moved[-1] - first))
    all_known = calendar.knows(until[-1])
    for units in filter(grid.sells, range(1, left + 1)):
        then = until[grid.moved[reached + units] - first]
        if not (all_known or calendar.knows(then)):
            return
        yield _offer(terms, reached, units, then, grid.cents(reached, units))


def _left(grid: Grid, reached: int) -> int:
    """How many units the maximum stay still has. Raises ValueError below 0."""
    if reached < 0:
        raise ValueError(f"{reached} units: a stay has reached 0 or more")
    return max(0, grid.maximum_units - reached)


def scale(tariffs: Tariffs, key: RateKey, at: datetime) -> tuple[tuple[int, int], ...]:
    """The price scale for a purchase at `at`: (whole hours or days, cents for so many). Empty where nothing is sold."""
    terms = _terms(tariffs, key, at)
    return () if isinstance(terms, NotSold) else terms.grid.scale()


def fps_cents(tariffs: Tariffs, zone: int, at: datetime, vehicle: str = "car") -> int | None:
    """The full post-parking charge that goes with a purchase at `at`; None where there is none (2015–2017: a penal fine)."""
    terms = _terms(tariffs, RateKey(zone, vehicle=vehicle), at)
    return None if isinstance(terms, NotSold) else terms.grid.fps_cents


def grid_at(tariffs: Tariffs, key: RateKey, at: datetime) -> tuple[RateTable, Grid] | NotSold:
    """The rate table in force on the day of `at`, and its grid for this key."""
    if key.zone not in tariffs.zones:
        return NotSold(Refusal.UNKNOWN_ZONE, f"zone {key.zone}; there are {sorted(tariffs.zones)}")
    if not tariffs.calendar.knows(at):
        return unlisted(tariffs, at)
    table = tariffs.version_at(at)
    if table is None:
        return NotSold(Refusal.NO_TARIFF, f"no rate table yet on {at:%Y-%m-%d}")
    grid = table.grids.get(key)
    return _unknown(tariffs, table, key) if grid is None else (table, grid)


def _terms(tariffs: Tariffs, key: RateKey, at: datetime, stay: Stay = NEW_STAY) -> _Terms | NotSold:
    if not tariffs.calendar.knows(at):
        return unlisted(tariffs, at)
    asked = tariffs.next_minute(at if stay.end is None else max(at, stay.end))
    start = tariffs.calendar.first_paid(asked)
    found = grid_at(tariffs, key, start if stay.begun is None else stay.begun)
    if isinstance(found, NotSold):
        return found
    table, grid = found
    free = (wording.free_before(start),) if asked < start else ()
    return _Terms(start, table.name, table.last_day, grid, free + grid.notes)


def unlisted(tariffs: Tariffs, at: datetime) -> NotSold:
    """The refusal of an instant around which no holidays are listed."""
    calendar = tariffs.calendar
    return NotSold(Refusal.NO_TARIFF, f"{at.isoformat()} is outside the calendar, {calendar.first_day} to {calendar.last_day}")


def _unknown(tariffs: Tariffs, table: RateTable, key: RateKey) -> NotSold:
    regime, vehicle = key.regime, key.vehicle
    if all(regime != known.regime for known in table.grids):
        return NotSold(Refusal.UNKNOWN_REGIME, f"tariff {table.name} does not know the regime {regime!r}")
    if any(vehicle == known.vehicle for known in table.grids):
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
        tariff=terms.tariff,
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
    over = terms.last_day
    later = (wording.later_version(over + timedelta(days=1)),) if over is not None and last > over else ()
    return terms.notes + _crossed(terms.grid, (last - first).days, units) + later


def _crossed(grid: Grid, days: int, units: int) -> tuple[str, ...]:
    """The free time a purchase runs through: every night for paid minutes, only whole days for payable ones."""
    if grid.clock == "paid_minutes":
        return (wording.FREE_HOURS_CROSSED,)
    return (wording.FREE_DAYS_CROSSED,) if grid.clock == "payable_days" and days > units else ()
