"""Wall clock monitoring: when to check the clock, against which evidence.

It is looked at every minute, and at once when it has jumped: between two turns both clocks must have gone on alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from firmware.ledger.clock_evidence import CityTime, ClockEvidence, ClockTrust, agrees, judge_clock
from firmware.protocol.facts import Fact
from hal.ports import AT_ONCE, Clock, Instant

EVERY = 60.0
"""Seconds from one look to the next."""
CityTimeSource = Callable[[], CityTime | None]
JUMP = 1.0
"""Seconds by which the two clocks may go on differently between two turns: the kernel slews, it does not step."""


class ClockMonitor:
    """Checks one station's wall clock every minute and after each jump."""

    def __init__(self, clock: Clock, evidence: ClockEvidence, released: datetime, city_time: CityTimeSource) -> None:
        """`released`: no clock is right before that; aware. `city_time`: the city's signed time, where it is known."""
        self._clock, self._evidence, self._released, self._city_time = clock, evidence, released, city_time
        self._ahead: float | None = None  # seconds between the two clocks, at the last turn
        self.wake_at: Instant = AT_ONCE

    @property
    def evidence(self) -> ClockEvidence:
        """What the journal and the looks at the clock have proven about the time."""
        return self._evidence

    def due(self, now: Instant) -> bool:
        """Whether it is time to look, or the clock has jumped since the last turn."""
        before, self._ahead = self._ahead, self._clock.wall().timestamp() - now
        return now >= self.wake_at or (before is not None and abs(self._ahead - before) > JUMP)

    def look(self, now: Instant) -> ClockTrust:
        """Check the clock."""
        self.wake_at = now + EVERY
        wall, synchronised = self._clock.wall(), self._clock.synchronised()
        city = self._city_time()
        trust = judge_clock(wall, now, self._evidence, synchronised, self._released, city)
        if not trust.wrong and (synchronised or agrees(wall, now, city)):
            self._evidence = self._evidence.synchronised(wall, now)
        return trust

    def note(self, fact: Fact, at: datetime, now: Instant) -> None:
        """Take into account a fact that was written down, dated by this clock."""
        self._evidence = self._evidence.after(fact, at, now)
