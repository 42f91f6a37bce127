"""The law of journals: whatever becomes of a station's cards, what was acknowledged is here once, and no silence is hidden.

Cards sell, hand in, are copied, lost and replaced, are put back, are read by a technician, whole or not. The city is asked only
for what it can know: of a copy that it has never heard it knows nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import count
from typing import ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from central.db.tables import entries, stations
from central.operations.closing import close
from central.operations.fleet import Enrolment, enrol
from central.operations.rescued import accept
from central.register.journals import read_journals
from central.rules.journals import StationJournal, unsettled
from firmware.domain.errors import FieldError
from firmware.protocol.facts import UnexpectedEvent
from firmware.protocol.messages import Sent
from firmware.protocol.rescue import Rescue, RescuedJournal, rescue_of
from tests.central.cards import CardJournal, StationCard
from tests.central.signing_station import NOW, SigningStation, city_of, key_of

WHICH = st.integers(0, 3)
MOST_CARDS = 4
serial, names = count(1), count(1)


class Model(RuleBasedStateMachine):
    """One station that nobody has met before, and its cards."""

    register: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        self.name = f"75011-{next(names):04d}"
        self.city = city_of(self.register, self.name)
        self.station = SigningStation(self.city, self.name)
        self.now = NOW
        self.cards = [StationCard([], self.name, self.name).begin(1, None)]
        self.enrolled = self.name
        self.written: dict[str, float] = {}
        """When each entry was written, by its hash."""
        self.acknowledged: set[str] = set()
        self.owners: dict[int, CardJournal] = {}
        """Who last said something new of each journal of the register, as the one it writes: entries, or that it has none."""

    def card(self, which: int) -> StationCard:
        return self.cards[which % len(self.cards)]

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    @rule(which=WHICH, more=st.integers(1, 3))
    def sell(self, which: int, more: int) -> None:
        for _ in range(more):
            self.tick()
            _, digest = self.card(which).write(UnexpectedEvent(str(next(serial))), self.now)
            self.written[digest] = self.now.timestamp()

    @rule(which=WHICH, limit=st.integers(1, 5), back=st.integers(0, 2))
    def hand_in(self, which: int, limit: int, back: int) -> None:
        card = self.card(which)
        card.writes.handed_in = max(0, card.writes.handed_in - back)
        self._hand_in(card, card.writes, limit)

    @rule(which=WHICH, limit=st.integers(1, 5))
    def hand_in_an_earlier_generation(self, which: int, limit: int) -> None:
        card = self.card(which)
        self._hand_in(card, card.journals[0], limit)

    @rule(which=WHICH)
    def copy(self, which: int) -> None:
        if len(self.cards) < MOST_CARDS:
            self.cards.append(self.card(which).copied())

    @rule(which=WHICH, known=st.booleans())
    def go_on_in_a_new_generation(self, which: int, known: bool) -> None:
        card = self.card(which)
        card.begin(card.writes.generation + 1, card.writes.end if known else None)

    @rule(which=WHICH, known=st.booleans())
    def replace_with_a_new_key(self, which: int, known: bool) -> None:
        """The card is lost, or lies in a drawer: it may be read some day."""
        old, key = self.card(which), f"{self.name} {next(serial)}"
        if len(self.cards) == MOST_CARDS:
            return
        try:
            enrol(
                self.city.store,
                self.city.tariffs,
                Enrolment(self.name, key_of(key).public_key(), 1, "11D"),
                "the law",
                self.now,
            )
        except FieldError:
            return
        self.enrolled = key
        new = StationCard([], key, self.name).begin(old.writes.generation + 1, old.writes.end if known else None)
        self.cards.append(new)

    @rule(which=WHICH, holes=st.sets(st.integers(1, 8), max_size=2))
    def read_by_a_technician(self, which: int, holes: set[int]) -> None:
        card = self.card(which)
        found = []
        for each in card.journals:
            kept = tuple(Sent(*text) for seq, text in enumerate(each.texts, 1) if seq not in holes)
            found.append(RescuedJournal(each.generation, each.document, len(kept) == len(each.texts), kept))
            self.acknowledged |= {sent.hash for sent in kept}
        self.tick()
        data = rescue_of(Rescue(self.name, self.now, tuple(found)), key_of(card.key))
        made = accept(self.city, data, by="the law", noted_by="the law", now=self.now)
        again = accept(self.city, data, by="the law", noted_by="the law", now=self.now)
        assert sum(each.taken for each in again.journals) == 0
        assert [each.missing for each in again.journals] == [each.missing for each in made.journals]

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        open_ones = unsettled(self._journals())
        if open_ones:
            chosen = open_ones[which % len(open_ones)]
            said = {"by": "the law", "because": "lost", "noted_by": "the law"}
            store, rules, name = self.city.store, self.city.rules, self.name
            close(store, rules, name, chosen.generation, chosen.number, **said, now=self.now, confirm=name)

    @rule(minutes=st.integers(1, 9))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _hand_in(self, card: StationCard, journal: CardJournal, limit: int) -> None:
        if card.key != self.enrolled:
            return
        self.tick()
        before = self._hashes()
        status, _ = card.hand_in(self.station, self.now, limit, journal)
        assert status in (200, 409)
        if status == 200:
            self.acknowledged |= {digest for _, digest in journal.texts[: journal.handed_in]}
            told = self._hashes() != before or journal.handed_in == len(journal.texts)
            if journal is card.writes and told:
                self.owners[self._current()] = journal

    def _current(self) -> int:
        with self.city.store.begin() as connection:
            current = connection.scalar(select(stations.c.current).where(stations.c.station == self.name))
        assert isinstance(current, int)
        return current

    def _journals(self) -> tuple[StationJournal, ...]:
        with self.city.store.begin() as connection:
            return read_journals(connection, self.name)

    def _hashes(self) -> Counter[str]:
        with self.city.store.begin() as connection:
            return Counter(
                digest.hex() for digest in connection.scalars(select(entries.c.hash).where(entries.c.station == self.name))
            )

    @invariant()
    def what_was_acknowledged_is_here_once(self) -> None:
        here = self._hashes()
        assert self.acknowledged <= here.keys() <= self.written.keys()
        assert set(here.values()) <= {1}

    @invariant()
    def the_data_goes_no_further_than_each_journal_that_was_heard_of(self) -> None:
        with self.city.store.begin() as connection:
            until = connection.scalar(select(stations.c.complete_until).where(stations.c.station == self.name))
        here = self._hashes()
        for journal in unsettled(self._journals()):
            owner = self.owners.get(journal.number)
            if owner is None or until is None:
                continue
            missing = [self.written[digest] for _, digest in owner.texts if digest not in here]
            assert all(written >= until.timestamp() for written in missing)


def test_whatever_becomes_of_its_cards_nothing_is_lost_and_no_silence_is_hidden(store: Engine) -> None:
    class Here(Model):
        register = store

    quick = settings(max_examples=60, stateful_step_count=25, deadline=None, phases=(Phase.generate,))
    run_state_machine_as_test(Here, settings=quick)


def test_what_a_branch_without_a_past_has_is_not_stored_again(store: Engine) -> None:
    """One card of three is read with a hole, sells on and is read again; then a copy that went on otherwise is read whole."""

    class Here(Model):
        register = store

    law = Here()
    law.sell(which=0, more=3)
    law.copy(which=0)
    law.sell(which=1, more=1)
    law.read_by_a_technician(which=0, holes={2})
    law.sell(which=0, more=3)
    law.read_by_a_technician(which=0, holes={3})
    law.read_by_a_technician(which=1, holes=set())
    law.what_was_acknowledged_is_here_once()


def test_the_past_of_a_branch_is_taken_up_when_it_comes(store: Engine) -> None:
    """A card is read with a hole at its beginning, and then whole."""

    class Here(Model):
        register = store

    law = Here()
    law.sell(which=0, more=2)
    law.read_by_a_technician(which=0, holes={1})
    law.read_by_a_technician(which=0, holes=set())
    law.what_was_acknowledged_is_here_once()
