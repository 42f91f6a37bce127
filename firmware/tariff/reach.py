"""How far a calendar must reach: where a tariff file goes into use, and when its end is near.

A day whose holidays nobody has listed cannot be sold. So a calendar that ends takes every station out of service on one day.
"""

from __future__ import annotations

from datetime import date, timedelta

from firmware.tariff.calendar import Calendar
from firmware.tariff.checks_prices import Complaint

NEEDED = timedelta(days=400)
"""A year, and a month to publish the next one: what a calendar has to have left on the day it goes into use."""
NOT_NEEDED = timedelta(0)
"""For somebody who has said that a short calendar is meant. One that is over is refused all the same."""
NEAR = timedelta(days=90)
"""From here on a station raises an alarm."""


def shortfall(calendar: Calendar, on: date, needed: timedelta = NEEDED) -> Complaint | None:
    """What is wrong with a calendar that goes into use `on` a day and is over before `needed` is."""
    left = calendar.last_day - on
    if left >= needed:
        return None
    ends = (
        f"{calendar.last_day} is {left.days} days after {on}" if left >= NOT_NEEDED else f"{calendar.last_day} is before {on}"
    )
    return Complaint("$.calendar.last_day", f"{ends}; {needed.days} are needed: list the holidays that follow")


def ends_soon(calendar: Calendar, on: date) -> bool:
    """Whether the calendar is over in 90 days or fewer, or is over already."""
    return calendar.last_day - on <= NEAR
