"""Completeness of the stations' data, now and at an earlier moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert

from central.core.city import City
from central.db.tables import silences, stations
from central.enforcement.completeness import read_completeness
from central.rules.evidence import CheckRules, Completeness, Inquiry, ParkedVehicle, Place, Reach
from tests.central.register_rows import DAY, HOUR, LONG_AGO, MINUTE, RIGHT, TARIFFS, TEN, ask, enrol, entitle, report, sell

FORGIVEN = 3 * MINUTE
SECOND = timedelta(seconds=1)
NOBODY = Reach(0, 0, None)


def complete(store: Engine, at: datetime = TEN, now: datetime = TEN, known_at: datetime | None = None) -> Completeness:
    """As seen from 11D."""
    with store.begin() as connection:
        vehicle = ParkedVehicle("AB123CD", Place(1, "11D"), at)
        return read_completeness(connection, Inquiry(vehicle, TARIFFS, CheckRules(), now, known_at), everywhere=True)


# --- now ----------------------------------------------------------------------------------------------------------


def test_with_no_station_nothing_is_complete_and_nothing_can_be_concluded(city: City) -> None:
    assert complete(city.store) == Completeness(NOBODY, (), NOBODY, NOBODY)
    assert not ask(city).conclusive


def test_a_group_is_as_complete_as_its_stalest_station(store: Engine) -> None:
    enrol(store, "a", TEN - MINUTE)
    enrol(store, "b", TEN - 2 * MINUTE)
    enrol(store, "c", TEN, "11C")
    enrol(store, "d", TEN - HOUR, "10G")
    enrol(store, "e", TEN - DAY, "12A")
    assert complete(store) == Completeness(
        sector=Reach(2, 0, TEN - 2 * MINUTE), silent=(), elsewhere=Reach(2, 1, TEN - HOUR), beyond=Reach(1, 1, TEN - DAY)
    )


@pytest.mark.parametrize(("since", "silent"), [(FORGIVEN, ()), (FORGIVEN + SECOND, ("a",))])
def test_a_station_is_silent_when_three_heartbeats_are_missed(store: Engine, since: timedelta, silent: tuple[str, ...]) -> None:
    enrol(store, "a", TEN - since)
    assert complete(store).silent == silent
    assert complete(store, at=TEN + DAY).silent == silent
    assert complete(store, at=TEN - since, now=TEN + DAY).silent == ()


def test_one_that_never_handed_in_all_it_had_is_silent_and_leaves_nothing_complete(store: Engine) -> None:
    enrol(store, "b", None)
    enrol(store, "a", None)
    enrol(store, "c", TEN)
    assert complete(store).sector == Reach(3, 2, None)
    assert complete(store).silent == ("a", "b")


@pytest.mark.parametrize(
    ("enrolled_at", "revoked_at", "counts"),
    [
        (TEN, None, True),
        (TEN + SECOND, None, False),
        (None, None, False),
        (LONG_AGO, TEN + SECOND, True),
        (LONG_AGO, TEN, False),
        (LONG_AGO, TEN - DAY, False),
    ],
)
def test_a_station_counts_from_its_enrolment_until_it_is_revoked(
    store: Engine, enrolled_at: datetime | None, revoked_at: datetime | None, counts: bool
) -> None:
    enrol(store, "a", TEN - DAY, enrolled_at=enrolled_at, revoked_at=revoked_at)
    assert complete(store, now=TEN + HOUR).silent == (("a",) if counts else ())


# --- what can be concluded ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sector", "conclusive"), [("11D", False), ("11C", False), ("12A", True)])
def test_a_refusal_is_conclusive_when_nobody_who_may_have_sold_is_silent(city: City, sector: str, conclusive: bool) -> None:
    enrol(city.store, "near", TEN + SECOND)
    enrol(city.store, "quiet", TEN - HOUR, sector)
    answer = ask(city, at=TEN, now=TEN + MINUTE)
    assert (answer.allowed, answer.conclusive) == (False, conclusive)
    assert answer.silent == (("quiet",) if sector == "11D" else ())
    assert answer.elsewhere.silent == (1 if sector == "11C" else 0)


def test_a_plate_the_register_knows_may_have_bought_in_any_zone(city: City) -> None:
    enrol(city.store, "near", TEN + SECOND)
    enrol(city.store, "quiet", TEN - HOUR, "12A")
    entitle(city.store, "AB123CD", "pro_mobile")
    known, unknown = (ask(city, plate, TEN, now=TEN + MINUTE) for plate in ("AB123CD", "ZZ999ZZ"))
    assert (known.conclusive, unknown.conclusive) == (False, True)


def test_a_yes_is_conclusive_whoever_is_silent(city: City) -> None:
    enrol(city.store, "quiet", None)
    sell(city.store, RIGHT)
    assert ask(city).conclusive


def test_a_check_of_the_past_minds_only_what_is_missing_of_the_past(city: City) -> None:
    enrol(city.store, "a", TEN + HOUR)
    later = TEN + 5 * HOUR
    assert ask(city, at=TEN + HOUR, now=later).silent == ()
    assert ask(city, at=later).silent == ("a",)
    assert ask(city, at=TEN + HOUR, now=later).complete_until == TEN + HOUR


# --- then ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_at", "reach"),
    [
        (TEN - 3 * HOUR, TEN - 3 * HOUR - FORGIVEN),  # before the silence: at least so far
        (TEN - 2 * HOUR + 3 * MINUTE, TEN - 2 * HOUR),  # in the silence: exactly
        (TEN - SECOND, TEN - 2 * HOUR),
        (TEN, TEN - FORGIVEN),  # after it
        (TEN + MINUTE, TEN + MINUTE - FORGIVEN),
        (TEN + HOUR, TEN + 30 * MINUTE),  # no report since: exactly
    ],
)
def test_what_was_known_in_a_silence_is_told_afterwards(store: Engine, known_at: datetime, reach: datetime) -> None:
    enrol(store, "a", TEN - 2 * HOUR)
    report(store, "a", TEN, silent_since=TEN - 2 * HOUR)
    report(store, "a", TEN + 30 * MINUTE)
    found = complete(store, at=TEN + DAY, now=TEN + DAY, known_at=known_at)
    assert found.sector.complete_until == reach
    assert found.silent == (("a",) if reach < known_at - FORGIVEN else ())


def test_one_that_never_reported_had_not_reported_then(store: Engine) -> None:
    enrol(store, "a", None)
    assert complete(store, known_at=TEN - HOUR).sector == Reach(1, 1, None)


def test_a_station_that_was_not_there_yet_was_not_waited_for_then(store: Engine) -> None:
    enrol(store, "a", None, enrolled_at=TEN - HOUR)
    assert complete(store, known_at=TEN - 2 * HOUR).sector == NOBODY


Reports = Sequence[tuple[int, bool]]
reports = st.lists(st.tuples(st.integers(1, 400), st.booleans()), max_size=12)
"""How many seconds after the one before, and whether the station handed in all it had."""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reports, st.integers(0, 3000))
def test_what_was_known_then_is_never_overstated_and_exact_in_a_silence(store: Engine, reported: Reports, second: int) -> None:
    enrolled = TEN - HOUR
    known_at = enrolled + second * SECOND
    known, now = _lived(store, enrolled, reported, known_at)
    told = complete(store, at=now + DAY, now=max(now, known_at), known_at=known_at)
    reach = told.sector.complete_until
    truth = known or enrolled
    assert (reach or enrolled) <= truth
    if truth < known_at - FORGIVEN:
        assert (reach or enrolled, told.silent) == (truth, ("a",))
    elif known:
        assert told.silent == ()


def _lived(store: Engine, enrolled: datetime, reported: Reports, known_at: datetime) -> tuple[datetime | None, datetime]:
    """One station's life, as intake writes it down; where its data ended at `known_at`, and when it was last heard."""
    with store.begin() as connection:
        connection.execute(delete(silences))
    at, reach, known, quiet = enrolled, None, None, []
    for after, all_of_it in reported:
        at += after * SECOND
        if all_of_it:
            if (reach or enrolled) < at - FORGIVEN:
                quiet.append({"station": "a", "since": reach or enrolled, "until": at})
            reach = at
        known = reach if at <= known_at else known
    enrol(store, "a", reach, enrolled_at=enrolled)
    with store.begin() as connection:
        connection.execute(stations.update().values(last_contact=at if reported else None))
        connection.execute(insert(silences), quiet) if quiet else None
    return known, at
