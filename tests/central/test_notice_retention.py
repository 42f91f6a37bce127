"""Retention of notices and appeals: what names a person goes once nothing is open any more."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from central.appeals.court import CourtJudgment, CourtReferral, record_judgment, refer_to_court
from central.core.audit import list_audit
from central.core.city import City
from central.db.appeal_tables import appeal_documents, appeals
from central.db.notice_tables import letter_codes, notices
from central.db.tables import checks
from central.notices.public import find_public_notice
from central.notices.steps import read_notice
from central.operations.notice_retention import KEPT, ExpiredNotices, count_expired_notices, delete_expired_notices
from central.operations.retention import PERIODS, count_expired, delete_expired
from central.rules.appeal_states import AppealEventKind, Judgment
from central.rules.court import CourtAgainst
from tests.central.appeal_rows import NINTH, decide, filed, noon, sent_notice
from tests.central.notice_rows import THREE, code_of, pay
from tests.central.register_rows import DAY
from tests.central.signing_station import all_of

OLD = THREE + KEPT + DAY
NONE, ONE = ExpiredNotices(0, 0), ExpiredNotices(1, 1)


@pytest.fixture
def number(city: City) -> str:
    return sent_notice(city)


def counted(city: City, now: datetime = OLD) -> ExpiredNotices:
    return count_expired_notices(city.store, city.tariffs, now)


def test_a_paid_notice_and_its_appeal_lose_what_names_a_person(city: City, number: str) -> None:
    pay(city, number, 5250, NINTH, "TX-1")
    decide(city, filed(city, number).id, AppealEventKind.REFUSED, NINTH + DAY)
    assert counted(city, THREE + KEPT) == NONE
    assert counted(city) == ONE
    code, key = code_of(city, number), read_notice(city, number, OLD).key
    assert delete_expired_notices(city.store, city.tariffs, "ana", OLD) == ONE
    assert [row.plate for row in all_of(city, notices)] == [""]
    assert [row.statement for row in all_of(city, appeals)] == [""]
    assert {(row.name, len(row.sha256)) for row in all_of(city, appeal_documents)} == {("", 64)}
    assert list_audit(city.store)[-1].detail == {"notices": 1, "appeals": 1}
    assert counted(city) == NONE
    assert all_of(city, letter_codes) == []
    assert [find_public_notice(city, number, plate, each, OLD) for plate in ("AB123CD", "") for each in (code, key)] == [
        None
    ] * 4


def test_what_is_owed_or_to_be_given_back_stays_open(city: City, number: str) -> None:
    assert counted(city) == NONE, "never paid"
    pay(city, number, 5250, NINTH, "TX-1")
    decide(city, filed(city, number).id, AppealEventKind.ACCEPTED, NINTH + DAY)
    assert counted(city) == NONE, "to be given back"


def test_an_appeal_that_waits_keeps_the_notice(city: City, number: str) -> None:
    pay(city, number, 5250, NINTH, "TX-1")
    filed(city, number)
    days = NINTH - THREE
    assert count_expired_notices(city.store, city.tariffs, NINTH + DAY, days / 2) == NONE
    assert count_expired_notices(city.store, city.tariffs, noon(date(2026, 4, 10)), days / 2) == ONE


def test_a_case_before_the_court_keeps_the_notice_and_what_its_control_knew(city: City, number: str) -> None:
    pay(city, number, 5250, NINTH, "TX-1")
    decide(city, filed(city, number).id, AppealEventKind.REFUSED, NINTH + DAY)
    referral = CourtReferral(CourtAgainst.REFUSAL, date(2026, 4, 1), "26-1")
    case = refer_to_court(city, number, referral, "examiner", noon(date(2026, 4, 1)))
    assert counted(city) == NONE
    assert delete_expired(city.store, "ana", THREE + PERIODS.appeal + DAY).checks == 0
    assert [row.plate for row in all_of(city, checks)] == ["AB123CD"]
    record_judgment(city, case.id, CourtJudgment(Judgment.DISMISSED, date(2028, 1, 3)), "examiner", noon(date(2028, 1, 4)))
    assert counted(city) == ONE
    assert count_expired(city.store, OLD).checks == 1
