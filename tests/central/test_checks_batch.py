"""Batches of plate checks: each answer is that of a single check, all of them or none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select

from central.core.city import City
from central.core.problems import SeveralFieldsError
from central.core.remembered import forget
from central.db.tables import checks
from central.enforcement.answers import PlateCheck
from central.enforcement.check_log import RecordedCheck, list_checks
from central.enforcement.checks import CheckQuestion, check, check_all
from central.rules.evidence import RegisteredRight
from tests.central.api_client import CHECK, client_of
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, city_of, delete_all, enrol, entitle, report, right, sell

PLATES = ("AB123CD", "AB124CD", "A8123CD", "BA123CD", "XY987ZT", "RE555ST")
PLACES = ((1, "11D"), (1, "11C"), (2, "12A"))
NOW = TEN + DAY


def register(store: Engine) -> City:
    """Stations that come, go and fall silent within a quarter of an hour, rights and holdings that end within it."""
    delete_all(store)
    enrol(store, "a", NOW)
    enrol(store, "b", TEN + 4 * MINUTE)
    enrol(store, "c", TEN + 8 * MINUTE, "11C", enrolled_at=TEN + 2 * MINUTE)
    enrol(store, "d", NOW, "11C", revoked_at=TEN + 6 * MINUTE)
    enrol(store, "e", None, "12A", enrolled_at=TEN + 5 * MINUTE)
    enrol(store, "f", NOW, "1A")
    enrol(store, "g", TEN + 2 * MINUTE, "12A")
    enrol(store, "h", TEN - 10 * MINUTE, "12A")
    report(store, "f", NOW, silent_since=TEN + MINUTE)
    sell(store, right("AB123CD", TEN - HOUR, 65), right("AB124CD", TEN, 10), right("A8123CD", TEN + 2 * MINUTE, 5))
    sell(store, replace(right("BA123CD", TEN, 15, zone=2, sector="12A"), known_from=TEN + 10 * MINUTE))
    entitle(store, "XY987ZT", "cmi_s", valid_until=TEN + 5 * MINUTE)
    entitle(store, "RE555ST", "resident", ["11D"])
    sell(store, right("RE555ST", TEN, 12, regime="resident", sector="11C"))
    return city_of(store)


instants = st.builds(lambda minute: TEN + minute * MINUTE, st.one_of(st.integers(-2, 15), st.integers(-200, 600)))
questions = st.builds(
    lambda plate, place, at, known_at: CheckQuestion(plate, place[0], place[1], at, known_at),
    st.sampled_from(PLATES),
    st.sampled_from(PLACES),
    st.none() | instants,
    st.none() | st.sampled_from([TEN, TEN + 5 * MINUTE, TEN + 12 * MINUTE]),
)
HERE = [CheckQuestion("AB123CD", 1, "11D", TEN + minute * MINUTE) for minute in (0, 4, 6, 9, 14)]
HELD = [CheckQuestion("XY987ZT", 1, "11D", TEN + minute * MINUTE) for minute in (4, 6)]
THERE = [CheckQuestion("AB123CD", 2, "12A", TEN + minute * MINUTE) for minute in (4, 6)]
LONG_AFTER = [CheckQuestion("AB123CD", 1, "11D", TEN + minute * MINUTE) for minute in (20, 600)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(HERE)
@example(HELD)
@example(THERE)
@example(LONG_AFTER)
@given(st.lists(questions, min_size=1, max_size=8))
def test_a_batch_is_what_its_checks_are_one_by_one(store: Engine, asked: Sequence[CheckQuestion]) -> None:
    city = register(store)
    together = check_all(city, asked, "agent", NOW)
    alone = [check(city, each, "agent", NOW) for each in asked]
    assert [_unnumbered(each) for each in together] == [_unnumbered(each) for each in alone]
    log = list_checks(city, "auditor", NOW)
    assert [each.id for each in log] == [each.id for each in (*together, *alone)]
    first, second = log[: len(asked)], log[len(asked) :]
    assert [_without_number(each) for each in first] == [_without_number(each) for each in second]


late_sales = st.builds(
    lambda plate, start, quarters: right(plate, start, 15 * quarters), st.sampled_from(PLATES), instants, st.integers(1, 8)
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example([CheckQuestion("AB124CD", 1, "11D", TEN + 12 * MINUTE, TEN + 12 * MINUTE)], [right("AB124CD", TEN, 60)])
@given(st.lists(questions, min_size=1, max_size=6), st.lists(late_sales, min_size=1, max_size=3))
def test_late_sales_change_a_batch_and_its_checks_alike_and_never_what_was_known_before(
    store: Engine, asked: Sequence[CheckQuestion], late: Sequence[RegisteredRight]
) -> None:
    city = register(store)
    known_before = [each.then for each in check_all(city, asked, "agent", NOW)]
    for number, sale in enumerate(late):
        sell(store, replace(sale, reference=f"late {number}", known_from=NOW - HOUR + number * MINUTE))
        together = check_all(city, asked, "agent", NOW)
        alone = [check(city, each, "agent", NOW) for each in asked]
        assert [_unnumbered(each) for each in together] == [_unnumbered(each) for each in alone]
        assert [each.then for each in together] == known_before


def test_a_batch_is_as_many_statements_as_one_check(store: Engine) -> None:
    city = register(store)
    forget(store)
    with reads(store) as few:
        check(city, CheckQuestion("ZZ999ZZ", 1, "11D", TEN), "agent", NOW)
    with reads(store) as many:
        check_all(city, [CheckQuestion(f"ZZ{each:03}ZZ", 1, "11D", TEN + each * MINUTE) for each in range(50)], "agent", NOW)
    assert len(many) == (2 if store.dialect.name == "postgresql" else 5)
    assert len(few) == len(many) + 1, "and the tariffs, which are then remembered"


def test_every_wrong_element_is_named_and_nothing_is_stored(city: City) -> None:
    good = CheckQuestion("AB123CD", 1, "11D", TEN)
    bad = [
        replace(good, zone=2),
        good,
        replace(good, plate="!"),
        replace(good, known_at=NOW + HOUR),
        replace(good, sector="21Z"),
    ]
    with pytest.raises(SeveralFieldsError) as refused:
        check_all(city, bad, "agent", NOW)
    assert [error.field for error in refused.value.errors] == [
        f"checks[{each}].{member}" for each, member in ((0, "zone"), (2, "plate"), (3, "known_at"), (4, "sector"))
    ]
    assert _recorded(city) == 0


def test_over_http_it_answers_in_order_and_names_what_is_wrong(store: Engine) -> None:
    agent = client_of(store).as_role("agent")
    answered = agent.post("/v1/checks/batch", {"checks": [CHECK, {**CHECK, "plate": "XY-987-ZT"}]})
    assert answered.status_code == 200
    assert [each["plate"] for each in answered.json()["answers"]] == ["AB123CD", "XY987ZT"]
    assert [each["id"] for each in answered.json()["answers"]] == [1, 2]
    wrong = [{**CHECK, "zone": 2}, CHECK, {**CHECK, "zone": 2}]
    assert _fields(agent.post("/v1/checks/batch", {"checks": wrong}).json()) == ["checks[0].zone", "checks[2].zone"]
    wrong = [CHECK, {**CHECK, "plate": "A\0"}, {**CHECK, "plate": ""}, {**CHECK, "at": "2026-03-04T10:30:00"}, {"plate": "A"}]
    fields = _fields(agent.post("/v1/checks/batch", {"checks": wrong}).json())
    assert fields == ["checks[1].plate", "checks[2].plate", "checks[3].at", "checks[4].zone", "checks[4].sector"]
    for checks_given in ([], [CHECK] * 201):
        assert _fields(agent.post("/v1/checks/batch", {"checks": checks_given}).json()) == ["checks"]
    assert client_of(store).post("/v1/checks/batch", {"checks": [CHECK]}).status_code == 401
    assert _recorded(agent.city) == 2


def test_a_control_made_offline_is_answered_as_of_then_and_as_of_now(store: Engine) -> None:
    """A ticket bought at ten past nine reached the city at noon: the control at half past nine did not know of it."""
    city = city_of(store)
    enrol(store, "75011-0042", NOW)
    sell(store, replace(right(start=TEN - 50 * MINUTE), known_from=TEN + 2 * HOUR))
    at = TEN - 30 * MINUTE
    (answer,) = check_all(city, [CheckQuestion("AB123CD", 1, "11D", at, known_at=at)], "agent", NOW)
    assert answer.then
    assert (answer.allowed, answer.then.allowed, answer.then.conclusive) == (True, False, False)


@contextlib.contextmanager
def reads(store: Engine) -> Iterator[list[str]]:
    """The statements that read the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(store, "before_cursor_execute", note)
    yield sent
    event.remove(store, "before_cursor_execute", note)


def _recorded(city: City) -> int:
    with city.store.begin() as connection:
        return connection.scalar(select(func.count()).select_from(checks)) or 0


def _fields(problem: dict[str, list[dict[str, str]]]) -> list[str]:
    return [error["field"] for error in problem["errors"]]


def _unnumbered(answer: PlateCheck) -> PlateCheck:
    return replace(answer, id=0)


def _without_number(logged: RecordedCheck) -> RecordedCheck:
    return replace(logged, id=0)
