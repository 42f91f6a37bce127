"""What the shape of a tariff file cannot say: no gap, no overlap, no contradiction. Knows no clock, no wire, no disk.

Every check yields complaints, a path in the file and a reason; a file without complaints prices every purchase of its calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from firmware.tariff.file import CalendarYears, FreeDay, Legal, PaidHours, RateLineCollection, RateTable, TariffFile, Zone

LANGUAGES = ("fr", "en")
ARRONDISSEMENTS = range(1, 21)


@dataclass(frozen=True)
class Complaint:
    """Something wrong, and where: `$.rate_tables[1].validity`."""

    where: str
    reason: str


def complaints(file: TariffFile) -> Iterator[Complaint]:
    """Everything wrong with a file of the right shape, from top to bottom."""
    yield from _time_zone(file.time_zone)
    if 60 % file.decisions.start_step_minutes:
        yield Complaint("$.decisions.start_step_minutes", f"{file.decisions.start_step_minutes} does not divide an hour")
    yield from _zones(file.zones)
    yield from _paid_hours(file.paid_hours)
    yield from _succession(file.rate_tables)
    for index, table in enumerate(file.rate_tables):
        yield from _rate_table(file, table, f"$.rate_tables[{index}].rate_line_collections")
    yield from _legal(file.legal)
    yield from _calendar(file.calendar)
    yield from _priced_days(file)


def _time_zone(name: str) -> Iterator[Complaint]:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield Complaint("$.time_zone", f"no time zone is called {name!r}")


def _zones(zones: tuple[Zone, ...]) -> Iterator[Complaint]:
    seen: set[int] = set()
    names: set[int] = set()
    for index, zone in enumerate(zones):
        if zone.zone in names:
            yield Complaint(f"$.zones[{index}].zone", f"zone {zone.zone} is described twice")
        names.add(zone.zone)
        for place, arrondissement in enumerate(zone.arrondissements):
            if arrondissement in seen:
                yield Complaint(
                    f"$.zones[{index}].arrondissements[{place}]", f"arrondissement {arrondissement} is in two zones"
                )
            seen.add(arrondissement)
    missing = sorted(set(ARRONDISSEMENTS) - seen)
    if missing:
        yield Complaint("$.zones", f"no zone has the arrondissements {missing}")


def _paid_hours(hours: PaidHours) -> Iterator[Complaint]:
    if hours.opens >= hours.closes:
        yield Complaint("$.paid_hours.closes", f"{hours.closes} is not after the opening, {hours.opens}")
    if len(set(hours.weekdays)) != len(hours.weekdays):
        yield Complaint("$.paid_hours.weekdays", "a day is listed twice")


def _succession(tables: tuple[RateTable, ...]) -> Iterator[Complaint]:
    """Each table begins the day after the one before it ends, and only the last one has no end."""
    for index, (table, following) in enumerate(pairwise(tables)):
        where = f"$.rate_tables[{index}].validity.last_day"
        last, first = table.validity.last_day, following.validity.first_day
        if last is None:
            yield Complaint(where, f"null, but another table begins on {first}")
        elif last < table.validity.first_day:
            yield Complaint(where, f"{last} is before its own first day, {table.validity.first_day}")
        elif first > last + timedelta(days=1):
            yield Complaint(where, f"a gap: nothing is in force between {last} and {first}")
        elif first <= last:
            yield Complaint(where, f"an overlap: the next table begins on {first}, before {last} is over")
    if tables[-1].validity.last_day is not None:
        yield Complaint(f"$.rate_tables[{len(tables) - 1}].validity.last_day", "the newest table must have no last day: null")


def _rate_table(file: TariffFile, table: RateTable, where: str) -> Iterator[Complaint]:
    """Every zone has a price for every regime and class the table knows, once."""
    zones = {zone.zone for zone in file.zones}
    seen: set[tuple[str, str, int]] = set()
    for index, collection in enumerate(table.rate_line_collections):
        key = (collection.regime, collection.vehicle, collection.zone)
        if collection.zone not in zones:
            yield Complaint(f"{where}[{index}].zone", f"zone {collection.zone} is not described in $.zones")
        if key in seen:
            yield Complaint(f"{where}[{index}]", f"an overlap: {key} is priced twice")
        seen.add(key)
        yield from _collection(collection, f"{where}[{index}]", file.decisions.rounding is not None)
    for regime, vehicle in sorted({key[:2] for key in seen}):
        for zone in sorted(zone for zone in zones if (regime, vehicle, zone) not in seen):
            yield Complaint(where, f"a gap: no price for {regime}, {vehicle} in zone {zone}")


def _collection(collection: RateLineCollection, where: str, rounds: bool) -> Iterator[Complaint]:
    unit, lines = collection.unit_minutes, collection.rate_lines
    if 60 % unit:
        yield Complaint(f"{where}.unit_minutes", f"{unit} does not divide an hour")
    for index, line in enumerate(lines):
        if line.hour != index + 1:
            yield Complaint(f"{where}.rate_lines[{index}].hour", f"hour {line.hour} where hour {index + 1} is expected")
        if line.cents < (lines[index - 1].cents if index else 1):
            yield Complaint(
                f"{where}.rate_lines[{index}].cents", f"{line.cents}: an hour is never cheaper than the one before it"
            )
        if line.cents * unit % 60 and not rounds:
            yield Complaint(f"{where}.rate_lines[{index}].cents", f"{line.cents}: fractions of a cent, and no rounding rule")
    if len(lines) * 60 != collection.max_time_minutes:
        yield Complaint(
            f"{where}.rate_lines", f"{len(lines)} hours are priced, the max time is {collection.max_time_minutes} minutes"
        )
    if collection.fps_cents not in (None, total := sum(line.cents for line in lines)):
        yield Complaint(f"{where}.fps_cents", f"{collection.fps_cents} is not the price of the maximum stay, {total}")


def _legal(legal: Legal) -> Iterator[Complaint]:
    for name, statement in (("fee", legal.fee), ("reminder", legal.reminder), ("placing", legal.placing)):
        for language in LANGUAGES:
            if language not in statement.text:
                yield Complaint(f"$.legal.{name}.text", f"the sentence is missing in {language!r}")


def _calendar(years: CalendarYears) -> Iterator[Complaint]:
    if years.first_day > years.last_day:
        yield Complaint("$.calendar.last_day", f"{years.last_day} is before the first day, {years.first_day}")
    yield from _free_days(years, years.exceptional_free_days, "$.calendar.exceptional_free_days")
    yield from _free_days(years, years.holidays, "$.calendar.holidays")
    listed = {day.date.year for day in years.holidays}
    for year in range(years.first_day.year, years.last_day.year + 1):
        if year not in listed:
            yield Complaint("$.calendar.holidays", f"a gap: no holiday is listed in {year}")


def _free_days(years: CalendarYears, days: tuple[FreeDay, ...], where: str) -> Iterator[Complaint]:
    before = date.min
    for index, day in enumerate(days):
        if not years.first_day <= day.date <= years.last_day:
            yield Complaint(f"{where}[{index}].date", f"{day.date} is outside the calendar")
        if day.date <= before:
            yield Complaint(f"{where}[{index}].date", f"{day.date} does not come after {before}")
        before = day.date


def _priced_days(file: TariffFile) -> Iterator[Complaint]:
    """Every day of the calendar has a price: the first table is as old as the calendar."""
    first = file.rate_tables[0].validity.first_day
    if first > file.calendar.first_day:
        yield Complaint("$.rate_tables[0].validity.first_day", f"a gap: the calendar begins on {file.calendar.first_day}")
