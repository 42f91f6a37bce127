"""Commands of `horodateur tariff`: each reads files, writes text or a picture, and returns its exit status."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

import msgspec

from firmware.domain.formats import FRENCH
from firmware.domain.rate_key import RateKey
from firmware.locale import TRANSLATED
from firmware.tariff import NotSold, TariffError, Tariffs, load_tariffs
from firmware.tariff.file import CalendarYears, FreeDay, TariffFile
from firmware.tariff.holidays import easter, public_holidays
from firmware.tariff.quotes import grid_at
from firmware.tariff.reach import shortfall
from firmware.tariff.wording import WEEKDAYS
from hal.clock import SystemClock
from workshop.common.checkout import TARIFFS
from workshop.common.progress import CLEAR_LINE, ProgressCallback
from workshop.tariffs import check as checks
from workshop.tariffs import diff as comparison
from workshop.tariffs import table as rows
from workshop.tariffs.curves import curves
from workshop.tariffs.plot import Heading
from workshop.tariffs.plot import plot as plot_picture
from workshop.tariffs.png import png
from workshop.tariffs.probes import Subject
from workshop.tariffs.svg import svg

DONE, BAD_FILE, REFUSED = 0, 1, 2
"""Exit statuses: done; a file cannot be used or written; nothing is sold for what was asked."""
SAME, DIFFERENT, DIFF_FAILED = 0, 1, 2
"""Exit statuses of `diff`, as diff(1) has them."""
PATIENCE = 1.0
"""Seconds of work after which a terminal shows progress."""


def check(arguments: argparse.Namespace) -> int:
    """Check a tariff file: print each section that is right, or the first problem."""
    clock, path = SystemClock(), arguments.file
    began = clock.now()
    report = _progress(clock, began)

    try:
        tariffs = load_tariffs(path)
        subject = Subject(_document(path), tariffs)
        if short := shortfall(tariffs.calendar, arguments.since or clock.wall().date(), arguments.needed):
            raise checks.FlawError(short)
        span = checks.years(*arguments.years) if arguments.years else checks.calendar_of(subject.file)
        for section in checks.check_tariffs(subject, span, (FRENCH, *TRANSLATED), report):
            _clear_progress()
            print(f"  {section.title:<14} {section.findings}", flush=True)
    except (TariffError, checks.FlawError) as error:
        _clear_progress()
        return _fail(str(error) if isinstance(error, TariffError) else f"{path}: {error}", BAD_FILE)
    print(f"{path}: nothing is wrong ({clock.now() - began:.1f} s)")
    return DONE


def table(arguments: argparse.Namespace) -> int:
    """Print the price of every unit of one zone, vehicle class and regime."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        return _fail(str(error), BAD_FILE)
    at = _midnight(tariffs, arguments.on)
    found = grid_at(tariffs, RateKey(arguments.zone, arguments.regime, arguments.vehicle), at)
    if isinstance(found, NotSold):
        refusal = {"refused": found.reason.value, "detail": found.detail}
        print(json.dumps(refusal) if arguments.json else f"not sold: {found.reason.value} ({found.detail})")
        return REFUSED
    if arguments.json:
        print(json.dumps(rows.for_programs(*found), ensure_ascii=False))
    else:
        print("\n".join(rows.for_people(*found, tariffs.vehicles[arguments.vehicle].name)))
    return DONE


def diff(arguments: argparse.Namespace) -> int:
    """Print what a motorist pays differently, between two files or two days."""
    files, days = arguments.files or [TARIFFS], arguments.on
    if len(files) > 2 or len(days) > 2 or (len(files) < 2 and len(days) < 2):
        return _fail("compare two files, or one file on two days: --on DAY --on DAY", DIFF_FAILED)
    try:
        before, after = load_tariffs(files[0]), load_tariffs(files[-1])
    except TariffError as error:
        return _fail(str(error), DIFF_FAILED)
    names = [str(path) for path in files]
    if not days:
        return _print_differences(comparison.between_files(before, after), names[0], names[1])
    for tariffs, day in ((before, days[0]), (after, days[-1])):
        if not tariffs.calendar.knows(_midnight(tariffs, day)):
            return _fail(f"{day} is outside the calendar, {_span(tariffs)}", DIFF_FAILED)
    words = [f"{name} {day}" for name, day in zip(names, days, strict=True)] if len(names) == len(days) else names
    one, two = [str(day) for day in days] if len(names) == 1 else words
    return _print_differences(comparison.between_days(before, days[0], after, days[-1]), one, two)


