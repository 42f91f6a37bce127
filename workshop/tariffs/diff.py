"""What a motorist would pay differently: two files over all their days, or two days. Knows no clock, no wire, no disk.

Two files are compared between every two days on which either of them changes its prices; stretches with the same difference are
told as one. Words, sources and the order of a file are not compared: nobody pays for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from firmware.tariff.file import Validity
from firmware.tariff.tariffs import Tariffs
from workshop.tariffs.diff_rows import DiffRow, charges, everyday, prices

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PriceDifference:
    """Something that changes, for whom, and when."""

    who: tuple[str, ...]
    """`visitor, car, zone 1`: all whom these rows concern."""
    rows: tuple[DiffRow, ...]
    when: Validity | None = None
    """None for always, and where two days are compared."""


def between_files(before: Tariffs, after: Tariffs) -> tuple[PriceDifference, ...]:
    """Everything, over the days that both calendars have."""
    told: list[PriceDifference] = []
    for stretch in _stretches(before, after):
        for found in _on(before, stretch.first_day, after, stretch.first_day):
            told = _carried_on(told, replace(found, when=stretch))
    return (*_always(before, after), *_together(told))


def between_days(before: Tariffs, day: date, after: Tariffs, other: date) -> tuple[PriceDifference, ...]:
    """What is paid on one day by one file, and on another day by another one or the same."""
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
    rows = tuple(everyday(before, after))
    return (PriceDifference(("everybody",), rows),) if rows else ()


def _on(before: Tariffs, day: date, after: Tariffs, other: date) -> Iterator[PriceDifference]:
    for who, rows in (*prices(before, day, after, other), ("post-parking charge (FPS)", charges(before, day, after, other))):
        if rows:
            yield PriceDifference((who,), rows)


def _carried_on(told: list[PriceDifference], found: PriceDifference) -> list[PriceDifference]:
    """A difference that was the same until the day before is not told twice."""
    for index, earlier in enumerate(told):
        same = (earlier.who, earlier.rows) == (found.who, found.rows)
        if same and earlier.when and found.when and earlier.when.last_day == found.when.first_day - DAY:
            longer = replace(found, when=Validity(earlier.when.first_day, found.when.last_day))
            return [*told[:index], longer, *told[index + 1 :]]
    return [*told, found]


def _together(told: Iterable[PriceDifference]) -> Iterator[PriceDifference]:
    """One difference for all whom the same rows concern at the same time."""
    groups: dict[tuple[Validity | None, tuple[DiffRow, ...]], PriceDifference] = {}
    for each in told:
        key = (each.when, each.rows)
        known = groups.get(key)
        groups[key] = replace(known, who=(*known.who, *each.who)) if known else each
    yield from groups.values()


def for_people(differences: Iterable[PriceDifference], before: str, after: str) -> Iterator[str]:
    """Lines of text; `before` and `after` say what is compared."""
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
