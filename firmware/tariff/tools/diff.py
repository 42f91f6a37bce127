"""What a motorist would pay differently: two files over all their days, or two days. Knows no clock, no wire, no disk.

Two files are compared between every two days on which either of them changes its prices; stretches with the same difference are
told as one. Words, sources and the order of a file are not compared: nobody pays for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from firmware.money import euros
from firmware.tariff.file import FpsRule, Validity
from firmware.tariff.grid import Grid
from firmware.tariff.tariffs import RateTable, Tariffs, holds
from firmware.tariff.tools.table import length

DAY = timedelta(days=1)
Row = tuple[str, str, str, str]
"""What it is, before, after, and the difference."""


@dataclass(frozen=True)
class Difference:
    """Something that changes, and for whom."""

    who: tuple[str, ...]
    """`visitor, car, zone 1`; empty for what concerns everybody."""
    rows: tuple[Row, ...]
    validity: Validity | None = None
    """When: None if it does not depend on the day, or if two days are compared."""


def between_files(before: Tariffs, after: Tariffs) -> tuple[Difference, ...]:
    """Everything, over all days that both calendars have."""
    told: list[Difference] = []
    for stretch in _stretches(before, after):
        for found in _on(before, stretch.first_day, after, stretch.first_day):
            told = _told(told, replace(found, validity=stretch))
    return (*_everyday(before, after), *_merged(told))


def between_days(before: Tariffs, day: date, after: Tariffs, other: date) -> tuple[Difference, ...]:
    """What is paid on one day by one file, and on another day by another or the same one."""
    return (*_everyday(before, after), *_merged(list(_on(before, day, after, other))))


def _stretches(before: Tariffs, after: Tariffs) -> Iterator[Validity]:
    """The common days, cut where anything begins to apply in either file."""
    first = max(before.calendar.first_day, after.calendar.first_day)
    last = min(before.calendar.last_day, after.calendar.last_day)
    begins = {first}
    for tariffs in (before, after):
        begins |= {table.first_day for table in tariffs.rate_tables} | {rule.validity.first_day for rule in tariffs.fps_rules}
    cuts = sorted(day for day in begins if first <= day <= last)
    for begin, end in zip(cuts, [cut - DAY for cut in cuts[1:]] + [None], strict=True):
        yield Validity(begin, end)


def _on(before: Tariffs, day: date, after: Tariffs, other: date) -> Iterator[Difference]:
    one, two = _grids(before, day), _grids(after, other)
    for key in sorted(one.keys() | two.keys(), key=_order(after)):
        rows = tuple(_prices(one.get(key), two.get(key)))
        if rows:
            regime, vehicle, zone = key
            yield Difference((f"{regime}, {vehicle}, zone {zone}",), rows)
    rows = tuple(_charges(_rule(before, day), _rule(after, other)))
    if rows:
        yield Difference(("a post-parking charge (FPS)",), rows)
