"""Records what the court was given and what it judged; a judgment is carried out on the notice at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, insert, select

from central.appeals.case_lookup import CaseAnswer, find_cases
from central.appeals.decisions import cancel_notice, correct_notice
from central.appeals.store import find_appeal
from central.core import audit
from central.core.city import City
from central.db.appeal_tables import court_cases, judgments
from central.notices.store import StoredNotice, load_notice
from central.rules.appeal_states import Judgment
from central.rules.appeals import appeal_state_at, court_open_until
from central.rules.court import CourtAgainst, CourtFacts, check_judgment, referral_until
from central.rules.notices import NoticeEventKind
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class CourtReferral:
    """A case as the court announces it."""

    against: CourtAgainst
    referred_on: date
    reference: str


@dataclass(frozen=True)
class CourtJudgment:
    """A judgment as it was notified."""

    judgment: Judgment
    judged_on: date
    reason: str = ""
    due_cents: int = 0
    """The new amount, of one that lowers it."""


def refer_to_court(city: City, number: str, referral: CourtReferral, by: str, now: datetime) -> CaseAnswer:
    """Record a case. Raises LookupError; FieldError naming the member that stands against it."""
    with city.store.begin() as connection:
        notice = load_notice(connection, city, number, now)
        if referral.referred_on > notice.notice.day(now):
            raise FieldError("referred_on", "is in the future")
        if any(each.against is referral.against for each in find_cases(connection, notice, now)):
            raise FieldError("against", f"a case against the {referral.against.value} is recorded")
        until = referral_until(referral.against, _facts(connection, city, notice, referral.referred_on, now))
        values = {**vars(referral), "against": referral.against.value, "open_until": until, "number": notice.row.number}
        connection.execute(insert(court_cases).values(**values, recorded_at=now, recorded_by=by))
        audit.note(connection, now, by, "court case recorded", number, against=referral.against.value)
        return find_cases(connection, notice, now)[-1]


def read_case(city: City, id: int, now: datetime) -> CaseAnswer:
    """A case as it stands now. Raises LookupError."""
    with city.store.begin() as connection:
        return _load(connection, city, id, now)[1]


def record_judgment(city: City, id: int, judged: CourtJudgment, by: str, now: datetime) -> CaseAnswer:
    """Record a judgment and carry it out on the notice. Raises LookupError; FieldError."""
    with city.store.begin() as connection:
        notice, case = _load(connection, city, id, now)
        if case.judgment:
            raise FieldError("state", f"the case was judged: {case.judgment.value}")
        due, today = notice.notice.corrected(now).terms.due_cents, notice.notice.day(now)
        check_judgment(judged.judgment, judged.due_cents, due, case.referred_on, judged.judged_on, today)
        values = {"case": id, "judgment": judged.judgment.value, "cents": judged.due_cents, "judged_on": judged.judged_on}
        connection.execute(insert(judgments).values(**values, reason=judged.reason, recorded_at=now, recorded_by=by))
        if judged.judgment is Judgment.ANNULLED:
            cancel_notice(connection, notice, "annulled by the court", by, now)
        if judged.judgment is Judgment.REDUCED:
            correct_notice(connection, notice, judged.due_cents, "lowered by the court", by, now)
        audit.note(connection, now, by, "court judgment recorded", case.number, case=id, judgment=judged.judgment.value)
        return _load(connection, city, id, now)[1]


def _load(connection: Connection, city: City, id: int, now: datetime) -> tuple[StoredNotice, CaseAnswer]:
    number = connection.scalar(select(court_cases.c.number).where(court_cases.c.id == id))
    if number is None:
        raise LookupError("there is no such case")
    notice = load_notice(connection, city, number, now)
    return notice, next(each for each in find_cases(connection, notice, now) if each.id == id)


def _facts(connection: Connection, city: City, notice: StoredNotice, day: date, now: datetime) -> CourtFacts:
    """What was known at the end of the day of the referral."""
    ended = min(now, datetime.combine(day, time(23, 59, 59), city.tariffs.calendar.zone))
    stored, warned = find_appeal(connection, city, notice), notice.notice.happened(NoticeEventKind.WARNED, ended)
    days = timedelta(days=notice.notice.terms.rule.notification_days)
    return CourtFacts(
        appeal=appeal_state_at(stored.appeal, ended) if stored else None,
        appeal_until=court_open_until(stored.appeal, ended) if stored else None,
        warned_on=notice.notice.day(warned) + days if warned else None,
    )
