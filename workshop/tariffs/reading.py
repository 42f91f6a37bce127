"""Reference reading of a tariff file, slow and obvious, to check the engine against.

The theory. To check the engine one needs an answer that is not the engine's. This one comes from the decoded file, day by day
and unit by unit, and shares no arithmetic with `calendar.py`, `clocks.py` or `grid.py`. It is too slow to sell by, and it only
answers the questions the checks ask: where one unit starts and ends, and what so many cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from firmware.tariff.file import ClockKind, RateLineCollection, TariffFile, TimeUnit

DAY = timedelta(days=1)
LENGTHS: dict[TimeUnit, timedelta] = {"quarter": timedelta(minutes=15), "hour": timedelta(hours=1), "day": DAY}


@dataclass(frozen=True)
class Hours:
    """Paid hours of a tariff file. Days are local, instants are UTC."""

    file: TariffFile

    @cached_property
    def zone(self) -> ZoneInfo:
        """Time zone of the machines."""
        return ZoneInfo(self.file.time_zone)

    @cached_property
    def free(self) -> frozenset[date]:
        """Holidays and exceptional free days."""
        years = self.file.calendar
        days = {day.date for day in years.holidays}
        for period in years.exception_periods:
            days |= set(every_day(period.first_day, period.last_day))
        return frozenset(days)

    def payable(self, day: date) -> bool:
        """Whether it has paid hours."""
        return day.isoweekday() in self.file.paid_hours.weekdays and day not in self.free

    def on_or_after(self, day: date) -> date:
        """The first payable day that is not before it."""
        return self.following(day - DAY)

    def following(self, day: date) -> date:
        """The first payable day after it."""
        return next(each for each in (day + n * DAY for n in range(1, 400)) if self.payable(each))

    def preceding(self, day: date) -> date:
        """The last payable day before it."""
        return next(each for each in (day - n * DAY for n in range(1, 400)) if self.payable(each))

    def instant(self, day: date, at: time) -> datetime:
        """A local time of a day, in UTC."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """Start of the paid hours of a payable day."""
        return self.instant(day, self.file.paid_hours.opens)

    def closing(self, day: date) -> datetime:
        """End of the paid hours of a payable day."""
        return self.instant(day, self.file.paid_hours.closes)

    def midnight(self, day: date) -> datetime:
        """First instant of a day."""
        return self.instant(day, time.min)

    def day(self, instant: datetime) -> date:
        """Local day of an instant."""
        return instant.astimezone(self.zone).date()

    def listed(self, instant: datetime) -> bool:
        """Whether the holidays around it are in the file."""
        years = self.file.calendar
        return years.first_day <= self.day(instant) <= years.last_day

    def start(self, at: datetime) -> datetime:
        """The first paid minute of a purchase."""
        step = self.file.decisions.start_step_minutes
        asked = at + timedelta(minutes=-at.minute % step)
        day = self.day(asked)
        if self.payable(day) and asked < self.closing(day):
            return max(asked, self.opening(day))
        return self.opening(self.following(day))

    def end(self, clock: ClockKind, unit: TimeUnit, start: datetime) -> datetime:
        """End of one unit."""
        if clock == "plain_hours":
            return start + LENGTHS[unit]
        if clock == "payable_days":
            return self.instant(self.following(self.day(start)), start.astimezone(self.zone).time())
        return self._after(start, LENGTHS[unit])

    def _after(self, start: datetime, paid: timedelta) -> datetime:
        day = self.day(start)
        while (room := self.closing(day) - start) < paid:
            paid -= room
            day = self.following(day)
            start = self.opening(day)
        return start + paid


def every_day(first: date, last: date) -> tuple[date, ...]:
    """Days from first to last, both included."""
    return tuple(first + n * DAY for n in range((last - first).days + 1))


def tables_on(file: TariffFile, day: date) -> tuple[int, ...]:
    """Indexes of the rate tables valid on a day; of a good file exactly one."""
    return tuple(
        index
        for index, table in enumerate(file.rate_tables)
        if table.validity.first_day <= day and (table.validity.last_day is None or day <= table.validity.last_day)
    )


def price(collection: RateLineCollection, units: int) -> int:
    """Price of the first `units` together, unit by unit; fractions of a cent of the sum are rounded half up."""
    each = [Fraction(line.cents, line.units) for line in collection.rate_lines for _ in range(line.units)]
    return int(sum(each[:units], Fraction()) + Fraction(1, 2))
