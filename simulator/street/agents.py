"""Agents of a street, who read plates at one station: after a visit, while somebody pays, and plates that nobody paid for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from central.enforcement.answers import PlateCheck
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import plate_in
from firmware.protocol.facts import PaymentStarted
from firmware.protocol.personal import has_no_plate
from simulator.desk.desk import Desk
from simulator.invariants.agents import (
    CertainRefusal,
    ask,
    certain_too_early,
    misread,
    standing_rights,
    what_agents_were_told,
    wrong_leave,
    wrong_refusal,
)
from simulator.invariants.gather import JournalCopy

ASKED = 0.3
"""The share of visits after which an agent reads the plate of a right."""
LATEST = 0.5
"""The share of those plates that are of the latest right: the city may not have it yet."""
STRAY = 0.2
"""The share of visits after which an agent reads a plate that began to pay, whatever came of it, or one like it."""
MISREAD = 0.5
"""The share of those that are one like it."""
EARLIER, LATER = timedelta(minutes=10), timedelta(minutes=15)
"""So long before such a right begins, and after it has ended, at most."""
MEANWHILE = 0.2
"""The share of steps at the bank during which an agent reads the plate of who stands there."""
AT_FIRST = 0.2
"""Seconds after the payment began, of which he asks."""
LOOKED_AT_LAST = 8
"""Plates that are misread at the end."""
RECENT = 100
"""Entries in which payments that have begun are looked for."""
WRONG_BY = timedelta(hours=2)
"""A payment that is further from now was dated by a clock that was wrong."""


class StreetAgents:
    """The agents that pass one station."""

    def __init__(self, desk: Desk, journal: JournalCopy, chance: Random) -> None:
        self._desk, self._journal, self._chance = desk, journal, chance
        self._certain: list[CertainRefusal] = []
        self._held = frozenset(plate_in(plate) for plate, _ in desk.setting.plates)

    def after_a_visit(self) -> Iterator[str]:
        """Perhaps somebody passes; what is wrong with what he was told."""
        if self._chance.random() < ASKED:
            yield from self._reads_a_right()
        if self._chance.random() < STRAY:
            yield from self._reads_what_began()

    def meanwhile(self) -> Iterator[str]:
        """Perhaps somebody passes while a motorist is at the bank, and asks of the moment at which he came: the city may have
        that by now. Whether a refusal was certain too early, the end of the street says."""
        if self._chance.random() < MEANWHILE and (begun := self._begun()):
            since, right = begun[-1]
            seconds = self._chance.uniform(0.0, min(AT_FIRST, (self._desk.clock.wall() - since).total_seconds()))
            answer = self._read(right, right.plate, since + timedelta(seconds=seconds))
            yield from wrong_leave(self._desk, self._journal, answer)

    def at_rest(self) -> Iterator[str]:
        """What is wrong with what they were told. Of a station whose clock was wrong the city can be certain by mistake."""
        yield from what_agents_were_told(self._desk, self._journal)
        for number, (_, right) in enumerate(self._begun()[-LOOKED_AT_LAST:]):
            read = self._read(right, misread(right.plate, number), self._desk.clock.wall())
            yield from wrong_leave(self._desk, self._journal, read)
        if not self._desk.station_clock.was_wrong:
            yield from certain_too_early(self._certain, self._journal.written)

    def _reads_a_right(self) -> Iterator[str]:
        rights = list(standing_rights(self._journal.written))[-10:]
        if rights:
            since, right = rights[-1] if self._chance.random() < LATEST else self._chance.choice(rights)
            seconds = self._chance.uniform(1.0, max(1.0, (self._desk.clock.wall() - since).total_seconds()))
            yield from wrong_refusal(self._desk, since, right, since + timedelta(seconds=int(seconds)))

    def _reads_what_began(self) -> Iterator[str]:
        if begun := self._begun():
            since, right = self._chance.choice(begun[-10:])
            is_misread, place = self._chance.random() < MISREAD, self._chance.randrange(8)
            first, last = since - EARLIER, min(self._desk.clock.wall(), right.end + LATER)
            at = first + timedelta(seconds=int(self._chance.uniform(0.0, max(0.0, (last - first).total_seconds()))))
            plate = misread(right.plate, place) if is_misread else right.plate
            yield from wrong_leave(self._desk, self._journal, self._read(right, plate, at))

    def _begun(self) -> list[tuple[datetime, ParkingRight]]:
        """When payments began lately, and for what; those of plates that the register holds something for left out."""
        self._journal.read()
        now, found = self._desk.clock.wall(), []
        for each in self._journal.written[-RECENT:]:
            at, fact = each.content.at, each.content.fact
            lately = now - WRONG_BY < at <= now
            if lately and isinstance(fact, PaymentStarted) and fact.right.plate not in self._held:
                found += [] if has_no_plate(fact.right) else [(at, fact.right)]
        return found

    def _read(self, right: ParkingRight, plate: str, at: datetime) -> PlateCheck:
        """What the city answers; a refusal that is certain is kept in mind."""
        answer = ask(self._desk, right, plate, at)
        if not answer.allowed and answer.conclusive:
            self._certain.append(CertainRefusal(plate, at, answer.checked_at))
        return answer
