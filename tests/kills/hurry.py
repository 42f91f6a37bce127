"""Time in the trial goes `HURRY` times as fast as ours: for the station's process, its far ends and the city alike.

Time-outs, pauses and the date hurry; what the computer needs for its work does not: to the station it is a slow computer.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from hal.clock import SystemClock
from hal.ports import Instant
from hal.time_zone import PARIS

HURRY = 5.0
FIRST = datetime(2027, 3, 3, 10, tzinfo=PARIS)
"""What the clock says when a trial begins: a Wednesday morning, later than any build: before it no clock is right."""


def hurried() -> Instant:
    """Monotonic seconds in the trial: the same for every process."""
    return time.monotonic() * HURRY


class HurriedClock:
    """`Clock` of a trial that began at this instant of `hurried`."""

    def __init__(self, began: Instant) -> None:
        self.began = began

    def now(self) -> Instant:
        """Monotonic seconds."""
        return hurried()

    def wall(self) -> datetime:
        """The time in Paris."""
        return FIRST + timedelta(seconds=hurried() - self.began)

    def synchronised(self) -> bool | None:
        """As this computer is."""
        return SystemClock().synchronised()
