"""Edges of a tariff file: the instants on both sides of every opening, closing, version, holiday and clock change.

An instant is *before* an edge by one start step (a minute in Paris), the smallest difference a purchase can see. Every
payable day has its opening and closing. A version, a holiday and a clock change are rarer, and dearer when wrong: around
them lie the last closing before, midnight, and the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from workshop.tariffs.reading import DAY, Hours, every_day

QUARTER = timedelta(minutes=15)
EdgeKind = Literal["opening", "closing", "version", "holiday", "free period", "clock change"]


@dataclass(frozen=True)
class Edge:
    """An instant at an edge, and its kind."""

    kind: EdgeKind
    at: datetime
    """UTC."""


def daily_edges(hours: Hours, first: date, last: date) -> Iterator[Edge]:
    """Both sides of every opening and closing, and the quarter of an hour that ends at closing to the minute."""
    step = timedelta(minutes=hours.file.decisions.start_step_minutes)
    for day in filter(hours.payable, every_day(first, last)):
        opening, closing = hours.opening(day), hours.closing(day)
        yield from (Edge("opening", at) for at in (opening - step, opening))
        yield from (Edge("closing", at) for at in (closing - QUARTER, closing - step, closing))


def rare_edges(hours: Hours, first: date, last: date) -> Iterator[Edge]:
    """Both sides of every version, holiday, free period and clock change."""
    file = hours.file
    for table in file.rate_tables:
        yield from _around(hours, "version", table.validity.first_day, first, last)
    for holiday in file.calendar.holidays:
        yield from _around(hours, "holiday", holiday.date, first, last)
    for period in file.calendar.exception_periods:
        for day in every_day(period.first_day, period.last_day):
            yield from _around(hours, "free period", day, first, last)
    for day in every_day(first, last):
        if _offset(hours, hours.midnight(day)) != _offset(hours, hours.midnight(day + DAY)):
            yield from _around(hours, "clock change", day, first, last)
            yield from (Edge("clock change", at) for at in _change(hours, day))


def _around(hours: Hours, kind: EdgeKind, day: date, first: date, last: date) -> Iterator[Edge]:
    if not first <= day <= last:
        return
    step = timedelta(minutes=hours.file.decisions.start_step_minutes)
    before, after = hours.closing(hours.preceding(day)), hours.opening(hours.on_or_after(day))
    midnight, next_midnight = hours.midnight(day), hours.midnight(day + DAY)
    for at in (before - QUARTER, before - step, before, midnight - step, midnight, next_midnight - step, next_midnight):
        yield Edge(kind, at)
    yield from (Edge(kind, at) for at in (after - step, after))


def _change(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """The last minute before the clocks of this day change, and the first after."""
    minute, at = timedelta(minutes=1), hours.midnight(day)
    while _offset(hours, at + minute) == _offset(hours, at):
        at += minute
    return at, at + minute


def _offset(hours: Hours, instant: datetime) -> timedelta | None:
    return instant.astimezone(UTC).astimezone(hours.zone).utcoffset()
