"""Differences of prices between two tariff files over all their days, or between two days.

Two files are compared between every two days on which either of them changes its prices; stretches with the same difference are
shown as one. Words, sources and the order of a file are not compared: nobody pays for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from firmware.tariff.file import Validity
from firmware.tariff.tariffs import Tariffs
from workshop.tariffs.diff_rows import DiffRow, charges, prices, versionless

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PriceDifference:
    """Rows that change, for whom, and when."""

    who: tuple[str, ...]
    """`visitor, car, zone 1`: all whom these rows concern."""
    rows: tuple[DiffRow, ...]
    when: Validity | None = None
    """None for always, and where two days are compared."""


def between_files(before: Tariffs, after: Tariffs) -> tuple[PriceDifference, ...]:
    """Every difference of two files, over the days that both calendars have."""
    found_before: list[PriceDifference] = []
    for stretch in _stretches(before, after):
        for found in _on(before, stretch.first_day, after, stretch.first_day):
            found_before = _carried_on(found_before, replace(found, when=stretch))
    return (*_always(before, after), *_together(found_before))


def between_days(before: Tariffs, day: date, after: Tariffs, other: date) -> tuple[PriceDifference, ...]:
    """Every difference between one day of a file and another day of the same or another file."""
    return (*_always(before, after), *_together(_on(before, day, after, other)))


def _stretches(before: Tariffs, after: Tariffs) -> Iterator[Validity]:
    """The common days, cut where anything begins to apply in either file."""
    first = max(before.calendar.first_day, after.calendar.first_day)
    last = min(before.calendar.last_day, after.calendar.last_day)
    begins = {first}
    for tariffs in (before, after):
        begins |= {table.first_day for table in tariffs.rate_tables} | {rule.validity.first_day for rule in tariffs.fps_rules}
    cuts = [*sorted(day for day in begins if first <= day <= last), last + DAY]
    return (Validity(begin, end - DAY) for begin, end in pairwise(cuts))


def _always(before: Tariffs, after: Tariffs) -> tuple[PriceDifference, ...]:
    rows = tuple(versionless(before, after))
    return (PriceDifference(("everybody",), rows),) if rows else ()


def _on(before: Tariffs, day: date, after: Tariffs, other: date) -> Iterator[PriceDifference]:
    for who, rows in (*prices(before, day, after, other), ("post-parking charge (FPS)", charges(before, day, after, other))):
        if rows:
            yield PriceDifference((who,), rows)


def _carried_on(found_before: list[PriceDifference], found: PriceDifference) -> list[PriceDifference]:
    """A difference that was the same until the day before is not shown twice."""
    for index, earlier in enumerate(found_before):
        same = (earlier.who, earlier.rows) == (found.who, found.rows)
        if same and earlier.when and found.when and earlier.when.last_day == found.when.first_day - DAY:
            longer = replace(found, when=Validity(earlier.when.first_day, found.when.last_day))
            return [*found_before[:index], longer, *found_before[index + 1 :]]
    return [*found_before, found]


def _together(found_before: Iterable[PriceDifference]) -> Iterator[PriceDifference]:
    """One difference for all whom the same rows concern at the same time."""
    groups: dict[tuple[Validity | None, tuple[DiffRow, ...]], PriceDifference] = {}
    for each in found_before:
        key = (each.when, each.rows)
        group = groups.get(key)
        groups[key] = replace(group, who=(*group.who, *each.who)) if group else each
    yield from groups.values()


def for_people(differences: Iterable[PriceDifference], before: str, after: str) -> Iterator[str]:
    """The differences as lines of text; `before` and `after` are the headings of the columns."""
    for difference in differences:
        if difference.when:
            yield f"from {difference.when.first_day} to {difference.when.last_day}"
        yield from difference.who
        table = [DiffRow("", before, after, ""), *difference.rows]
        first, *widths = (max(len(cell) for cell in column) for column in zip(*table, strict=True))
        for what, *cells in table:
            rest = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
            yield f"  {what:<{first}}  {rest}".rstrip()
        yield ""
