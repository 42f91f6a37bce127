"""A request against a dictionary, on both databases: whatever happens, in whatever order, money included."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import submit, withdraw
from central.cards.instruction import accept_request, ask_applicant, reject_request, send_cards
from central.cards.payment import open_payment, take_capture
from central.cards.refunds import give_back
from central.payments.port import ProviderAwayError
from central.rules.cards.application import CardReason
from central.rules.cards.requests import CardPolicy
from central.rules.cards.states import CARD_TRANSITIONS, CardDelay, CardEventKind, CardStatus
from firmware.domain.errors import FieldError
from tests.central.card_rows import RESIDENT, MemoryProvider, counter_of, drafted, line, replacing, resident
from tests.central.counter_looks import held
from tests.central.register_rows import DAY, MINUTE, TEN, city_of, delete_all

S = CardStatus
MOVE = st.one_of(
    st.tuples(st.sampled_from(["submit", "accept", "pay"]), st.just(0)),
    st.tuples(st.sampled_from(["submit", "ask", "accept", "reject", "withdraw", "open", "send", "change"]), st.just(0)),
    st.tuples(st.just("capture"), st.sampled_from([1000, 3500, 4500, 4500, 5500])),
    st.tuples(st.just("again"), st.just(0)),
    st.tuples(st.just("bank"), st.sampled_from([0, 1])),
    st.tuples(st.just("wait"), st.sampled_from([1, 29, 30, 31, 370])),
)
PAY_WITHIN = 30 * DAY
DAYS_OF_A_YEAR = 365


@dataclass
class CardModel:
    """What a clerk would write on a card."""

    plate: str
    price: int
    now: datetime = TEN
    state: CardStatus = S.DRAFT
    accepted: datetime | None = None
    came: list[int] = field(default_factory=list)
    paid_at: datetime | None = None
    after: CardModel | None = None
    """The card that this request is to change."""

    @property
    def status(self) -> CardStatus:
        late = self.accepted is not None and self.now >= self.accepted + PAY_WITHIN
        return S.REJECTED if self.state is S.TO_PAY and late else self.state

    @property
    def alive(self) -> bool:
        """Whether there is a right, but for what a change has closed."""
        began = self.after.paid_at if self.after else self.paid_at
        return self.paid_at is not None and began is not None and self.now.date() <= began.date() + DAYS_OF_A_YEAR * DAY

    def allows(self, what: str) -> bool:
        return {
            "submit": self.status is S.DRAFT and (self.after is None or self.after.alive),
            "ask": self.status is S.EXAMINED,
            "accept": self.status is S.EXAMINED and (self.after is None or self.after.alive),
            "reject": self.status in (S.EXAMINED, S.TO_PAY),
            "withdraw": self.status in (S.DRAFT, S.EXAMINED, S.TO_PAY),
            "open": self.status is S.TO_PAY and (self.after is None or self.after.alive),
            "send": self.status is S.PAID,
        }[what]

    def take(self, cents: int) -> None:
        self.came.append(cents)
        if self.status is S.TO_PAY and cents >= self.price and (self.after is None or self.after.alive):
            self.state, self.paid_at = S.PAID, self.now

    def note(self, what: str) -> None:
        after = {"submit": S.EXAMINED, "accept": S.TO_PAY, "reject": S.REJECTED, "withdraw": S.REJECTED, "send": S.SENT}
        self.state = after.get(what, self.state)
        if what == "accept":
            self.accepted = self.now


def do(counter: Counter, number: int, model: CardModel, what: str) -> None:
    """Make one move in the register. Raises FieldError, ProviderAwayError."""
    now = model.now
    steps: dict[str, Any] = {
        "submit": lambda: submit(counter, RESIDENT, number, RESIDENT, now),
        "ask": lambda: ask_applicant(counter, number, "because", "clerk", now),
        "accept": lambda: accept_request(counter, number, "", "clerk", now),
        "reject": lambda: reject_request(counter, number, "because", "clerk", now),
        "withdraw": lambda: withdraw(counter, RESIDENT, number, RESIDENT, now),
        "open": lambda: open_payment(counter, RESIDENT, number, RESIDENT, now),
        "send": lambda: send_cards(counter, number, "clerk", now),
    }
    steps[what]()


def move(counter: Counter, number: int, model: CardModel, bank: MemoryProvider, what: str, cents: int) -> None:
    """One move in the register and on the card: both take it, or neither does."""
    if what in ("capture", "pay"):
        cents = cents or model.price
        take_capture(counter, bank.take(number, cents, model.now), model.now)
        model.take(cents)
        return
    if what == "again":
        for capture in bank.captures:
            take_capture(counter, capture, model.now)
        return
    before, allowed = model.status, model.allows(what)
    try:
        do(counter, number, model, what)
    except FieldError:
        assert not allowed, (what, model)
    except ProviderAwayError:
        assert (allowed, bank.away, what) == (True, True, "open")
    else:
        assert allowed, (what, model)
        model.note(what)
        assert before is model.status or (before, model.status) in ARROWS, (before, model.status)


ARROWS = {(arrow.before, arrow.after) for arrow in CARD_TRANSITIONS}
assert {arrow.cause for arrow in CARD_TRANSITIONS} == {*CardEventKind, *CardDelay}


def check(counter: Counter, number: int, model: CardModel, bank: MemoryProvider) -> None:
    """The register says what the card says, and not a cent is lost."""
    answer = read_card_request(counter, number, None, model.now)
    assert answer.status is model.status, model
    used = model.price if model.paid_at else 0
    assert (answer.paid_cents, answer.refunded_cents) == (used, sum(model.came) - used), model
    first = model.after or model
    plates = [] if not first.alive else [model.plate if model.paid_at else first.plate]
    assert [card.plate for card in list_cards(counter, RESIDENT, model.now)] == plates, model
    for plate in {model.plate, first.plate}:
        assert held(counter, plate, model.now) == ["resident"] * (plate in plates), (plate, model)
    if not bank.away:
        give_back(counter, "console", model.now)
        kept = used + (first.price if model.after and first.paid_at else 0)
        assert bank.kept_cents == kept, "what nobody owes is given back"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(MOVE, min_size=6, max_size=20))
def test_a_request_is_what_the_card_says(store: Engine, moves: list[tuple[str, int]]) -> None:
    delete_all(store)
    bank = MemoryProvider()
    with tempfile.TemporaryDirectory() as folder:
        counter = counter_of(city_of(store), Path(folder), bank)
        counter = Counter(counter.city, policy=CardPolicy(PAY_WITHIN), folder=counter.folder, provider=bank)
        model = CardModel("AB123CD", 4500)
        number = drafted(counter, RESIDENT, resident(line()), model.now)
        for what, amount in moves:
            if what == "wait":
                model.now += amount * DAY
            elif what == "bank":
                bank.away = bool(amount)
            elif what == "change":
                number, model = changed(counter, number, model)
            else:
                move(counter, number, model, bank, what, amount)
                model.now += MINUTE
            check(counter, number, model, bank)


def changed(counter: Counter, number: int, model: CardModel) -> tuple[int, CardModel]:
    """A draft for another vehicle in the place of the one that has a card; what is there already if it has none."""
    if model.after is not None or not model.alive:
        return number, model
    (card,) = list_cards(counter, RESIDENT, model.now)
    asked = resident(replacing(card.id, CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    made = drafted(counter, RESIDENT, asked, model.now)
    return made, CardModel("ZZ999ZZ", 1000, model.now, after=model)
