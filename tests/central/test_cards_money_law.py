"""Any sequence of requests over several cards, on both databases: captured = used + owed back, and no right out of nothing."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Row, select

from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import submit
from central.cards.instruction import accept_request, reject_request
from central.cards.payment import take_capture
from central.cards.refunds import due_transfers, give_back
from central.db.card_tables import card_captures, card_refunds, cards
from central.rules.cards.application import CardApplication, CardLine, CardReason
from central.rules.cards.products import CardTerm
from central.rules.cards.states import CardStatus
from firmware.domain.errors import FieldError
from tests.central.card_rows import RESIDENT, MemoryProvider, counter_of, drafted, line, resident
from tests.central.counter_looks import held
from tests.central.register_rows import DAY, MINUTE, TEN, city_of, delete_all

PLATES = ("AA111AA", "BB222BB", "CC333CC")
ADD, CHANGE, MOVE, AGAIN, GIVE_UP = CardReason
PRICES = {ADD: 90_00, CHANGE: 10_00, MOVE: 10_00, AGAIN: 5_00, GIVE_UP: 0}
"""Of a card of three years that is not free; 14-2° articles 3, 5, 6."""
LINE = st.tuples(st.sampled_from([ADD, CHANGE, CHANGE, GIVE_UP, GIVE_UP, MOVE, AGAIN]), st.integers(0, 2), st.integers(0, 3))
STEP = st.one_of(
    st.tuples(st.just("ask"), st.lists(LINE, min_size=1, max_size=3)),
    st.tuples(st.just("grant"), st.lists(LINE, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["accept", "pay", "pay", "pay twice", "pay more", "pay less", "reject"]), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 31, 400, 1040])),
)


@dataclass
class Shelf:
    """What a clerk would have on the shelf: one card for each that was added, wherever it went since."""

    counter: Counter
    bank: MemoryProvider
    now: datetime = TEN
    lines: dict[int, tuple[CardLine, ...]] = field(default_factory=dict)
    """By number of request."""
    plate: dict[int, str] = field(default_factory=dict)
    """Of each card that was added and not given up, by its first number."""
    first: dict[int, int] = field(default_factory=dict)
    """The first number of each card."""
    used: int = 0
    settled: set[int] = field(default_factory=set)

    def write(self, kind: CardReason, plate: int, card: int) -> CardLine:
        known = sorted(self.first, reverse=True)
        named = known[card % len(known)] if known else 7
        if kind is ADD:
            return line(PLATES[plate], CardTerm.THREE_YEARS)
        here = self.plate.get(self.first.get(named, 0), PLATES[plate])
        return line(PLATES[plate] if kind is CHANGE else here, None, reason=kind, replaces=named)

    def ask(self, wanted: list[tuple[CardReason, int, int]]) -> None:
        lines = tuple(self.write(*each) for each in wanted)
        number = drafted(self.counter, RESIDENT, CardApplication("resident", resident().applicant, lines), self.now)
        with contextlib.suppress(FieldError):
            submit(self.counter, RESIDENT, number, RESIDENT, self.now)
            self.lines[number] = lines

    def step(self, what: str, which: int) -> None:
        """One thing that happens to one of the last requests."""
        if not self.lines:
            return
        number = sorted(self.lines, reverse=True)[which % len(self.lines)]
        if what in ("accept", "reject"):
            with contextlib.suppress(FieldError):
                if what == "accept":
                    accept_request(self.counter, number, "", "clerk", self.now)
                else:
                    reject_request(self.counter, number, "because", "clerk", self.now)
        else:
            price = sum(PRICES[each.reason] for each in self.lines[number])
            cents = max(1, price + {"pay more": 10_00, "pay less": -1}.get(what, 0))
            for _ in range(2 if what == "pay twice" else 1):
                take_capture(self.counter, self.bank.take(number, cents, self.now), self.now)
        self.note(number)

    def note(self, number: int) -> None:
        """Once a request is settled, what it asked for is so: each card it names was there, and is so once."""
        status = read_card_request(self.counter, number, None, self.now).status
        if status is not CardStatus.PAID or number in self.settled:
            return
        self.settled.add(number)
        self.used += sum(PRICES[each.reason] for each in self.lines[number])
        made = {row.line: row for row in rows(self.counter, cards) if row.request == number}
        for seq, each in enumerate(self.lines[number], 1):
            first = self.first[each.replaces] if each.replaces is not None else made[seq].id
            assert each.reason is ADD or first in self.plate, "a card that is not there any more"
            if each.reason is GIVE_UP:
                del self.plate[first]
            elif each.reason is not AGAIN:
                self.plate[first], self.first[made[seq].id] = each.plate, first


def rows(counter: Counter, table: object) -> list[Row[tuple[object, ...]]]:
    with counter.city.store.begin() as connection:
        return list(connection.execute(select(table)))  # type: ignore[call-overload]


def check(shelf: Shelf) -> None:
    """Not a cent and not a right is there without its cause."""
    captures, refunds = rows(shelf.counter, card_captures), rows(shelf.counter, card_refunds)
    surplus = [each for each in refunds if each.reason != "vehicle given up"]
    assert sum(each.cents for each in captures) == shelf.used + sum(each.cents for each in surplus), "used + owed back"
    owed = Tally[str]()
    for each in refunds:
        owed[each.transaction] += each.cents
    assert all(owed[each.transaction] <= each.cents for each in captures), "no more than came"
    given_up = [each for each in refunds if each not in surplus]
    gone = len(set(shelf.first.values())) - len(shelf.plate)
    assert len(given_up) <= gone, "a card is given up once"
    assert all(each.cents <= 60_00 for each in given_up), "14-2° article 5"
    there = list_cards(shelf.counter, RESIDENT, shelf.now)
    alive = {shelf.first[each.id]: each.plate for each in there}
    assert len(alive) == len(there), "one card is one card"
    assert alive == {first: plate for first, plate in shelf.plate.items() if first in alive}
    for plate in PLATES:
        now = [each for each in there if each.plate == plate and each.valid_from <= shelf.now]
        assert len(now) <= 1, "a vehicle has one card at a time"
        assert held(shelf.counter, plate, shelf.now) == ["resident"] * len(now)
    while give_back(shelf.counter, "console", shelf.now):
        pass
    assert shelf.bank.kept_cents == shelf.used, "what a vehicle given up brings back is transferred, never by card too"
    transfers = sorted(each.cents for each in due_transfers(shelf.counter.city.store))
    assert transfers == sorted(each.cents for each in given_up)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=st.lists(st.integers(0, 2), min_size=1, max_size=2, unique=True), steps=st.lists(STEP, min_size=2, max_size=10))
def test_captured_is_used_and_owed_back_whatever_is_asked(
    store: Engine, first: list[int], steps: list[tuple[str, object]]
) -> None:
    delete_all(store)
    with tempfile.TemporaryDirectory() as folder:
        bank = MemoryProvider()
        shelf = Shelf(counter_of(city_of(store), Path(folder), bank), bank)
        for what, which in [("grant", [(ADD, each, 0) for each in first]), *steps]:
            if what in ("ask", "grant"):
                shelf.ask(which)  # type: ignore[arg-type]
            if what == "grant":
                shelf.step("accept", 0)
                shelf.step("pay", 0)
            elif what == "wait":
                shelf.now += which * DAY  # type: ignore[operator]
            elif what != "ask":
                shelf.step(what, which)  # type: ignore[arg-type]
            shelf.now += MINUTE
            check(shelf)
