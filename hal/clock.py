"""The only file that asks what time it is."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from hal.ports import Instant

PARIS = ZoneInfo("Europe/Paris")


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Instant:
        """Seconds since some moment of this boot."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The time in Paris."""
        return datetime.now(PARIS)
