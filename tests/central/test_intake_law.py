"""The law of intake: any batches in any order leave what a dictionary would hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from central import intake
from central.store import entries, open_store
from firmware.entry import Recorded, body_of
from firmware.facts import Raised

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
Text = tuple[str, str]
"""A body and its hash, as they travel."""


def chain(alarms: Sequence[str], station: str) -> list[Text]:
    """A station's journal, hashed here and not by the code under test."""
    previous, texts = hashlib.sha256(b"horodateur journal " + station.encode()).digest(), []
    for seq, alarm in enumerate(alarms, 1):
        body = body_of(Recorded(seq, station, NOW, float(seq), "boot-1", Raised(alarm)))
        previous = hashlib.sha256(previous + body).digest()
        texts.append((body.decode(), previous.hex()))
    return texts


NAMES = ("75011-0042", "75012-0001")


class Model(RuleBasedStateMachine):
    """Any batches in any order against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.store = open_store("sqlite://")
        self.known: dict[str, list[Text]] = {name: [] for name in NAMES}
        self.journals = {name: chain([str(number) for number in range(12)], name) for name in NAMES}
        self.forks = {name: chain([str(number % 7) for number in range(12)], name) for name in NAMES}

    def teardown(self) -> None:
        self.store.dispose()

    @rule(name=st.sampled_from(NAMES), start=st.integers(0, 11), length=st.integers(0, 6), more=st.booleans())
    def send(self, name: str, start: int, length: int, more: bool) -> None:
        self._send(name, self.journals[name][start : start + length], more)

    @rule(name=st.sampled_from(NAMES), start=st.integers(5, 11), length=st.integers(1, 6))
    def send_another_past(self, name: str, start: int, length: int) -> None:
        self._send(name, self.forks[name][start : start + length], False)

    @rule(name=st.sampled_from(NAMES), order=st.permutations(range(4)))
    def send_out_of_order(self, name: str, order: list[int]) -> None:
        status, _ = self._taken(name, [self.journals[name][index] for index in order])
        assert status == 422 or order == sorted(order)
        if order == sorted(order):
            self._expect(name, self.journals[name][:4])

    def _send(self, name: str, texts: list[Text], more: bool) -> None:
        assert self._taken(name, texts, more) == self._expect(name, texts)

    def _taken(self, name: str, texts: list[Text], more: bool = False) -> tuple[int, object]:
        sent = [{"body": body, "hash": digest} for body, digest in texts]
        reply = intake.take(self.store, name, json.dumps({"entries": sent, "more": more}).encode(), NOW)
        return reply.status, json.loads(reply.body)

    def _expect(self, name: str, texts: list[Text]) -> tuple[int, dict[str, int]]:
        known = self.known[name]
        for text in texts:
            seq = json.loads(text[0])["seq"]
            if seq <= len(known) and known[seq - 1] != text:
                return 409, {"fork": seq}
        first = json.loads(texts[0][0])["seq"] if texts else 1
        if first > len(known) + 1:
            return 409, {"send_from": len(known) + 1}
        new = texts[len(known) - first + 1 :]
        if new and not self._continues(name, new):
            return 409, {"fork": len(known) + 1}
        known.extend(new)
        return 200, {"next": len(known) + 1}

    def _continues(self, name: str, new: list[Text]) -> bool:
        """Only a journal that shares our whole past can follow it."""
        longer = self.known[name] + new
        return longer in (self.journals[name][: len(longer)], self.forks[name][: len(longer)])

    @invariant()
    def the_city_holds_exactly_what_was_answered_for(self) -> None:
        with self.store.begin() as connection:
            rows = connection.execute(select(entries).order_by(entries.c.seq)).all()
        for name in NAMES:
            assert [(row.body.decode(), row.hash.hex()) for row in rows if row.station == name] == self.known[name]


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
