"""Reopened refusals: checks answered no that later data contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

import central.enforcement.reopened
from central.core.city import City
from central.db.tables import checks, rights
from central.enforcement.present_state import RefusalState
from central.enforcement.reopened import find_reopened
from central.rules.evidence import RegisteredRight
from central.rules.verdict import AllowedBecause
from tests.central.register_rows import DAY, HOUR, LONG_AGO, MINUTE, RIGHT, TEN, ask, city_of, entitle, right, sell

LATE = TEN + 3 * HOUR


def plates(city: City, since: datetime = LONG_AGO, now: datetime = TEN + DAY, limit: int = 100) -> list[str]:
    """Of the refusals that are open again."""
    return [each.plate for each in find_reopened(city, since, now, limit)]


def test_a_late_right_re_opens_the_refusal_it_contradicts(city: City) -> None:
    refused = ask(city)
    late = replace(RIGHT, known_from=LATE)
    sell(city.store, late)
    found = find_reopened(city, LONG_AGO, TEN + DAY)
    with city.store.begin() as connection:
        number = connection.scalar(select(checks.c.id))
    assert not refused.allowed
    assert [vars(each) for each in found] == [
        {
            "check": number,
            "checked_at": TEN + MINUTE,
            "asked_by": "agent",
            "plate": "AB123CD",
            "zone": 1,
            "sector": "11D",
            "at": TEN + MINUTE,
            "because": AllowedBecause.RIGHT,
            "right": late,
            "holding": None,
            "state": RefusalState.CONTRADICTED,
        }
    ]


@pytest.mark.parametrize(
    "late",
    [
        right("AB124CD"),
        right(zone=2, sector="12A"),
        right(sector="11C", regime="resident"),
        right(start=TEN + 2 * MINUTE),
        right(start=TEN - HOUR, minutes=56),
    ],
    ids=["another plate", "another zone", "another home", "bought afterwards", "ended before"],
)
def test_what_would_not_have_covered_the_vehicle_re_opens_nothing(city: City, late: RegisteredRight) -> None:
    assert not ask(city).allowed
    sell(city.store, late)
    assert plates(city) == []


def test_a_yes_is_never_re_opened(city: City) -> None:
    entitle(city.store, "AB123CD", "cmi_s")
    assert ask(city).allowed
    sell(city.store, RIGHT)
    assert plates(city) == []


def test_a_right_within_the_tolerance_re_opens_too(city: City) -> None:
    ask(city)
    sell(city.store, right(start=TEN - HOUR, minutes=57))
    (found,) = find_reopened(city, LONG_AGO, TEN + DAY)
    assert found.because is AllowedBecause.TOLERANCE


def test_a_holding_that_was_not_known_re_opens_too(city: City) -> None:
    ask(city)
    ask(city, "ZZ999ZZ")
    entitle(city.store, "AB123CD", "cmi_s", known_from=LATE)
    entitle(city.store, "ZZ999ZZ", "pro_public", known_from=LATE)
    (found,) = find_reopened(city, LONG_AGO, TEN + DAY)
    assert (found.plate, found.because, found.right) == ("AB123CD", AllowedBecause.REGISTER, None)
    assert found.holding is not None
    assert found.holding.holding == "cmi_s"


def test_a_right_that_was_corrected_away_re_opens_nothing(city: City) -> None:
    ask(city)
    sell(city.store, RIGHT, known_until=LATE)
    assert plates(city) == []


def test_the_list_is_the_oldest_first_and_from_one_check_to_another(city: City) -> None:
    minutes = {"AB123CD": 30, "AA111AA": 10, "BB222BB": 20, "CC333CC": 40}
    for plate, minute in minutes.items():
        ask(city, plate, TEN + minute * MINUTE)
    sell(city.store, *(right(plate) for plate in minutes))
    assert plates(city) == ["AA111AA", "BB222BB", "AB123CD", "CC333CC"]
    assert plates(city, limit=2) == ["AA111AA", "BB222BB"]
    assert plates(city, TEN + 20 * MINUTE) == ["BB222BB", "AB123CD", "CC333CC"]
    assert plates(city, now=TEN + 39 * MINUTE) == ["AA111AA", "BB222BB", "AB123CD"]


def test_every_page_is_turned_though_checks_share_their_moment(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(central.enforcement.reopened, "PAGE", 2)
    for letter in "ABCDEFG":
        ask(city, f"AB123C{letter}")
    sell(city.store, *(right(f"AB123C{letter}") for letter in "ABDEFG"))
    assert plates(city) == [f"AB123C{letter}" for letter in "ABDEFG"]


questions = st.lists(st.tuples(st.sampled_from(["AB123CD", "AB124CD"]), st.integers(0, 120)), max_size=5)
sales = st.lists(st.tuples(st.sampled_from(["AB123CD", "AB124CD"]), st.integers(-30, 120), st.integers(1, 60)), max_size=4)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(questions, sales, sales)
def test_open_again_is_what_was_refused_and_would_be_allowed_today(
    store: Engine, asked: Sequence[tuple[str, int]], known: Sequence[tuple[str, int, int]], late: Sequence[tuple[str, int, int]]
) -> None:
    city = city_of(store)
    with store.begin() as connection:
        connection.execute(delete(checks))
        connection.execute(delete(rights))
    _sell(store, known)
    first = [ask(city, plate, TEN + minute * MINUTE) for plate, minute in asked]
    _sell(store, late)
    listed = [(each.plate, each.at) for each in find_reopened(city, LONG_AGO, TEN + DAY)]
    again = [ask(city, each.plate, each.at, now=TEN + DAY + timedelta(seconds=1)) for each in first]
    wanted = [(one.plate, one.at) for one, other in zip(first, again, strict=True) if other.allowed and not one.allowed]
    assert sorted(listed) == sorted(wanted)


def _sell(store: Engine, sold: Sequence[tuple[str, int, int]]) -> None:
    made = [right(plate, TEN + minute * MINUTE, length) for plate, minute, length in sold]
    sell(store, *made) if made else None
