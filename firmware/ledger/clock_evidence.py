"""Clock trust: whether the wall clock contradicts the journal.

The theory. No machine can prove that its clock is right, but it can prove that it is wrong: time does not run backwards, and no
machine is older than its software. So the journal is evidence. A clock that stands before an entry already written (and,
within one boot, before that entry and the seconds passed since) was set back, lost its battery, or dated that entry wrongly.
Which of these it was nobody here can tell, so nothing is sold by it.

The city's signed time ends the dispute: a clock that agrees with it is right, and the journal's dates were wrong; one that does
not is wrong, whoever keeps it. A technician who has looked at it ends the dispute with the journal, too. Without one
of these a single date far ahead, once written, would keep the machine out of sales until that date comes. That the kernel says
`synchronised` ends nothing: the time of a network is whoever's owns the cable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from firmware.protocol.facts import AlarmCleared, Fact, PaymentStarted, RightSold, ServiceDone, Started
from firmware.protocol.messages import ClockQuality
from hal.ports import Instant

SYNCHRONISED, FREE, UNKNOWN = (quality.value for quality in ClockQuality)
WRONG = "wrong"
"""The qualities of a clock, as facts name them; a wrong clock dates nothing, so the city is never told that one."""
SLACK = timedelta(minutes=2)
"""What a correction from outside may take back: less than any step of a price."""
LAST_YEAR = 2100
"""No station is alive then."""
DRIFTS_AFTER = timedelta(days=7)
"""A bare quartz is off by 50 parts in a million in the heat of a cabinet: half a minute in a week."""
ALARM = "clock wrong"
"""The name in the journal of the alarm that such a clock raises."""
CONFIRMED = "clock confirmed"
"""The action of `ServiceDone` of a technician who has found the clock right."""


@dataclass(frozen=True)
class CityTime:
    """What the city's clock said, signed, at an instant of this boot."""

    at: datetime
    instant: Instant

    def shown_at(self, instant: Instant) -> datetime:
        """What it says at this instant, but for the drift of a quartz."""
        return self.at + timedelta(seconds=instant - self.instant)


@dataclass(frozen=True)
class ClockTrust:
    """The verdict on the wall clock."""

    quality: str = UNKNOWN
    why: str = ""
    """Where it is wrong: a few words for whoever must set it."""
    drifting: bool = False
    """It has run by itself for so long that it may be seconds off."""

    @property
    def wrong(self) -> bool:
        """Whether it is proven wrong: nothing may be dated by it."""
        return self.quality == WRONG


@dataclass(frozen=True)
class ClockEvidence:
    """What the journal proves about the time: a fold over its entries."""

    latest: datetime | None = None
    """The latest date it was right to write; aware."""
    instant: Instant | None = None
    """The monotonic clock at that moment, where that was in this boot."""
    kept: datetime | None = None
    """When the clock was last known to be kept right from outside; before the first time, the date of the first entry."""

    def after(self, fact: Fact, at: datetime, instant: Instant | None) -> ClockEvidence:
        """The evidence after this fact: `at` on the wall; `instant` None for an entry of another boot."""
        if _clock_then(fact) == SYNCHRONISED:
            return self.synchronised(at, instant)
        if fact == AlarmCleared(ALARM) or (isinstance(fact, ServiceDone) and fact.action == CONFIRMED):
            return replace(self, latest=at, instant=instant)
        return self._written(at, instant)

    def synchronised(self, at: datetime, instant: Instant | None) -> ClockEvidence:
        """The clock is kept right from outside at this moment: whatever was written before, this is the date."""
        return ClockEvidence(at, instant, at)

    def _written(self, at: datetime, instant: Instant | None) -> ClockEvidence:
        kept = self.kept or at
        if at.year >= LAST_YEAR or (self.latest is not None and at < self.latest):
            return replace(self, kept=kept)
        return ClockEvidence(at, instant, kept)

    def not_before(self, instant: Instant) -> datetime | None:
        """What a right clock shows at this instant at the least; None where nothing was ever written."""
        if self.latest is None or self.instant is None:
            return self.latest
        return self.latest + timedelta(seconds=max(0.0, instant - self.instant))


def _clock_then(fact: Fact) -> str:
    """The quality of the clock that dated the fact. The end of a payment bears that of its beginning."""
    match fact:
        case Started(clock=quality) | PaymentStarted(clock=quality):
            return quality
        case RightSold(right, clock=quality) if not right.cents:
            return quality
    return UNKNOWN


def judge_clock(
    wall: datetime,
    instant: Instant,
    evidence: ClockEvidence,
    synchronised: bool | None,
    released: datetime,
    city: CityTime | None = None,
) -> ClockTrust:
    """Judge a clock that shows `wall`. `released`: no clock is right before that; both aware."""
    if wrong := _proof(wall, instant, evidence, released, city):
        return ClockTrust(WRONG, wrong)
    if synchronised:
        return ClockTrust(SYNCHRONISED)
    alone = synchronised is False and evidence.kept is not None and wall - evidence.kept > DRIFTS_AFTER
    return ClockTrust(UNKNOWN if synchronised is None else FREE, drifting=alone)


def agrees(wall: datetime, instant: Instant, city: CityTime | None) -> bool:
    """Whether the city's signed time says so too."""
    return city is not None and abs(wall - city.shown_at(instant)) <= SLACK


def _proof(wall: datetime, instant: Instant, evidence: ClockEvidence, released: datetime, city: CityTime | None) -> str:
    if wall < released:
        return f"before the release of this software, {released:%Y-%m-%d}"
    if wall.year >= LAST_YEAR:
        return f"after {LAST_YEAR}"
    if city is not None:
        return "" if agrees(wall, instant, city) else f"not the city's signed time, {city.shown_at(instant):%Y-%m-%d %H:%M}"
    earliest = evidence.not_before(instant)
    if earliest is not None and wall < earliest - SLACK:
        return f"before what was written at {earliest:%Y-%m-%d %H:%M}"
    return ""
