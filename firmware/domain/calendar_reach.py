"""How far a calendar must reach where a tariff file goes into use. Apart from the tariff engine: `--help` names it too."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

ACCEPT = "--accept-short-calendar"
"""The option of every command that takes a tariff file into use, with which a short calendar is accepted."""
LOOKS_BACK = timedelta(days=100)
"""What is asked of days before: a stay is priced as of its first day, a charge as of its control, for the three months in which
it can be paid."""


class CalendarReach(NamedTuple):
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