def plot(arguments: argparse.Namespace) -> int:
    """Write a picture of prices against time."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        return _fail(str(error), BAD_FILE)
    drawn = curves(tariffs, arguments.zone, arguments.regime, arguments.vehicle, arguments.on)
    if not drawn:
        asked = f"zone {arguments.zone}, {arguments.regime}, {', '.join(arguments.vehicle) or 'any class'}"
        return _fail(f"nothing to draw: no version has a price for {asked}; {_choices(tariffs)}", REFUSED)
    regime = tariffs.regimes[arguments.regime]
    title = f"Prix du stationnement à Paris : {regime.name.lower()}, zone {arguments.zone}"
    heading = Heading(title, _place(tariffs, arguments.zone), f"Source : {arguments.tariffs.name}")
    picture = plot_picture(drawn, regime.unit, heading)
    data = png(picture) if arguments.out.suffix.lower() == ".png" else svg(picture).encode()
    try:
        arguments.out.write_bytes(data)
    except OSError as error:
        return _fail(f"{arguments.out}: cannot be written: {error.strerror}", BAD_FILE)
    print(f"{arguments.out}: {len(drawn)} price{'s' if len(drawn) > 1 else ''} drawn")
    return DONE


def holidays(arguments: argparse.Namespace) -> int:
    """Print a year's public holidays, and whether the file has those computed from Easter."""
    year, path = arguments.year, arguments.tariffs
    computed = public_holidays(year)
    if arguments.json:
        print(_to_paste(computed))
        return DONE
    try:
        load_tariffs(path)
        years = _document(path).calendar
    except TariffError as error:
        return _fail(str(error), BAD_FILE)
    listed = [day for day in years.holidays if day.date.year == year]
    if not listed:
        print(_to_paste(computed))
        lacking = f"the calendar, {years.first_day} to {years.last_day}, lacks {year}; move last_day and add these lines"
        return _fail(f"{path}: $.calendar: {lacking}", BAD_FILE)
    print("\n".join(_year(year, listed, years)))
    return DONE


def _year(year: int, listed: Sequence[FreeDay], years: CalendarYears) -> Iterator[str]:
    yield f"{year}: {len(listed)} public holidays; Easter is on {easter(year)}"
    yield from (f"  {WEEKDAYS[day.date.weekday()]:<9} {day.date}  {day.name}" for day in listed)
    for period in years.exception_periods:
        if period.first_day.year <= year <= period.last_day.year:
            yield f"  free period {period.first_day} to {period.last_day}  {period.name}"


def _to_paste(days: Iterable[FreeDay]) -> str:
    lines = (json.dumps({"date": day.date.isoformat(), "name": day.name}, ensure_ascii=False) for day in days)
    return ",\n".join(f"      {line}" for line in lines)


def _print_differences(differences: Sequence[comparison.PriceDifference], before: str, after: str) -> int:
    print("\n".join(comparison.for_people(differences, before, after)) if differences else "nobody pays anything else")
    return DIFFERENT if differences else SAME


def _document(path: Path) -> TariffFile:
    """A file that `load_tariffs` has accepted, with the names and places that an engine does not need."""
    return msgspec.json.decode(path.read_bytes(), type=TariffFile)


def _midnight(tariffs: Tariffs, day: date) -> datetime:
    return datetime.combine(day, time.min, tariffs.calendar.zone)


def _span(tariffs: Tariffs) -> str:
    return f"{tariffs.calendar.first_day} to {tariffs.calendar.last_day}"


def _choices(tariffs: Tariffs) -> str:
    zones = ", ".join(map(str, tariffs.zones))
    return f"there are the zones {zones}; the classes {', '.join(tariffs.vehicles)}; the regimes {', '.join(tariffs.regimes)}"


def _place(tariffs: Tariffs, zone: int) -> str:
    """French: "Arrondissements 12 à 20, bois de Boulogne, bois de Vincennes"."""
    runs: list[list[int]] = []
    for each in sorted(tariffs.zones[zone]):
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    parts = [f"{run[0]} à {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    woods = [f"bois de {wood}" for wood, home in tariffs.woods.items() if home == zone]
    return ", ".join([f"Arrondissements {', '.join(parts)}", *woods])


def _progress(clock: SystemClock, began: float) -> ProgressCallback:
    def report(step: str, number: int, total: int) -> None:
        if sys.stderr.isatty() and number % 500 == 0 and clock.now() - began > PATIENCE:
            sys.stderr.write(f"{CLEAR_LINE}  asking the engine, {step}: {100 * number // total} %")
            sys.stderr.flush()

    return report


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write(CLEAR_LINE)


def _fail(message: str, status: int) -> int:
    sys.stderr.write(f"{message}\n")
    return status


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "table": table,
    "diff": diff,
    "plot": plot,
    "holidays": holidays,
}
"""Name of each command -> its function."""
