"""Laws of plate checks: what holds of every register and every check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from central.db.tables import generations, holdings, rights
from central.enforcement.answers import CheckAnswer, PlateCheck
from central.rules.evidence import CheckRules, Evidence, HeldRight, Inquiry, ParkedVehicle, Place, RegisteredRight, RightStatus
from central.rules.verdict import AllowedBecause, judge
from tests.central.register_rows import DAY, HOUR, LONG_AGO, MINUTE, TARIFFS, TEN, ask, city_of, enrol, entitle, right, sell

QUARTER = 15 * MINUTE
HERE = Place(1, "11D")
PLATES = ("AB123CD", "AB124CD", "A8123CD", "BA123CD", "XY987ZT")
REGIMES = ("visitor", "resident", "pro_mobile", "cmi_s", "low_emission_resident")
instants = st.builds(lambda minute: TEN + minute * MINUTE, st.integers(-200, 900))


@st.composite
def sold(draw: st.DrawFn, plates: Sequence[str] = PLATES[:1]) -> RegisteredRight:
    """Any quarters of an hour, bought before or when they start, known when they are bought or later; many end together."""
    start = TEN + draw(st.integers(-12, 12)) * QUARTER
    sector = draw(st.sampled_from(["11D", "11C", "12A"]))
    regime, quarters = draw(st.sampled_from(REGIMES)), draw(st.integers(1, 16))
    made = right(draw(st.sampled_from(plates)), start, 15 * quarters, regime=regime)
    bought_at = start - draw(st.integers(0, 60)) * MINUTE
    known_from = bought_at + draw(st.integers(0, 600)) * MINUTE
    return replace(made, bought_at=bought_at, known_from=known_from, sector=sector, zone=2 if sector == "12A" else 1)


helds = st.lists(
    st.builds(
        HeldRight,
        st.just("a series"),
        st.sampled_from(["resident", "pro_mobile", "cmi_s", "low_emission", "pro_public"]),
        st.frozensets(st.sampled_from(["11D", "11C", "12A"])),
        st.just(LONG_AGO),
        st.sampled_from([None, TEN + DAY]),
    ),
    max_size=2,
)


def evidence(rights: Sequence[RegisteredRight], holdings: Sequence[HeldRight], at: datetime) -> Evidence:
    """What the register says of one plate in 11D, under today's tariffs."""
    inquiry = Inquiry(ParkedVehicle(PLATES[0], HERE, at), TARIFFS, CheckRules(), at)
    return Evidence(inquiry=inquiry, rights=tuple(rights), holdings=tuple(holdings))


@given(st.lists(sold(), max_size=5), sold(), helds, instants)
def test_one_more_right_never_turns_a_yes_into_a_no_nor_shortens_it(
    before: list[RegisteredRight], more: RegisteredRight, held: list[HeldRight], at: datetime
) -> None:
    one, other = (judge(evidence(each, held, at)) for each in (before, [*before, more]))
    if one.because:
        assert other.because
    if one.because is AllowedBecause.RIGHT:
        assert other.because is AllowedBecause.RIGHT
        assert one.until
        assert other.until
        assert one.until <= other.until


ONE, OTHER = right(minutes=30), right(start=TEN + QUARTER, minutes=15)
"""They end together."""


@example(([ONE, OTHER], [OTHER, ONE]), [], TEN + QUARTER)
@given(st.lists(sold(), max_size=6).flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))), helds, instants)
def test_the_order_in_which_rights_arrive_makes_no_difference(
    orders: tuple[list[RegisteredRight], list[RegisteredRight]], held: list[HeldRight], at: datetime
) -> None:
    one, other = (judge(evidence(order, held, at)) for order in orders)
    assert one == other


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6), st.integers(0, 70))
def test_until_is_the_first_minute_that_is_not_covered(spans: list[tuple[int, int]], minute: int) -> None:
    rights = [right(start=TEN + start * MINUTE, minutes=length) for start, length in spans]
    covered = {minute for start, length in spans for minute in range(start, start + length)}
    answer = judge(evidence(rights, (), TEN + minute * MINUTE))
    assert (answer.because is AllowedBecause.RIGHT) == (minute in covered)
    if answer.because is AllowedBecause.RIGHT:
        assert answer.until == TEN + next(each for each in range(minute, 100) if each not in covered) * MINUTE


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(sold(PLATES), max_size=6), st.sampled_from([(), ("resident",), ("cmi_s",)]), st.sampled_from(PLATES), instants)
def test_what_is_known_now_is_what_was_known_now_and_a_near_plate_lets_nobody_stay(
    store: Engine, known: list[RegisteredRight], held: Sequence[str], plate: str, at: datetime
) -> None:
    _forget(store)
    sell(store, *known) if known else None
    for holding in held:
        entitle(store, plate, holding, ["11D", "11C"] if holding == "resident" else ())
    answer = ask(city_of(store), plate, at, now=TEN + DAY, known_at=TEN + DAY)
    assert _as_then(answer) == answer.then
    mine = [each for each in known if each.plate == plate]
    if answer.because in (AllowedBecause.RIGHT, AllowedBecause.TOLERANCE):
        assert answer.right in mine
    assert not (answer.allowed and answer.possible_payers)
    assert all(payer.right.plate != plate for payer in answer.possible_payers)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(sold(), min_size=1, max_size=5), instants, st.integers(0, 12))
