"""The three clocks of regimes: paid minutes, payable days, plain hours.

The theory. A regime sells units of time, and there are three ways for a unit to pass:

- *paid minutes*: only inside paid hours (visitors, mobile professionals). An hour bought at 19:30 ends at 9:30 on the next
  payable day.
- *payable days*: a day ends at the same clock time on the next payable day; Sundays and holidays do not count (residents).
- *plain hours*: as on any watch (the free 24 hours).

All three start alike, at the next paid minute (`Tariffs.start`), and all three add up: buying two units ends where buying one,
and then one more from its end, does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from firmware.tariff.calendar import Calendar
from firmware.tariff.file import ClockKind, TimeUnit

MINUTES: dict[TimeUnit, int] = {"quarter": 15, "hour": 60, "day": 1440}


def ends(calendar: Calendar, clock: ClockKind, unit: TimeUnit, start: datetime) -> Iterator[datetime]:
    """Where 1, 2, 3… units from `start` (a paid instant) end, without end."""
    match clock:
        case "paid_minutes":
            return calendar.steps(start, MINUTES[unit])
        case "payable_days":
            return calendar.payable_days(start)
        case "plain_hours":
            first, length = start.astimezone(UTC), timedelta(minutes=MINUTES[unit])
            return ((first + units * length).astimezone(calendar.zone) for units in count(1))


def end(calendar: Calendar, clock: ClockKind, unit: TimeUnit, start: datetime, units: int) -> datetime:
    """Where `units` from `start` end; `start` itself for none."""
    if units == 0:
        return start
    if clock == "paid_minutes":
        return calendar.advance(start, units * MINUTES[unit])
    return next(islice(ends(calendar, clock, unit, start), units - 1, None))
