"""When a refusal can be acted on, from when it can, and how a recorded one stands today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, update

from central.core.city import City
from central.db.tables import incidents
from central.enforcement.check_log import RecordedCheck, list_checks
from central.enforcement.present_state import RefusalState
from central.rules.evidence import RightStatus
from tests.central.register_rows import DAY, HOUR, MINUTE, RIGHT, TEN, ask, enrol, entitle, report, right, sell

SECOND = timedelta(seconds=1)
LATER = TEN + HOUR
STATION = "75011-0042"
OPEN = replace(RIGHT, status=RightStatus.STARTED)
"""A payment that began at ten; nobody knows how it ended."""


def fork(store: Engine, station: str = STATION, first_seen: datetime = TEN) -> None:
    """Insert an incident that nobody has cleared."""
    values = {"station": station, "seq": 1, "hash": b"another", "body": b"another", "first_seen": first_seen}
    with store.begin() as connection:
        connection.execute(insert(incidents).values(values))


def clear(store: Engine, at: datetime) -> None:
    """Let somebody have looked at every incident."""
    with store.begin() as connection:
        connection.execute(update(incidents).values(cleared_at=at))


# --- how far the data goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reach", "conclusive"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)])
def test_a_refusal_is_conclusive_once_the_data_has_passed_its_instant(city: City, reach: timedelta, conclusive: bool) -> None:
    """Five seconds after he paid with the network down, three heartbeats are forgiven, and he is not accused."""
    enrol(city.store, STATION, TEN + reach)
    answer = ask(city, at=TEN, now=TEN + MINUTE)
    assert (answer.allowed, answer.conclusive, answer.silent) == (False, conclusive, ())
    assert answer.conclusive_from == (None if conclusive else TEN + 75 * SECOND)


def test_about_now_nobody_can_be_complete(city: City) -> None:
    enrol(city.store, STATION, TEN + DAY)
    now = ask(city, at=TEN)
    assert (now.conclusive, now.complete_until, now.conclusive_from) == (False, TEN, TEN + 75 * SECOND)
    assert ask(city, at=TEN, now=now.conclusive_from).conclusive


def test_a_yes_is_conclusive_and_waits_for_nothing(city: City) -> None:
    enrol(city.store, STATION, None)
    sell(city.store, RIGHT)
    assert (ask(city).conclusive, ask(city).conclusive_from) == (True, None)


# --- incidents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sector", "plate", "conclusive"),
    [("11D", "ZZ", False), ("11C", "ZZ", False), ("12A", "ZZ", True), ("12A", "AB123CD", False)],
)
def test_an_open_incident_makes_a_refusal_inconclusive_at_once(city: City, sector: str, plate: str, conclusive: bool) -> None:
    enrol(city.store, "near", LATER)
    enrol(city.store, STATION, LATER, sector)
    entitle(city.store, "AB123CD", "pro_mobile")
    assert ask(city, plate, now=LATER).conclusive
    fork(city.store)
    answer = ask(city, plate, now=LATER)
    assert (answer.conclusive, answer.silent) == (conclusive, ())
    clear(city.store, LATER)
    assert ask(city, plate, now=LATER).conclusive


@pytest.mark.parametrize(("known_at", "conclusive"), [(-SECOND, True), (0 * SECOND, False), (MINUTE, True)])
def test_an_incident_is_told_as_it_was_known(city: City, known_at: timedelta, conclusive: bool) -> None:
    enrol(city.store, STATION, TEN + 2 * MINUTE)
    fork(city.store, first_seen=LATER)
    clear(city.store, LATER + MINUTE)
    answer = ask(city, now=TEN + DAY, known_at=LATER + known_at).then
    assert answer is not None
    assert answer.conclusive == conclusive


# --- payments without an end --------------------------------------------------------------------------------------


def test_an_open_payment_lets_nobody_stay_and_no_refusal_be_concluded(city: City) -> None:
    enrol(city.store, STATION, TEN + DAY)
    sell(city.store, OPEN)
    answer = ask(city, now=LATER)
    assert (answer.allowed, answer.right, answer.just_expired, answer.conclusive) == (False, None, None, False)
    assert answer.conclusive_from == TEN + MINUTE + 75 * SECOND
    assert ask(city, "AB124CD", now=LATER).conclusive
    assert ask(city, "AB124CD", now=LATER).possible_payers == ()


@pytest.mark.parametrize(
    ("at", "sector", "conclusive"),
    [
        (TEN - SECOND, "11D", True),
        (TEN, "11C", False),
        (TEN, "12A", True),
        (LATER + 5 * MINUTE - SECOND, "11D", False),
        (LATER + 5 * MINUTE, "11D", True),
    ],
    ids=["before it", "in the zone", "in another zone", "in the tolerance after it", "after it"],
)
def test_an_open_payment_counts_where_its_right_would(city: City, at: datetime, sector: str, conclusive: bool) -> None:
    enrol(city.store, STATION, TEN + DAY)
    enrol(city.store, "far", TEN + DAY, "12A")
    sell(city.store, OPEN)
    assert ask(city, at=at, sector=sector, now=TEN + 2 * HOUR).conclusive == conclusive


def test_a_payment_that_ended_is_told_as_open_while_it_was(city: City) -> None:
    enrol(city.store, STATION, TEN + DAY)
    sell(city.store, OPEN, known_until=LATER)
    for known_at, conclusive in ((LATER - SECOND, False), (LATER, True)):
        then = ask(city, now=TEN + DAY, known_at=known_at).then
        assert then is not None
        assert then.conclusive == conclusive


# --- recorded refusals --------------------------------------------------------------------------------------------


def logged(city: City, state: RefusalState | None = None, after: int = 0, limit: int = 100) -> list[RecordedCheck]:
    """The check log, as it is read a day later."""
    return list(list_checks(city, "auditor", TEN + DAY, after, limit, state))


def test_a_recorded_refusal_becomes_conclusive_by_itself_or_contradicted(city: City) -> None:
    enrol(city.store, STATION, TEN)
    for plate in ("AB123CD", "ZZ999ZZ", "CC333CC"):
        ask(city, plate)
    sell(city.store, replace(RIGHT, plate="CC333CC"))
    ask(city, "CC333CC")
    states = [RefusalState.INCONCLUSIVE, RefusalState.INCONCLUSIVE, RefusalState.CONTRADICTED, None]
    assert [each.state for each in logged(city)] == states
    report(city.store, STATION, LATER)
    sell(city.store, replace(RIGHT, reference="late"))
    states = [RefusalState.CONTRADICTED, RefusalState.CONCLUSIVE, RefusalState.CONTRADICTED, None]
    assert [each.state for each in logged(city)] == states
    fork(city.store)
    assert logged(city)[1].state is RefusalState.INCONCLUSIVE


def test_a_recorded_refusal_of_an_open_payment_stays_inconclusive(city: City) -> None:
    enrol(city.store, STATION, LATER)
    sell(city.store, OPEN)
    ask(city)
    assert [each.state for each in logged(city)] == [RefusalState.INCONCLUSIVE]


def test_refusals_are_listed_by_their_state_page_after_page(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.enforcement.check_log.PAGE", 2)
    enrol(city.store, STATION, LATER)
    for letter in "ABCDEFG":
        ask(city, f"AB123C{letter}")
    sell(city.store, *(right(f"AB123C{letter}") for letter in "CFG"))
    ask(city, "AB123CC")
    contradicted = logged(city, RefusalState.CONTRADICTED)
    assert [each.plate for each in contradicted] == ["AB123CC", "AB123CF", "AB123CG"]
    assert logged(city, RefusalState.CONTRADICTED, limit=2) == contradicted[:2]
    assert logged(city, RefusalState.CONTRADICTED, contradicted[0].id) == contradicted[1:]
    assert [each.plate for each in logged(city, RefusalState.CONCLUSIVE)] == [f"AB123C{letter}" for letter in "ABDE"]
    assert logged(city, RefusalState.INCONCLUSIVE) == []
