"""Consistency checks of a tariff file: no gap, no overlap, no contradiction.

Every check yields complaints, a path in the file and a reason; a file without complaints prices every purchase of its calendar.
Whoever reads a tariff file runs them all: `tariff check`, the city before it signs, a card that is made, a station that starts.
The prices themselves are checked in `checks_prices.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from firmware.domain.sector import ARRONDISSEMENTS
from firmware.tariff.checks_prices import Complaint, rate_table
from firmware.tariff.file import CalendarYears, FreeDay, Legal, PaidHours, TariffFile, Validity, VehicleSource, Zone
from firmware.tariff.holidays import disagreements

LANGUAGES = ("fr", "en")
WOODS = ("Boulogne", "Vincennes")
TIME_ZONE = "Europe/Paris"
"""The only one of which everything else is made."""


def complaints(file: TariffFile) -> Iterator[Complaint]:
    """Everything wrong with a file of the right shape, from top to bottom."""
    yield from _time_zone(file.time_zone)
    if 60 % file.decisions.start_step_minutes:
        yield Complaint("$.decisions.start_step_minutes", f"{file.decisions.start_step_minutes} does not divide an hour")
    yield from _zones(file.zones)
    yield from _paid_hours(file.paid_hours)
    yield from _twice((vehicle.vehicle for vehicle in file.vehicles), "$.vehicles", "vehicle class")
    yield from _masses(file.vehicles)
    yield from _twice((regime.regime for regime in file.regimes), "$.regimes", "regime")
    yield from _succession([table.validity for table in file.rate_tables], "$.rate_tables")
    for index, table in enumerate(file.rate_tables):
        yield from rate_table(file, table, f"$.rate_tables[{index}].rate_line_collections")
    yield from _succession([rule.validity for rule in file.fps_rules], "$.fps_rules")
    yield from _fps(file)
    yield from _legal(file.legal)
    yield from _calendar(file.calendar)
    yield from _priced_days(file)


def _time_zone(name: str) -> Iterator[Complaint]:
    if name != TIME_ZONE:
        yield Complaint(
            "$.time_zone", f"{name!r} is not honoured: screens, tickets and the register tell the time of {TIME_ZONE}"
        )


def _twice(names: Iterable[str], where: str, noun: str) -> Iterator[Complaint]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Complaint(where, f"the {noun} {name!r} is described {count} times")


def _masses(vehicles: tuple[VehicleSource, ...]) -> Iterator[Complaint]:
    for index, vehicle in enumerate(vehicles):
        energies = [energy for limit in (vehicle.mass.limits if vehicle.mass else ()) for energy in limit.energies]
        yield from _twice(energies, f"$.vehicles[{index}].mass.limits", "energy")


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
    woods = [wood for zone in zones for wood in zone.woods]
    yield from _twice(woods, "$.zones", "wood")
    for wood in (wood for wood in WOODS if wood not in woods):
        yield Complaint("$.zones", f"no zone has the wood {wood}")


def _paid_hours(hours: PaidHours) -> Iterator[Complaint]:
    if hours.opens >= hours.closes:
        yield Complaint("$.paid_hours.closes", f"{hours.closes} is not after the opening, {hours.opens}")
    if len(set(hours.weekdays)) != len(hours.weekdays):
        yield Complaint("$.paid_hours.weekdays", "a day is listed twice")


def _succession(validities: Sequence[Validity], where: str) -> Iterator[Complaint]:
    """Each begins the day after the one before it ends, and only the last one has no end."""
    for index, (earlier, later) in enumerate(pairwise(validities)):
        path, last, first = f"{where}[{index}].validity.last_day", earlier.last_day, later.first_day
        if last is None:
            yield Complaint(path, f"null, but another one begins on {first}")
        elif last < earlier.first_day:
            yield Complaint(path, f"{last} is before its own first day, {earlier.first_day}")
        elif first > last + timedelta(days=1):
            yield Complaint(path, f"a gap: nothing is in force between {last} and {first}")
        elif first <= last:
            yield Complaint(path, f"an overlap: the next one begins on {first}, before {last} is over")
    if validities[-1].last_day is not None:
        yield Complaint(f"{where}[{len(validities) - 1}].validity.last_day", "the newest one must have no last day: null")


def _fps(file: TariffFile) -> Iterator[Complaint]:
    """Where visitors have a post-parking charge there is a rule for it, on every day."""
    first = file.fps_rules[0].validity.first_day
    for index, table in enumerate(file.rate_tables):
        priced = any(collection.fps_cents is not None for collection in table.rate_line_collections)
        if priced and table.validity.first_day < first:
            where = f"$.rate_tables[{index}]"
            yield Complaint("$.fps_rules[0].validity.first_day", f"a gap: {where} has a post-parking charge before {first}")


def _legal(legal: Legal) -> Iterator[Complaint]:
    for name, statement in (("fee", legal.fee), ("reminder", legal.reminder), ("placing", legal.placing)):
        for language in LANGUAGES:
            if not statement.text.get(language, "").strip():
                yield Complaint(f"$.legal.{name}.text", f"the sentence is missing in {language!r}")


def _calendar(years: CalendarYears) -> Iterator[Complaint]:
    if years.first_day > years.last_day:
        yield Complaint("$.calendar.last_day", f"{years.last_day} is before the first day, {years.first_day}")
    before = date.min
    for index, period in enumerate(years.exception_periods):
        where = f"$.calendar.exception_periods[{index}]"
        if period.last_day < period.first_day:
            yield Complaint(f"{where}.last_day", f"{period.last_day} is before the first day, {period.first_day}")
        if period.first_day <= before:
            yield Complaint(f"{where}.first_day", f"{period.first_day} does not come after {before}")
        if not years.first_day <= period.first_day <= period.last_day <= years.last_day:
            yield Complaint(where, "it is not inside the calendar")
        before = period.last_day
    yield from _holidays(years, years.holidays)


def _holidays(years: CalendarYears, days: tuple[FreeDay, ...]) -> Iterator[Complaint]:
    before = date.min
    for index, day in enumerate(days):
        where = f"$.calendar.holidays[{index}].date"
        if not years.first_day <= day.date <= years.last_day:
            yield Complaint(where, f"{day.date} is outside the calendar")
        if day.date <= before:
            yield Complaint(where, f"{day.date} does not come after {before}")
        before = day.date
    yield from disagreements(days, years.first_day, years.last_day)


def _priced_days(file: TariffFile) -> Iterator[Complaint]:
    """Every day of the calendar has a price: the first table is as old as the calendar."""
    first = file.rate_tables[0].validity.first_day
    if first > file.calendar.first_day:
        yield Complaint("$.rate_tables[0].validity.first_day", f"a gap: the calendar begins on {file.calendar.first_day}")
