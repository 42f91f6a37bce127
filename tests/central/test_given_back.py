"""A right whose money was returned: it ends at that instant, and what was answered before stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from central.core.city import City
from central.db.tables import checks, dead_letters, rights
from central.enforcement.reopened import find_reopened
from central.rules.evidence import RightStatus
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentReversed, PaymentStarted, RightGivenBack, RightSold
from tests.central.register_rows import DAY, HOUR, MINUTE, RIGHT, TEN, ask, enrol, sell
from tests.central.signing_station import WRITTEN, SigningStation, all_of, chain, right

BACK = TEN + 20 * MINUTE
SOLD = (PaymentStarted(right()), RightSold(right()))
RETURNED = RightGivenBack(right().reference, right().cents)


@pytest.fixture
def given_back(city: City) -> City:
    """Sold at ten, given back at twenty past, both known at once; every station has said all."""
    enrol(city.store, "75011-0042", TEN + DAY)
    sell(city.store, RIGHT, known_until=BACK)
    sell(city.store, replace(RIGHT, status=RightStatus.GIVEN_BACK, end=BACK, known_from=BACK))
    return city


def present(station: SigningStation) -> list[tuple[str, str]]:
    return [(row.reference[-1], row.status) for row in all_of(station.city, rights) if row.known_until is None]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((*SOLD, RETURNED), "given back"),
        ((*SOLD, RETURNED, RETURNED), "given back"),
        ((*SOLD, RETURNED, PaymentRefused(right().reference, "refused")), "given back"),
        ((*SOLD, RETURNED, RightSold(right())), "sold"),
        ((*SOLD, RETURNED, InDoubt(right(), "contradicted")), "provisional"),
        ((PaymentStarted(right()), InDoubt(right(), "unanswered"), RETURNED), "provisional"),
        ((*SOLD, PaymentReversed("31PA010001", 601)), "sold"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_was_sold_is_taken_back_by_the_return_of_its_money_and_by_nothing_else(
    station: SigningStation, facts: tuple[Fact, ...], status: str, together: bool
) -> None:
    texts = chain(facts)
    if not together:
        for end in range(1, len(texts)):
            station.hand_in(texts[:end], held=len(texts))
    station.hand_in(texts)
    assert present(station) == [("1", status)]
    assert not all_of(station.city, dead_letters)


def test_it_ends_when_its_money_was_returned_and_has_its_whole_length_again_with_a_later_yes(station: SigningStation) -> None:
    station.hand_in(chain([*SOLD, RETURNED, RightSold(right())]))
    assert [(row.status, row.end) for row in all_of(station.city, rights)] == [
        ("started", right().end),
        ("sold", right().end),
        ("given back", min(right().end, WRITTEN)),
        ("sold", right().end),
    ]


def test_another_right_under_its_reference_is_a_contradiction_still(station: SigningStation) -> None:
    station.hand_in(chain([*SOLD, RETURNED, RightSold(right(cents=900))]))
    assert present(station) == [("1", "given back")]
    assert len(all_of(station.city, dead_letters)) == 1


def test_a_check_after_it_is_refused_like_one_without_a_right(given_back: City) -> None:
    answer = ask(given_back, at=BACK, now=BACK + HOUR)
    assert (answer.allowed, answer.right, answer.just_expired, answer.conclusive) == (False, None, None, True)


def test_a_check_of_an_instant_before_it_is_allowed_still(given_back: City) -> None:
    assert ask(given_back, at=BACK - MINUTE, now=BACK + HOUR).allowed


def test_a_question_as_of_before_it_keeps_its_answer(given_back: City) -> None:
    answer = ask(given_back, at=BACK + MINUTE, now=BACK + HOUR, known_at=BACK - MINUTE)
    assert not answer.allowed
    assert answer.then is not None
    assert answer.then.allowed


def test_the_check_log_keeps_what_was_answered_and_no_refusal_is_reopened(city: City) -> None:
    sell(city.store, RIGHT)
    assert ask(city, at=TEN + MINUTE, now=TEN + MINUTE).allowed
    with city.store.begin() as connection:
        connection.execute(update(rights).values(known_until=BACK))
    sell(city.store, replace(RIGHT, status=RightStatus.GIVEN_BACK, end=BACK, known_from=BACK))
    ask(city, at=BACK + MINUTE, now=BACK + MINUTE)
    with city.store.begin() as connection:
        assert connection.scalars(select(checks.c.allowed).order_by(checks.c.id)).all() == [True, False]
    assert find_reopened(city, TEN, BACK + HOUR) == ()
