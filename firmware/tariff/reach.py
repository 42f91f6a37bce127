"""How far a calendar must reach, both ways: where a tariff file goes into use, and when its end is near.

A day whose holidays nobody has listed cannot be sold. So a calendar that ends takes every station out of service on one day.
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from firmware.tariff.calendar import Calendar
from firmware.tariff.checks_prices import Complaint

ACCEPT = "--accept-short-calendar"
"""The option of every command that takes a tariff file into use, with which a short calendar is accepted."""
LOOKS_BACK = timedelta(days=100)
"""What is asked of days before: a stay is priced as of its first day, a charge as of its control, for the three months in which
it can be paid."""


class CalendarReach(Struct, frozen=True):
    """How far a calendar must reach on the day it goes into use: before that day, and past it."""

    back: timedelta
    ahead: timedelta
    accept: str = ""
    """The option that accepts less, named where that is a way out; empty: there is none, or it was given."""


NEEDED = CalendarReach(LOOKS_BACK, timedelta(days=400), ACCEPT)
"""Ahead: a year, and a month to publish the next one."""
NEEDED_TO_START = CalendarReach(LOOKS_BACK, timedelta(0), ACCEPT)
"""For a server that starts again with the file it has had: refusing it for what lacks in a year would end it today."""
NOT_NEEDED = CalendarReach(timedelta(0), timedelta(0))
"""For somebody who has said that a short calendar is meant. One that is over is refused all the same."""
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
