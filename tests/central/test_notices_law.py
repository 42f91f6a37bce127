"""A notice against a dictionary, on both databases: whatever happens, in whatever order, late sales at any moment."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.core.city import City
from central.notices.answers import NoticeAnswer
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, read_notice, take_step
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import TRANSITIONS, NoticeDelay, NoticeEventKind, NoticeState
from firmware.domain.errors import FieldError
from tests.central.notice_rows import FOUR, THREE, issue
from tests.central.register_rows import DAY, MINUTE, city_of, delete_all, right, sell

K, S = NoticeEventKind, NoticeState
CHEQUE = "cheque"
"""A move: money by cheque."""
STEPS = (K.SENT, K.WARNED, K.ENFORCED, K.WRITTEN_OFF, K.WITHDRAWN, K.CANCELLED)
MONEY = st.tuples(
    st.sampled_from([K.PAID, K.PAID, CHEQUE, K.REFUNDED]),
    st.sampled_from([1, 2250, 5250, 7500, 10000, 12500]),
    st.integers(0, 40),
)
MOVE = st.one_of(
    st.sampled_from(STEPS).map(lambda kind: (kind, 0, 0)),
    st.just((K.SENT, 0, 0)),
    MONEY,
    st.tuples(st.just("wait"), st.just(0), st.sampled_from([1, 5, 9, 10, 31, 60, 92, 120])),
    st.just(("sale", 0, 0)),
)


def months(day: date, count: int) -> date:
    year, month = divmod(day.month - 1 + count, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))


@dataclass
class NoticeModel:
    """What a clerk would write on a card."""

    now: datetime = FOUR
    paid: list[tuple[datetime, int, bool]] = field(default_factory=list)
    """When, how much, and whether by cheque."""
    refunded: int = 0
    when: dict[NoticeEventKind, datetime] = field(default_factory=dict)
    sale: bool = False

    def is_reduced(self, at: datetime) -> bool:
        sent = self.when.get(K.SENT)
        return sent is None or sent > at or at.date() <= sent.date() + timedelta(days=9)

    def whole(self, at: datetime) -> int:
        sent, warned, day = self.when.get(K.SENT), self.when.get(K.WARNED), at.date()
        if sent is None or sent > at or day <= months(sent.date() + timedelta(days=5), 3):
            return 7500
        return 10000 if warned and warned <= at and day <= months(warned.date(), 1) else 12500

    def sum(self, at: datetime, *by_cheque: bool) -> int:
        return sum(cents for when, cents, cheque in self.paid if when <= at and cheque in by_cheque)

    def price(self, at: datetime) -> int:
        return min(5250 + self.sum(at, True), 7500) if self.is_reduced(at) else self.whole(at)

    def settled(self) -> int | None:
        """At what price."""
        moments = sorted({at for at, _, _ in self.paid} | ({self.when[K.WARNED]} if K.WARNED in self.when else set()))
        if any(self.is_reduced(at) and self.sum(at, False) >= 5250 for at in moments):
            return 5250
        return min((self.whole(at) for at in moments if self.sum(at, True, False) >= self.whole(at)), default=None)

    @property
    def net(self) -> int:
        return sum(cents for _, cents, _ in self.paid) - self.refunded

    @property
    def surplus(self) -> int:
        settled = self.settled()
        return self.net if self.over else max(0, self.net - settled) if settled else 0

    @property
    def over(self) -> NoticeState | None:
        return S.WITHDRAWN if K.WITHDRAWN in self.when else S.CANCELLED if K.CANCELLED in self.when else None

    def state(self) -> NoticeState:
        if self.over:
            return S.REFUND_DUE if self.net else S.REFUNDED if self.refunded else self.over
        if settled := self.settled():
            return S.PAID_REDUCED if settled == 5250 else S.PAID
        for kind, state in ((K.WRITTEN_OFF, S.WRITTEN_OFF), (K.ENFORCED, S.ENFORCED)):
            if kind in self.when:
                return state
        if K.SENT not in self.when:
            return S.ISSUED
        notified = self.when[K.SENT].date() + timedelta(days=5)
        if self.now.date() > months(notified, 3):
            return S.INCREASED
        return S.PARTLY_PAID if self.net else S.NOTIFIED if self.now.date() >= notified else S.SENT

    def look(self) -> None:
        """A late sale is seen when anybody looks."""
        if self.sale and not self.over and K.CONTRADICTED not in self.when:
            self.when[K.CONTRADICTED if K.SENT in self.when else K.WITHDRAWN] = self.now

    def allows(self, kind: NoticeEventKind, cents: int) -> bool:
        state, sent, warned = self.state(), K.SENT in self.when, self.when.get(K.WARNED)
        rules: Mapping[NoticeEventKind, bool] = {
            K.SENT: state is S.ISSUED,
            K.WITHDRAWN: not sent and not self.over,
            K.CANCELLED: sent and not self.over,
            K.WARNED: state is S.INCREASED and not warned,
            K.ENFORCED: state is S.INCREASED and warned is not None and self.now.date() > months(warned.date(), 1),
            K.WRITTEN_OFF: state in (S.INCREASED, S.ENFORCED),
            K.PAID: True,
            K.REFUNDED: cents <= self.surplus and state in (S.PAID, S.PAID_REDUCED, S.REFUND_DUE),
        }
        return rules[kind]


def act(city: City, number: str, model: NoticeModel, move: tuple[Any, int, int], reference: str) -> NoticeEventKind | None:
    """Make one move in the register and on the card; what both took of it."""
    what, cents, days = move
    if what == "wait":
        model.now += days * DAY
        return None
    if what == "sale":
        sell(city.store, replace(right(start=THREE - MINUTE), known_from=model.now)) if not model.sale else None
        model.sale = True
        return None
    model.look()
    means = NoticePaymentMeans.CHEQUE if what == CHEQUE else None
    what = K.PAID if means else what
    at = max(FOUR, model.now - days * DAY) if what is K.PAID else model.now
    allowed = model.allows(what, cents)
    try:
        if what in STEPS:
            take_step(city, number, NoticeStep(what, at, "because"), "officer", model.now)
        else:
            record_payment(city, number, NoticePayment(cents, at, reference, kind=what, means=means), "cashier", model.now)
    except FieldError:
        assert not allowed, (what, model)
        return None
    assert allowed, (what, model)
    if what is K.PAID:
        model.paid.append((at, cents, means is not None))
    elif what is K.REFUNDED:
        model.refunded += cents
    else:
        model.when[what] = at
    model.now += MINUTE
    return K(what)


ARROWS = {(arrow.before, arrow.cause, arrow.after) for arrow in TRANSITIONS}
DELAYS = {(arrow.before, arrow.after) for arrow in TRANSITIONS if isinstance(arrow.cause, NoticeDelay)}


def check(answer: NoticeAnswer, model: NoticeModel) -> None:
    assert answer.state is model.state(), model
    assert (answer.paid_cents, answer.surplus_cents) == (model.net, model.surplus), model
    owed = 0 if model.over or model.settled() else model.price(model.now) - model.net
    assert answer.owed_cents == owed, model
    assert answer.cancellation_proposed is (K.CONTRADICTED in model.when and K.CANCELLED not in model.when)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(MOVE, min_size=3, max_size=12))
def test_a_notice_is_what_the_card_says(store: Engine, moves: list[tuple[Any, int, int]]) -> None:
    delete_all(store)
    city, model = city_of(store), NoticeModel()
    number = issue(city).number
    for count, move in enumerate(moves):
        model.look()
        before = read_notice(city, number, model.now)
        check(before, model)
        took = act(city, number, model, move, f"TX-{count}")
        if took:
            after = read_notice(city, number, model.now - MINUTE)
            assert (before.state, took, after.state) in ARROWS
    model.look()
    check(read_notice(city, number, model.now), model)
