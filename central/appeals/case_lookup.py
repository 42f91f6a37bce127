"""Reads cases before the court, and whether their judgments are carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, select

from central.db.appeal_tables import court_cases, judgments
from central.notices.store import StoredNotice
from central.rules.appeal_states import CourtState, Judgment
from central.rules.court import CourtAgainst, court_name, court_state
from central.rules.notices import balance_at


@dataclass(frozen=True, kw_only=True)
class CaseAnswer:
    """A case before the court, as it stands now."""

    id: int
    number: str
    """Of the notice."""
    against: CourtAgainst
    court: str
    """As it was called when the case was referred."""
    reference: str
    """The court's."""
    referred_on: date
    open_until: date
    """The last day to go there."""
    in_time: bool
    """Whether it was referred by then: the court decides what follows."""
    state: CourtState
    judged_on: date | None
    judgment: Judgment | None
    due_cents: int | None
    """The new amount, of a judgment that lowers it."""
    to_give_back_cents: int
    """Of the notice, now."""


def find_cases(connection: Connection, notice: StoredNotice, now: datetime) -> tuple[CaseAnswer, ...]:
    """The cases of a notice, in the order in which they were recorded."""
    surplus = balance_at(notice.notice, now).surplus_cents
    wanted = select(court_cases, judgments.c.judgment, judgments.c.cents, judgments.c.judged_on).outerjoin(judgments)
    found = connection.execute(wanted.where(court_cases.c.number == notice.row.number).order_by(court_cases.c.id))
    return tuple(_case(row, surplus) for row in found)


def _case(row: Row[tuple[object, ...]], surplus_cents: int) -> CaseAnswer:
    judged = Judgment(row.judgment) if row.judgment else None
    return CaseAnswer(
        id=row.id,
        number=row.number,
        against=CourtAgainst(row.against),
        court=court_name(row.referred_on),
        reference=row.reference,
        referred_on=row.referred_on,
        open_until=row.open_until,
        in_time=row.referred_on <= row.open_until,
        state=court_state(judged, surplus_cents),
        judged_on=row.judged_on,
        judgment=judged,
        due_cents=row.cents or None,
        to_give_back_cents=surplus_cents,
    )
