"""Clock port: monotonic time for deadlines, wall time for prices, and what an instant is."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Protocol

Instant = float
"""Seconds of a monotonic clock that starts anywhere and never goes back."""

NEVER: Instant = math.inf
AT_ONCE: Instant = -math.inf


class Clock(Protocol):
    """Monotonic clock for deadlines and wall clock for prices; they must not be mixed."""

    def now(self) -> Instant:
        """Monotonic: for deadlines."""

    def wall(self) -> datetime:
        """Aware, Europe/Paris: for prices and tickets. May jump."""

    def synchronised(self) -> bool | None:
        """Whether the wall clock is synchronised from outside (NTP); None where that is unknown."""
