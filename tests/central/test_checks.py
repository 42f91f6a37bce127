"""Plate checks: the verdict, its reason and how long it holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from central.core.city import City
from central.register.publications import publish
from central.rules.evidence import RightStatus
from central.rules.verdict import AllowedBecause
from tests.central.register_rows import (
    DAY,
    HOUR,
    LONG_AGO,
    MINUTE,
    PARIS,
    RIGHT,
    TEN,
    ask,
    enrol,
    entitle,
    right,
    sell,
)

NIGHT = TEN + 12 * HOUR
SECOND = timedelta(seconds=1)


# --- rights -------------------------------------------------------------------------------------------------------


def test_a_sold_right_in_full(city: City) -> None:
    enrol(city.store, "75011-0042")
    sell(city.store, RIGHT)
    answer = ask(city, "ab-123 cd")
    assert (answer.plate, answer.zone, answer.sector, answer.at) == ("AB123CD", 1, "11D", TEN + MINUTE)
    assert (answer.allowed, answer.because, answer.until) == (True, AllowedBecause.RIGHT, TEN + HOUR)
    assert (answer.right, answer.holding, answer.just_expired, answer.possible_payers) == (RIGHT, None, None, ())
    assert (answer.conclusive, answer.checked_at, answer.known_at, answer.then) == (True, TEN + MINUTE, None, None)


@pytest.mark.parametrize(
    ("at", "because"),
    [
        (TEN - SECOND, None),
        (TEN, AllowedBecause.RIGHT),
        (TEN + HOUR - SECOND, AllowedBecause.RIGHT),
        (TEN + HOUR, AllowedBecause.TOLERANCE),
        (TEN + HOUR + 5 * MINUTE - SECOND, AllowedBecause.TOLERANCE),
        (TEN + HOUR + 5 * MINUTE, None),
    ],
)
def test_a_right_covers_every_instant_before_its_end_and_a_few_minutes_are_forgiven(
    city: City, at: datetime, because: AllowedBecause | None
) -> None:
    sell(city.store, RIGHT)
    answer = ask(city, at=at)
    until = {AllowedBecause.RIGHT: TEN + HOUR, AllowedBecause.TOLERANCE: TEN + HOUR + 5 * MINUTE}
    assert (answer.because, answer.allowed) == (because, because is not None)
    assert (answer.until, answer.right) == ((until[because], RIGHT) if because else (None, None))


@pytest.mark.parametrize("status", [each for each in RightStatus if each is not RightStatus.STARTED])
def test_every_status_lets_the_vehicle_stay(city: City, status: RightStatus) -> None:
    sell(city.store, replace(RIGHT, status=status))
    answer = ask(city)
    assert answer.right is not None
    assert (answer.allowed, answer.right.status) == (True, status)


def test_a_right_whose_place_another_row_took_counts_for_nothing(city: City) -> None:
    sell(city.store, replace(RIGHT, end=TEN + 5 * HOUR), known_until=TEN)
    sell(city.store, RIGHT)
    assert ask(city).until == TEN + HOUR


def test_a_right_that_starts_tomorrow_covers_the_free_night_before_it(city: City) -> None:
    sell(city.store, replace(RIGHT, start=TEN + 23 * HOUR, end=TEN + 24 * HOUR))
    assert (ask(city).because, ask(city).until) == (AllowedBecause.RIGHT, TEN + 24 * HOUR)
    assert not ask(city, at=TEN - MINUTE).allowed


def test_rights_that_follow_each_other_are_one_stay(city: City) -> None:
    sell(city.store, *(right(start=TEN + hours * HOUR) for hours in (0, 1, 3)))
    assert ask(city).until == TEN + 2 * HOUR


def test_of_several_rights_the_one_that_ends_last_is_shown(city: City) -> None:
    longest = right(minutes=90)
    sell(city.store, right(), longest, right(minutes=30))
    assert ask(city).right == longest


# --- after the end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "shown"), [(0 * MINUTE, True), (2 * HOUR - SECOND, True), (2 * HOUR, False)])
def test_a_right_that_has_just_expired_is_shown(city: City, after: timedelta, shown: bool) -> None:
    sell(city.store, RIGHT)
    assert ask(city, at=TEN + HOUR + after).just_expired == (RIGHT if shown else None)


def test_a_right_that_has_just_expired_is_shown_beside_one_that_holds(city: City) -> None:
    sell(city.store, RIGHT, right(start=TEN + 2 * HOUR))
    answer = ask(city, at=TEN + 2 * HOUR)
    assert (answer.because, answer.just_expired) == (AllowedBecause.RIGHT, RIGHT)


def test_the_latest_of_those_that_have_expired_is_shown(city: City) -> None:
    latest = right(start=TEN + 10 * MINUTE)
    sell(city.store, latest, RIGHT)
    assert ask(city, at=TEN + 2 * HOUR).just_expired == latest


# --- the register, and hours that are free ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holding", "at", "enough"),
    [
        ("cmi_s", TEN, True),
        ("low_emission", TEN, True),
        ("low_emission", datetime(2024, 9, 30, 19, 59, tzinfo=PARIS), False),
        ("low_emission", datetime(2024, 10, 1, 9, 0, tzinfo=PARIS), True),
        ("pro_public", TEN, False),
        ("pro_mobile", TEN, False),
        ("resident", TEN, False),
        ("pro_sedentary", TEN, False),
    ],
)
def test_which_holdings_need_no_ticket(city: City, holding: str, at: datetime, enough: bool) -> None:
    until = at + DAY
    sectors = ["11D"] if holding in ("resident", "pro_sedentary") else []
    entitle(city.store, "AB123CD", holding, sectors, valid_from=at, valid_until=until)
    answer = ask(city, at=at)
    assert (answer.because, answer.until) == ((AllowedBecause.REGISTER, until) if enough else (None, None))
    assert (answer.holding is not None) == enough


@pytest.mark.parametrize(
    ("at", "allowed"), [(TEN - SECOND, False), (TEN, True), (TEN + HOUR - SECOND, True), (TEN + HOUR, False)]
)
def test_a_holding_counts_while_it_is_valid(city: City, at: datetime, allowed: bool) -> None:
    entitle(city.store, "AB123CD", "cmi_s", valid_from=TEN, valid_until=TEN + HOUR)
    assert ask(city, at=at).allowed == allowed


def test_a_holding_without_end_lets_the_vehicle_stay_without_end(city: City) -> None:
    entitle(city.store, "AB123CD", "cmi_s")
    assert (ask(city).allowed, ask(city).until) == (True, None)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (TEN + 10 * HOUR, TEN + 23 * HOUR),
        (datetime(2026, 3, 8, 12, 0, tzinfo=PARIS), datetime(2026, 3, 9, 9, 0, tzinfo=PARIS)),  # a Sunday
        (datetime(2026, 7, 14, 12, 0, tzinfo=PARIS), datetime(2026, 7, 15, 9, 0, tzinfo=PARIS)),
    ],
)
def test_when_nobody_has_to_pay_everybody_may_stay(city: City, at: datetime, until: datetime) -> None:
    answer = ask(city, at=at)
    assert (answer.because, answer.until, answer.right) == (AllowedBecause.FREE, until, None)


def test_the_strongest_reason_is_told(city: City) -> None:
    sell(city.store, right(start=TEN + 9 * HOUR, minutes=58))
    reasons = [ask(city, at=TEN + 10 * HOUR - MINUTE).because, ask(city, at=TEN + 10 * HOUR).because]
    entitle(city.store, "AB123CD", "cmi_s")
    reasons.append(ask(city, at=NIGHT).because)
    sell(city.store, right(start=NIGHT))
    reasons.append(ask(city, at=NIGHT).because)
    assert reasons == [AllowedBecause.TOLERANCE, AllowedBecause.FREE, AllowedBecause.REGISTER, AllowedBecause.RIGHT]


def test_the_tariffs_in_force_at_the_instant_say_what_is_free(city: City) -> None:
    document = json.loads((Path(__file__).parents[2] / "tariffs.json").read_bytes())
    document["calendar"]["exception_periods"] = [{"first_day": "2026-03-04", "last_day": "2026-03-04", "name": "Pollution"}]
    publish(city, "tariffs", "all", json.dumps(document).encode(), TEN, "operator", LONG_AGO)
    before, after = ask(city, at=TEN - SECOND), ask(city, at=TEN)
    assert (before.because, after.because, after.until) == (None, AllowedBecause.FREE, TEN + 23 * HOUR)


def test_past_the_calendar_a_refusal_is_not_conclusive_and_waiting_makes_it_no_more_so(city: City) -> None:
    """Nobody has listed the holidays of 2036, and 2 January may be free."""
    answer = ask(city, at=datetime(2036, 1, 2, 10, tzinfo=PARIS))
    assert (answer.because, answer.conclusive, answer.conclusive_from) == (None, False, None)
