"""A parking sold by telephone against a dictionary, on both databases: start, extend, stop, repeat, late, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.core.city import City
from central.core.problems import ConflictError
from central.enforcement.right_lookup import find_rights
from central.register.seller_parkings import TakenParking, put_parking
from central.register.sellers import enrol_seller, report_complete
from central.rules.evidence import RightStatus
from central.rules.plate_match import alike
from central.rules.seller_parkings import SellerParking
from firmware.domain.errors import FieldError
from tests.central.register_rows import HOUR, MINUTE, TEN, city_of, delete_all

HOUR_CENTS = (600, 600, 1200, 1500, 1800, 1800)
"""What each hour of a stay costs in zone 1 since 2021, typed from the deliberation and not from the engine under test."""
PLATES = ("AB123CD", "EF456GH")
MOVE = st.one_of(
    st.tuples(st.just("say"), st.sampled_from("AB"), st.integers(1, 26), st.sampled_from([0, 0, 0, 0, 1])),
    st.tuples(st.just("stop"), st.sampled_from("AB"), st.integers(1, 12), st.integers(0, 200)),
    st.tuples(st.just("again"), st.sampled_from("AB"), st.just(0), st.just(0)),
    st.tuples(st.just("earlier"), st.sampled_from("AB"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("other"), st.sampled_from("AB"), st.integers(1, 12), st.just(0)),
    st.tuples(st.just("wait"), st.just("A"), st.integers(1, 90), st.just(0)),
    st.tuples(st.just("vouch"), st.just("A"), st.integers(-30, 5), st.just(0)),
)


def price(units: int) -> int:
    """Of so many quarters: each hour's, a quarter of it for each quarter."""
    return sum(HOUR_CENTS[quarter // 4] * 100 // 4 for quarter in range(units)) // 100


@dataclass
class SellerModel:
    """What the seller's own clerk would write on a card."""

    now: datetime = TEN
    said: dict[str, SellerParking] = field(default_factory=dict)
    answers: dict[str, list[tuple[SellerParking, TakenParking]]] = field(default_factory=dict)
    """Every message that was taken, with what it was answered."""
    vouched: datetime | None = None

    def end(self, id: str) -> datetime:
        parking = self.said[id]
        return parking.stopped_at or parking.bought_at + parking.units * 15 * MINUTE

    def answered(self, id: str, said: SellerParking) -> TakenParking | None:
        return next((answer for message, answer in self.answers.get(id, ()) if message == said), None)

    def takes(self, id: str, said: SellerParking) -> bool:
        before = self.said.get(id)
        right = said.units <= 24 and said.cents == price(said.units)
        stop = said.stopped_at
        inside = stop is None or (
            said.bought_at < stop <= min(self.now, said.bought_at + said.units * 15 * MINUTE) and stop <= self.now
        )
        if before is None:
            return right and inside
        if self.answered(id, said):
            return True
        runs = before.stopped_at is None and self.now < self.end(id)
        same = (said.plate, said.bought_at) == (before.plate, before.bought_at)
        grows = said.units > before.units if stop is None else said.units <= before.units
        return right and inside and runs and same and grows


def body(model: SellerModel, move: tuple[str, str, int, int]) -> SellerParking:
    """The message that a move sends."""
    what, number, units, more = move
    before = model.said.get(number)
    if what == "earlier" and before:
        told = model.answers[number]
        return told[units % len(told)][0]
    begun = before.bought_at if before else model.now
    plate = before.plate if before else PLATES["AB".index(number)]
    said = SellerParking(
        plate=plate,
        zone=1,
        sector="11D",
        regime="visitor",
        vehicle="car",
        bought_at=begun,
        units=units,
        cents=price(min(units, 24)) + (more if what == "say" else 0),
    )
    if what == "stop":
        return replace(said, stopped_at=begun + more * MINUTE)
    if what == "other":
        return replace(said, plate="ZZ999ZZ")
    return (
        before
        if what == "again" and before
        else replace(said, units=1, cents=price(1))
        if what in ("again", "earlier")
        else said
    )


def act(city: City, model: SellerModel, move: tuple[str, str, int, int]) -> None:
    what, number, units, _ = move
    if what == "wait":
        model.now += units * MINUTE
    elif what == "vouch":
        until = model.now + units * MINUTE
        good = until <= model.now and (model.vouched is None or until >= model.vouched)
        assert good is accepted(lambda: report_complete(city.store, "seller", until, timedelta(minutes=3), model.now))
        model.vouched = until if good else model.vouched
    else:
        said = body(model, move)
        good, known = model.takes(number, said), model.answered(number, said)
        answer = taken(city, number, said, model.now)
        assert good is (answer is not None), (model, said)
        assert known in (None, answer), (model, said)
        if answer and not known:
            model.said[number] = said
            model.answers.setdefault(number, []).append((said, answer))


def taken(city: City, id: str, said: SellerParking, now: datetime) -> TakenParking | None:
    try:
        return put_parking(city, "seller", id, said, now)[0]
    except (FieldError, ConflictError):
        return None


def accepted(doing: object) -> bool:
    try:
        doing()  # type: ignore[operator]
    except (FieldError, ConflictError):
        return False
    return True


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVE, max_size=14))
def test_the_register_holds_what_the_sellers_clerk_wrote_down(store: Engine, moves: list[tuple[str, str, int, int]]) -> None:
    delete_all(store)
    city, model = city_of(store), SellerModel()
    enrol_seller(store, "seller", "Seller", "the test", TEN - HOUR)
    for move in moves:
        act(city, model, move)
        with store.begin() as connection:
            found = {
                each.reference: each for each in find_rights(connection, set(map(alike, (*PLATES, "ZZ999ZZ"))), TEN - HOUR)
            }
        assert found.keys() == set(model.said)
        for number, said in model.said.items():
            status = RightStatus.STOPPED if said.stopped_at else RightStatus.SOLD
            right = found[number]
            assert (right.plate, right.end, right.cents, right.status) == (said.plate, model.end(number), said.cents, status)