def test_what_was_known_then_is_what_a_check_then_would_have_said(
    store: Engine, known: list[RegisteredRight], at: datetime, hour: int
) -> None:
    known_at = TEN + (hour - 6) * HOUR
    _forget(store)
    sell(store, *known)
    told = ask(city_of(store), at=at, now=TEN + DAY, known_at=known_at).then
    _forget(store)
    arrived = [each for each in known if each.known_from <= known_at]
    sell(store, *arrived) if arrived else None
    assert told == _as_then(ask(city_of(store), at=at, now=TEN + DAY))


SECOND = timedelta(seconds=1)
seconds = st.integers(0, 120)


@st.composite
def payments(draw: st.DrawFn) -> tuple[int, int, int, bool]:
    """At one of two stations: when a payment was written down, how long it took, and whether it was paid."""
    return draw(st.integers(0, 1)), draw(seconds), draw(st.integers(0, 120)), draw(st.booleans())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example([(0, 10, 60, True)], (30, 30), (20, 40))
@example([(0, 30, 0, True)], (30, 60), (30, 40))
@given(st.lists(payments(), max_size=5), st.tuples(seconds, seconds), st.tuples(seconds, seconds))
def test_no_refusal_that_was_conclusive_is_contradicted_by_what_arrives_later(
    store: Engine, paid: list[tuple[int, int, int, bool]], reach: tuple[int, int], asked: tuple[int, int]
) -> None:
    """Each station's data goes to an instant, and what it wrote from then on arrives in the end.

    A right starts when its payment is written down, or later: what is sold at the machine starts at the next minute.
    """
    _forget(store)
    for station, until in zip(STATIONS, reach, strict=True):
        enrol(store, station, TEN + until * SECOND)
    city, at, now = city_of(store), TEN + min(asked) * SECOND, TEN + max(asked) * SECOND
    _hand_in(store, paid, reach)
    before = ask(city, at=at, now=now)
    _forget(store)
    for station in STATIONS:
        enrol(store, station, TEN + HOUR)
    _hand_in(store, paid, (DAY // SECOND, DAY // SECOND))
    after = ask(city, at=at, now=TEN + DAY)
    assert after.allowed or after.conclusive
    if before.conclusive:
        assert (after.allowed, after.conclusive) == (before.allowed, True)
    assert (before.conclusive_from is None) == before.conclusive
    assert before.conclusive_from is None or before.conclusive_from > at


STATIONS = ("75011-0042", "75011-0043")


def _hand_in(store: Engine, paid: list[tuple[int, int, int, bool]], reach: tuple[int, int]) -> None:
    """What each station wrote down before its data ends, as intake makes rows of it."""
    for which, began, took, approved in paid:
        at = TEN + began * SECOND
        row = replace(right(start=at, minutes=2), station=STATIONS[which])
        ended = began + took < reach[which]
        if began < reach[which] and not (ended and not approved):
            sell(store, row if ended else replace(row, status=RightStatus.STARTED))


def _as_then(answer: PlateCheck) -> CheckAnswer:
    """The part of a check that depends on what is known."""
    return CheckAnswer(**{name: getattr(answer, name) for name in CheckAnswer.__dataclass_fields__})


def _forget(store: Engine) -> None:
    with store.begin() as connection:
        for table in (rights, holdings, generations):
            connection.execute(delete(table))
