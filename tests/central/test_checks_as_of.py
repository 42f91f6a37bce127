"""Plate checks as known at an earlier moment, and while stations hand in entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, insert, select

from central.cli.cluster import Cluster
from central.core.city import City
from central.db.store import connect
from central.db.tables import checks, stations
from central.enforcement.answers import CheckAnswer
from central.enforcement.reopened import find_reopened
from central.rules.evidence import RightStatus
from central.rules.verdict import AllowedBecause
from tests.central.register_rows import (
    DAY,
    HOUR,
    MINUTE,
    RIGHT,
    TEN,
    ask,
    city_of,
    delete_all,
    enrol,
    entitle,
    report,
    right,
    sell,
)

LATE = TEN + 3 * HOUR
"""When the right bought at ten arrives."""


def then(city: City, known_at_minute: int, plate: str = "AB123CD") -> CheckAnswer:
    """What was known so many minutes after ten of the plate at one minute past, asked a day later."""
    answer = ask(city, plate, now=TEN + DAY, known_at=TEN + known_at_minute * MINUTE).then
    assert answer is not None
    return answer


@pytest.mark.parametrize(("minute", "allowed"), [(1, False), (179, False), (180, True), (181, True)])
def test_a_late_right_is_known_from_its_arrival_on(city: City, minute: int, allowed: bool) -> None:
    sell(city.store, replace(RIGHT, known_from=LATE))
    assert ask(city, now=TEN + DAY).allowed
    assert then(city, minute).allowed == allowed


def test_a_status_is_told_as_it_was(city: City) -> None:
    sell(city.store, replace(RIGHT, status=RightStatus.PROVISIONAL), known_until=LATE)
    sell(city.store, replace(RIGHT, known_from=LATE))
    seen = [found.right.status for minute in (1, 179, 180) if (found := then(city, minute)).right]
    assert seen == [RightStatus.PROVISIONAL, RightStatus.PROVISIONAL, RightStatus.SOLD]


def test_a_holding_is_told_as_it_was(city: City) -> None:
    entitle(city.store, "AB123CD", "cmi_s", known_until=LATE)
    assert (ask(city).because, then(city, 179).because, then(city, 180).because) == (None, AllowedBecause.REGISTER, None)


def test_a_possible_payer_is_told_as_he_was_known(city: City) -> None:
    sell(city.store, right("AB124CD"))
    sell(city.store, replace(RIGHT, known_from=LATE))
    assert [payer.right.plate for payer in then(city, 179).possible_payers] == ["AB124CD"]
    assert then(city, 180).possible_payers == ()


def test_how_complete_it_was_is_told_with_it(city: City) -> None:
    enrol(city.store, "75011-0042", TEN - HOUR)
    sell(city.store, replace(RIGHT, known_from=LATE))
    report(city.store, "75011-0042", LATE, silent_since=TEN - HOUR)
    answer = ask(city, now=LATE, known_at=TEN + MINUTE)
    assert (answer.allowed, answer.conclusive, answer.silent) == (True, True, ())
    assert answer.then is not None
    assert (answer.then.allowed, answer.then.conclusive) == (False, False)
    assert (answer.then.silent, answer.then.complete_until) == (("75011-0042",), TEN - HOUR)


def test_only_the_present_answer_is_recorded(city: City) -> None:
    sell(city.store, replace(RIGHT, known_from=LATE))
    ask(city, now=TEN + DAY, known_at=TEN)
    with city.store.begin() as connection:
        assert connection.scalars(select(checks.c.allowed)).all() == [True]


# --- several at once ----------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(cluster: Cluster, postgres: Engine) -> Iterator[City]:
    """A register on PostgreSQL, over connections that rather fail than wait for a lock."""
    delete_all(postgres)
    store = connect(cluster.url() + "&options=-c%20lock_timeout%3D2000")
    yield city_of(store)
    store.dispose()


def meanwhile(store: Engine, statement: str, act: Callable[[], object], when: str = "after_cursor_execute") -> None:
    """Do something on another connection, once, when a statement that holds this text is executed."""
    pending = [act]

    def listen(*arguments: object) -> None:
        if pending and statement in str(arguments[2]):
            pending.pop()()

    event.listen(store, when, listen)


def arrive(store: Engine) -> None:
    """The late right, and with it all that its station had."""
    sell(store, replace(RIGHT, known_from=TEN + MINUTE))
    report(store, "75011-0042", TEN + MINUTE, silent_since=TEN - HOUR)


def test_a_check_neither_waits_for_an_intake_nor_sees_half_of_it(impatient: City) -> None:
    enrol(impatient.store, "75011-0042", TEN - HOUR)
    with impatient.store.begin() as intake:
        intake.execute(select(stations).with_for_update())
        intake.execute(stations.update().values(complete_until=TEN + MINUTE))
        answer = ask(impatient)
        assert (answer.allowed, answer.silent) == (False, ("75011-0042",))
    assert ask(impatient).silent == ()


def test_an_intake_does_not_wait_for_a_check(impatient: City) -> None:
    enrol(impatient.store, "75011-0042", TEN - HOUR)
    meanwhile(impatient.store, "INSERT INTO checks", lambda: arrive(impatient.store))
    assert not ask(impatient).allowed
    assert ask(impatient).allowed


@pytest.mark.parametrize(
    ("moment", "when", "seen"),
    [
        ("FROM stations", "before_cursor_execute", True),
        ("FROM stations", "after_cursor_execute", False),  # one statement: what comes after it comes after the rights too
        ("FROM rights", "after_cursor_execute", False),
        ("INSERT INTO checks", "after_cursor_execute", False),
    ],
)
def test_an_entry_that_arrives_while_an_agent_asks_is_seen_or_re_opens_the_refusal(
    impatient: City, moment: str, when: str, seen: bool
) -> None:
    enrol(impatient.store, "75011-0042", TEN - HOUR)
    meanwhile(impatient.store, moment, lambda: arrive(impatient.store), when)
    answer = ask(impatient)
    listed = find_reopened(impatient, TEN, TEN + DAY)
    assert answer.allowed or not answer.conclusive
    assert answer.allowed == seen
    assert [each.right for each in listed] == ([] if answer.allowed else [replace(RIGHT, known_from=TEN + MINUTE)])


def test_an_entry_that_is_not_there_yet_when_the_refusal_is_given_re_opens_it_afterwards(impatient: City) -> None:
    enrol(impatient.store, "75011-0042", TEN - HOUR)
    meanwhile(impatient.store, "INSERT INTO rights", lambda: ask(impatient))
    arrive(impatient.store)
    assert [each.plate for each in find_reopened(impatient, TEN, TEN + DAY)] == ["AB123CD"]


def test_a_check_that_cannot_be_recorded_is_not_answered(city: City) -> None:
    def full(*_: object) -> None:
        raise OSError("no room")

    meanwhile(city.store, "INSERT INTO checks", full, "before_cursor_execute")
    with pytest.raises(OSError, match="no room"):
        ask(city)
    with city.store.begin() as connection:
        assert connection.execute(select(checks)).all() == []
        connection.execute(insert(stations).values(station="a", next=1, head=b""))
