"""Retention: plates go when they are old enough, and what is still open keeps its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from central.core.audit import list_audit
from central.core.city import City
from central.db.tables import checks, dead_letters, entries, rights
from central.enforcement.check_log import list_checks
from central.enforcement.present_state import RefusalState
from central.enforcement.reopened import find_reopened
from central.operations.exceptions_queue import clear_dead_letter
from central.operations.retention import PERIODS, DeletedPlates, count_expired, delete_expired
from central.rules.journals import EntryPlace
from firmware.domain.errors import FieldError
from firmware.protocol.facts import PaymentRefused, RightSold
from tests.central.cards import StationCard, first_card
from tests.central.notice_rows import propose
from tests.central.register_rows import HOUR, TEN, ask, enrol, sell
from tests.central.register_rows import right as sold
from tests.central.signing_station import DAY, MINUTE, NOW, SigningStation, all_of, count, right

OLD = NOW + PERIODS.rights + 2 * DAY
"""When all that happened at NOW is old enough, but refusals."""


@pytest.fixture
def card(station: SigningStation) -> StationCard:
    """One that sold two rights and something that nobody understands, all handed in."""
    card = first_card()
    card.write(RightSold(right(1)))
    card.write(RightSold(right(2, plate="ZZ999ZZ")))
    card.write(RightSold(right(3, plate="QQ111QQ", cents=-1)))
    card.hand_in(station)
    return card


def plates(city: City) -> tuple[list[str], list[str | None], list[str]]:
    """In rights, beside entries, in checks."""
    personal = [row.personal and row.personal[16:].decode() for row in all_of(city, entries)]
    return [row.plate for row in all_of(city, rights)], personal, [row.plate for row in all_of(city, checks)]


@pytest.mark.usefixtures("card")
def test_plates_go_when_they_are_old_enough(station: SigningStation) -> None:
    ask(station.city, at=NOW + MINUTE)
    (allowed,) = all_of(station.city, checks)
    assert allowed.allowed
    none = DeletedPlates(0, 0, 0)
    assert [count_expired(station.city.store, NOW + days * DAY) for days in (0, 29)] == [none, none]
    assert delete_expired(station.city.store, "ana", NOW + 29 * DAY) == none
    assert count_expired(station.city.store, OLD) == DeletedPlates(2, 2, 1)
    assert plates(station.city)[0] == ["AB123CD", "ZZ999ZZ"]
    assert delete_expired(station.city.store, "ana", OLD) == DeletedPlates(2, 2, 1)
    assert plates(station.city) == (["", ""], [None, None, "QQ111QQ"], [""])
    assert {row.alike for row in all_of(station.city, rights)} == {""}
    noted = list_audit(station.city.store)[-1]
    assert (noted.who, noted.action, noted.detail) == ("ana", "retention", {"entries": 2, "rights": 2, "checks": 1})
    assert delete_expired(station.city.store, "ana", OLD) == none


@pytest.mark.usefixtures("card")
def test_what_waits_for_a_person_keeps_its_plate_until_it_is_cleared(station: SigningStation) -> None:
    delete_expired(station.city.store, "ana", OLD)
    (letter,) = all_of(station.city, dead_letters)
    clear_dead_letter(station.city.store, letter.station, EntryPlace(0, letter.seq), "ana", "seen", OLD)
    assert delete_expired(station.city.store, "ana", OLD) == DeletedPlates(1, 0, 0)


@pytest.mark.usefixtures("card")
def test_a_plate_that_was_refused_is_kept_in_all_that_may_contradict_it(station: SigningStation) -> None:
    ask(station.city, at=NOW - timedelta(minutes=90), now=NOW)
    with station.city.store.begin() as connection:
        connection.execute(update(checks).values(at=NOW + MINUTE))
    assert delete_expired(station.city.store, "ana", OLD) == DeletedPlates(1, 1, 0)
    assert plates(station.city) == (["AB123CD", ""], ["AB123CD", None, "QQ111QQ"], ["AB123CD"])
    assert [each.plate for each in find_reopened(station.city, NOW - DAY, OLD)] == ["AB123CD"]
    later = NOW + PERIODS.appeal + MINUTE
    assert delete_expired(station.city.store, "ana", later) == DeletedPlates(1, 1, 1)


@pytest.mark.usefixtures("card")
def test_a_refusal_without_a_plate_is_contradicted_by_nothing(station: SigningStation) -> None:
    ask(station.city, "XX000XX")
    with station.city.store.begin() as connection:
        for table in (checks, rights):
            connection.execute(update(table).values(plate="", **({"alike": ""} if table is rights else {})))
    assert find_reopened(station.city, NOW - DAY, OLD) == ()
    assert [each.state for each in list_checks(station.city, "ana", OLD)] == [None]


def test_a_right_whose_plate_went_is_the_same_right(station: SigningStation, card: StationCard) -> None:
    delete_expired(station.city.store, "ana", OLD)
    card.write(RightSold(right(1)))
    card.write(PaymentRefused(right(1).reference, "?"))
    card.write(RightSold(right(1, cents=1)))
    card.hand_in(station, OLD)
    assert count(station.city, rights) == 2
    assert [letter.seq for letter in all_of(station.city, dead_letters)] == [3, 6]


def test_what_was_deleted_is_no_proof_that_nothing_was_paid(city: City) -> None:
    """Paid, ninety-one days ago: the register that deleted it knows nothing of that day, for good."""
    paid = TEN - 91 * DAY
    enrol(city.store, "75011-0042", TEN + HOUR)
    sell(city.store, sold(start=paid))
    assert ask(city, at=paid + MINUTE, now=TEN).allowed
    delete_expired(city.store, "ana", TEN)
    emptied = ask(city, at=paid + MINUTE, now=TEN + MINUTE)
    assert (emptied.allowed, emptied.conclusive, emptied.conclusive_from) == (False, False, None)
    assert emptied.rights_since == TEN - PERIODS.rights
    kept = emptied.rights_since + MINUTE * 5
    assert [ask(city, at=at, now=TEN + MINUTE).conclusive for at in (kept - MINUTE, kept)] == [False, True]
    with pytest.raises(FieldError, match="check: is no control"):
        propose(city, emptied.id, TEN + HOUR)


def test_a_refusal_that_was_made_before_stays_conclusive_for_its_plate_is_kept(city: City) -> None:
    enrol(city.store, "75011-0042", TEN + HOUR)
    ask(city, at=TEN)
    delete_expired(city.store, "ana", TEN + 91 * DAY)
    (old,) = list_checks(city, "ana", TEN + 91 * DAY)
    assert old.state is RefusalState.CONCLUSIVE
