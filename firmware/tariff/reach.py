"""Whether a calendar reaches far enough, both ways: where a tariff file goes into use, and when its end is near.

A day whose holidays nobody has listed cannot be sold. So a calendar that ends takes every station out of service on one day.
"""

from __future__ import annotations

from datetime import date, timedelta

from firmware.domain.calendar_reach import NEEDED, NOT_NEEDED, CalendarReach
from firmware.tariff.calendar import Calendar
from firmware.tariff.checks_prices import Complaint

NEAR = timedelta(days=90)
"""From here on a station raises an alarm."""


def shortfall(calendar: Calendar, on: date, needed: CalendarReach = NEEDED) -> Complaint | None:
    """What is wrong with a calendar that goes into use `on` a day: it is over before `needed` is, or begins too late.

    The one check of everything that takes a tariff file into use.
    """
    short = _shortfall(calendar, on, needed)
    if short is None or not needed.accept or _shortfall(calendar, on, NOT_NEEDED) is not None:
        return short
    return Complaint(short.where, f"{short.reason}, or {needed.accept}")


def _shortfall(calendar: Calendar, on: date, needed: CalendarReach) -> Complaint | None:
    if calendar.first_day > on - needed.back:
        lacks = f"the {needed.back.days} days before {on}, of which rights and notices are" if needed.back else f"{on}"
        return Complaint("$.calendar.first_day", f"{calendar.first_day} is too late: the calendar lacks {lacks}")
    left = (calendar.last_day - on).days
    if left >= needed.ahead.days:
        return None
    ends = f"{left} days after {on}; {needed.ahead.days} are needed" if left >= 0 else f"before {on}"
    return Complaint("$.calendar.last_day", f"{calendar.last_day} is {ends}: list the holidays that follow")


def ends_soon(calendar: Calendar, on: date) -> bool:
    """Whether the calendar is over in 90 days or fewer, or is over already."""
    return calendar.last_day - on <= NEAR
