"""The calendar of paid hours, and arithmetic of paid time.

The theory. Everything follows from one endless walk, `_paid`: the paid periods, one a day at most, as pairs of instants in
UTC. A period holds its opening and not its closing, so a stay may *end* at the closing but never begin there. UTC is
where minutes are real: two local times of the same zone subtract as if clocks never changed, and that is an hour wrong twice
a year. Only what leaves this file is local time again.

Days outside `first_day`–`last_day` follow the week alone, for nobody has listed their holidays: enough to draw a screen,
not enough to sell. `knows` tells the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Period:
    """A period that is paid all along, or free all along."""

    paid: bool
    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Real time: a night when clocks change has one hour more or less."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    @property
    def minutes(self) -> int:
        """Real minutes, rounded down."""
        return self.duration // ONE_MINUTE


@dataclass(frozen=True)
class Calendar:
    """Paid hours, weekdays and free days. Every instant given must be aware (ValueError); every instant returned is local."""

    zone: ZoneInfo
    opens: time
    closes: time
    weekdays: frozenset[int]
    """ISO days of the week that are paid, Monday = 1. Never empty."""
    free_days: frozenset[date]
    """Public holidays and exceptional free days."""
    first_day: date
    last_day: date

    def knows(self, at: datetime) -> bool:
        """Whether the holidays around `at` have been listed."""
        first, end = self._known
        return first <= _aware(at) < end

    def is_paid(self, at: datetime) -> bool:
        """Whether a car standing here at `at` has to pay."""
        instant = _utc(at)
        return next(self._paid(instant))[0] <= instant

    def first_paid(self, at: datetime) -> datetime:
        """`at` itself if it is paid, else the next opening."""
        instant = _utc(at)
        return self._local(max(instant, next(self._paid(instant))[0]))

    def next_opening(self, at: datetime) -> datetime:
        """The first opening at or after `at`."""
        instant = _utc(at)
        return self._local(next(opening for opening, _ in self._paid(instant) if opening >= instant))

    def closing(self, at: datetime) -> datetime:
        """The end of the paid period `at` is in, or of the next one if `at` is free."""
        return self._local(next(self._paid(_utc(at)))[1])

    def advance(self, start: datetime, minutes: int) -> datetime:
        """Where `minutes` (at least 1) of paid time from `start` end. What ends at a closing ends there, not at the opening."""
        return next(self.steps(start, minutes))

    def steps(self, start: datetime, minutes: int) -> Iterator[datetime]:
        """Where 1, 2, 3… times `minutes` of paid time end, without end."""
        at, step = _utc(start), timedelta(minutes=minutes)
        left = step
        for opening, closing in self._paid(at):
            at = max(at, opening)
            while left <= closing - at:
                at += left
                left = step
                yield self._local(at)
            left -= closing - at

    def payable_days(self, start: datetime) -> Iterator[datetime]:
        """The same clock time as `start` on each following payable day, without end."""
        local = _aware(start).astimezone(self.zone)
        day = local.date()
        while True:
            day += ONE_DAY
            if self._is_payable(day):
                yield self._local(datetime.combine(day, local.time(), self.zone).astimezone(UTC))

    def paid_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` is paid; zero if `end` is not later."""
        return sum((piece.duration for piece in self.stretches(start, end) if piece.paid), timedelta())

    def stretches(self, start: datetime, end: datetime) -> tuple[Period, ...]:
        """The time from `start` to `end` cut where it turns paid or free, without holes; empty if `end` is not later."""
        return tuple(
            Period(paid, self._local(begin), self._local(stop)) for paid, begin, stop in self._cut(_utc(start), _utc(end))
        )

    @cached_property
    def _known(self) -> tuple[datetime, datetime]:
        first, end = (datetime.combine(day, time.min, self.zone) for day in (self.first_day, self.last_day + ONE_DAY))
        return first, end

    def _cut(self, at: datetime, end: datetime) -> Iterator[tuple[bool, datetime, datetime]]:
        for opening, closing in self._paid(at):
            for paid, stop in ((False, min(opening, end)), (True, min(closing, end))):
                if at < stop:
                    yield paid, at, stop
                    at = stop
            if at >= end:
                return

    def _paid(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The paid periods that end after `at`, in order, without end; everything in UTC."""
        day = at.astimezone(self.zone).date()
        while True:
            if self._is_payable(day):
                closing = datetime.combine(day, self.closes, self.zone).astimezone(UTC)
                if closing > at:
                    yield datetime.combine(day, self.opens, self.zone).astimezone(UTC), closing
            day += ONE_DAY

    def _is_payable(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.free_days

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} is naive: prices need to know where the clock hangs")
    return at


def _utc(at: datetime) -> datetime:
    return _aware(at).astimezone(UTC)
