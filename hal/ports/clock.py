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
    """Two clocks that must not be mixed: one for waiting, one for prices and for people."""

    def now(self) -> Instant:
        """Monotonic: for deadlines."""

    def wall(self) -> datetime:
        """Aware, Europe/Paris: for prices and tickets. May jump."""

    def synchronised(self) -> bool | None:
        """Whether the clock on the wall is kept right from outside; None where that cannot be told."""
