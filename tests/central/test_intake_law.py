"""The law of intake: whatever stations send of one journal, in whatever order, the city holds what a dictionary would.

What it makes of several journals is the law of test_journals_law.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar

import msgspec
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from central.core.city import City
from central.db.tables import entries, incidents, silences, stations
from firmware.protocol.facts import AlarmRaised
from firmware.protocol.messages import batch_in
from tests.central.signing_station import DAY, MINUTE, NOW, EntryText, SigningStation, chain, city_of, genesis

LENGTH = 40
"""Entries in each journal."""
BOTH = st.integers(0, 1)
BACK = st.integers(-2, 6)
"""How many entries before the one wanted a station begins; less than none leaves a gap."""
SILENT_AFTER = timedelta(minutes=3)
serial = count(1)


def cut_short(request: bytes, left: int) -> bytes:
    """The request with only the first entries left."""
    batch = batch_in(request)
    return msgspec.json.encode(msgspec.structs.replace(batch, entries=batch.entries[:left]))


class Remembered:
    """What a dictionary holds of one station."""

    def __init__(self, city: City, name: str) -> None:
        self.station = SigningStation(city, name)
        self.journal = chain([AlarmRaised(str(number)) for number in range(LENGTH)], name, NOW + DAY)
        self.other = chain([AlarmRaised(str(number % 7)) for number in range(LENGTH)], name, NOW + DAY)
        """The same past for seven entries, another one from the eighth on: nobody hands it in, but somebody speaks of it."""
        self.known: list[EntryText] = []
        self.forks: set[tuple[int, str]] = set()
        self.requests: list[bytes] = []
        self.complete_until: datetime | None = None
        self.silences: list[tuple[datetime, datetime]] = []

    def from_(self, journal: list[EntryText], back: int) -> list[EntryText]:
        """The rest of a journal, from so many entries before the one wanted; at least the last two."""
        return journal[min(max(0, len(self.known) - back), LENGTH - 2) :]

    def expects(self, texts: Sequence[EntryText], last: int, head: str) -> tuple[int, dict[str, int]]:
        """What the city has to answer, after the dictionary has taken it."""
        numbered = [(json.loads(body)["seq"], (body, digest)) for body, digest in texts]
        if not texts and 0 < last <= len(self.known) and self.known[last - 1][1] != head:
            self.forks.add((last, head))
            return 200, {"next": last + 1, "fork": last}
        wanted = len(self.known) + 1
        if (numbered[0][0] if numbered else last) > wanted - (not texts):
            return 409, {"send_from": wanted}
        new = [text for seq, text in numbered if seq >= wanted]
        self.known = self.known + new
        return 200, {"next": len(self.known) + 1}

    def completes(self, now: datetime) -> None:
        """Everything is here."""
        since = self.complete_until or NOW - DAY
        if since < now - SILENT_AFTER:
            self.silences.append((since, now))
        self.complete_until = now


class Model(RuleBasedStateMachine):
    """Two stations that nobody has met before."""

    register: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        names = [f"7501{place}-{next(serial):04d}" for place in (1, 2)]
        self.city = city_of(self.register, *names)
        self.stations = [Remembered(self.city, name) for name in names]
        self.now = NOW

    @rule(which=BOTH, back=BACK, length=st.integers(1, 6), more=st.integers(0, 2))
    def hand_in(self, which: int, back: int, length: int, more: int) -> None:
        this = self.stations[which]
        self._send(this, this.from_(this.journal, back)[:length], more)

    @rule(which=BOTH, back=BACK, other=st.booleans())
    def hold_nothing_more(self, which: int, back: int, other: bool) -> None:
        this = self.stations[which]
        last = min(LENGTH, max(0, len(this.known) - back))
        journal = this.other if other else this.journal
        self._speak(this, [], last, journal[last - 1][1] if last else genesis(this.station.station), 0)

    @rule(which=BOTH, order=st.permutations(range(4)).filter(lambda order: order != sorted(order)))
    def hand_in_out_of_order(self, which: int, order: list[int]) -> None:
        this = self.stations[which]
        assert this.station.hand_in([this.journal[index] for index in order], self.now)[0] == 422
        this.station.request_number -= 1

    @rule(which=BOTH, back=BACK)
    def lose_the_end_on_the_way(self, which: int, back: int) -> None:
        this = self.stations[which]
        texts = this.from_(this.journal, back + 1)[:2]
        assert this.station.send(cut_short(this.station.request(texts), 1), self.now)[0] == 422
        this.station.request_number -= 1

    @rule(which=BOTH, back=BACK)
    def lose_everything_on_the_way(self, which: int, back: int) -> None:
        this = self.stations[which]
        texts = this.from_(this.journal, back)[:2]
        assert this.station.send(cut_short(this.station.request(texts, sent_at=self.now), 0), self.now)[0] == 422
        this.station.request_number -= 1

    @precondition(lambda self: any(this.requests for this in self.stations))
    @rule(data=st.data())
    def hear_it_again(self, data: st.DataObject) -> None:
        this = data.draw(st.sampled_from([this for this in self.stations if this.requests]))
        status, problem = this.station.send(data.draw(st.sampled_from(this.requests)), self.now)
        assert isinstance(problem, dict)
        assert (status, problem["contact_from"]) == (409, this.station.request_number + 1)

    @rule(minutes=st.integers(1, 5))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    def _send(self, this: Remembered, texts: list[EntryText], more: int) -> None:
        self._speak(this, texts, json.loads(texts[-1][0])["seq"], texts[-1][1], more)

    def _speak(self, this: Remembered, texts: list[EntryText], last: int, head: str, more: int) -> None:
        request = this.station.request(texts, sent_at=self.now, last=last, head=head, held=last + more)
        self._hear(this, request, texts, last, head, more)

    def _hear(self, this: Remembered, request: bytes, texts: list[EntryText], last: int, head: str, more: int) -> None:
        this.requests.append(request)
        answer = this.station.send(request, self.now)
        assert isinstance(answer[1], dict)
        assert answer == this.expects(texts, last, head)
        if answer[0] == 200 and "fork" not in answer[1] and not more and last == len(this.known):
            this.completes(self.now)

    @invariant()
    def the_city_holds_what_the_dictionary_holds(self) -> None:
        for this in self.stations:
            mine = entries.c.station == this.station.station
            with self.city.store.begin() as connection:
                rows = connection.execute(select(entries).where(mine).order_by(entries.c.seq)).all()
                row = connection.execute(select(stations).where(stations.c.station == this.station.station)).one()
                their = (incidents.c.station == this.station.station) & (incidents.c.kind == "fork")
                forks = connection.execute(select(incidents).where(their)).all()
                gone = connection.execute(
                    select(silences).where(silences.c.station == this.station.station).order_by(silences.c.since)
                ).all()
            assert [(row.body.decode(), row.hash.hex()) for row in rows] == this.known
            assert (row.next, row.contact, row.complete_until) == (
                len(rows) + 1,
                this.station.request_number,
                this.complete_until,
            )
            assert {(fork.seq, fork.hash.hex()) for fork in forks} == this.forks
            assert len(forks) == len(this.forks)
            assert [(silence.since, silence.until) for silence in gone] == this.silences


def test_whatever_is_sent_the_city_holds_what_a_dictionary_would(store: Engine) -> None:
    class ModelOfStore(Model):
        register = store

    quick = settings(
        max_examples=60, stateful_step_count=20, deadline=None, phases=(Phase.generate,)
    )  # shrinking takes minutes
    run_state_machine_as_test(ModelOfStore, settings=quick)
