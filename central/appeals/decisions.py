"""Decides appeals: what is accepted cancels the notice, what is accepted in part corrects its amount, by a corrective notice.

The theory. A decision is made when it is recorded: one that could be dated back would undo what silence has refused. Appeal and
notice change in one transaction, and the notice keeps its own deadlines, those of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from central.appeals.answers import AppealAnswer, appeal_answer
from central.appeals.store import StoredAppeal, load_appeal, record_appeal_event
from central.core import audit
from central.core.city import City
from central.notices.corrections import AcceptedAppeal, issue_corrective
from central.notices.store import StoredNotice, record_event
from central.rules.appeal_documents import Appellant, InadmissibleGround
from central.rules.appeal_states import AppealEventKind
from central.rules.appeals import AppealEvent
from central.rules.notices import NoticeEvent, NoticeEventKind, NoticeState, state_at

OVER = (NoticeState.CANCELLED, NoticeState.REFUND_DUE, NoticeState.REFUNDED)


@dataclass(frozen=True)
class AppealDecision:
    """A decision as somebody makes it."""

    outcome: AppealEventKind
    reason: str
    due_cents: int = 0
    """The new amount, of what is accepted in part."""
    ground: InadmissibleGround | None = None
    """Of what is inadmissible."""


def decide_appeal(city: City, id: int, decision: AppealDecision, by: str, now: datetime) -> AppealAnswer:
    """Decide. Raises LookupError; FieldError naming the member that stands against it."""
    with city.store.begin() as connection:
        stored = load_appeal(connection, city, id, now)
        event = AppealEvent(decision.outcome, now, by, decision.reason, decision.due_cents, decision.ground)
        after = record_appeal_event(connection, stored, event)
        notice = _carry_out(connection, city, stored, decision, by, now)
        audit.note(connection, now, by, "appeal decided", str(id), notice=stored.row.number, outcome=decision.outcome.value)
        return appeal_answer(connection, StoredAppeal(after.row, after.appeal, notice), now)


def _carry_out(
    connection: Connection, city: City, stored: StoredAppeal, decision: AppealDecision, by: str, now: datetime
) -> StoredNotice:
    if decision.outcome is AppealEventKind.ACCEPTED:
        return cancel_notice(connection, stored.notice, "appeal accepted", by, now)
    if decision.outcome is AppealEventKind.PARTLY_ACCEPTED:
        corrected = correct_notice(connection, stored.notice, decision.due_cents, "appeal accepted in part", by, now)
        terms = stored.appeal.terms
        follows = AcceptedAppeal(terms.received_at, mandated=terms.appellant is Appellant.MANDATED)
        return issue_corrective(connection, city, corrected, follows, by, now)
    return stored.notice


def cancel_notice(connection: Connection, notice: StoredNotice, reason: str, by: str, now: datetime) -> StoredNotice:
    """Cancel a notice, unless it was; what was paid is to be given back."""
    if state_at(notice.notice, now) in OVER:
        return notice
    return record_event(connection, notice, NoticeEvent(NoticeEventKind.CANCELLED, now, reason=reason), by, now)


def correct_notice(
    connection: Connection, notice: StoredNotice, due_cents: int, reason: str, by: str, now: datetime
) -> StoredNotice:
    """Give a notice another amount, with the deadlines that it has. Raises FieldError."""
    event = NoticeEvent(NoticeEventKind.CORRECTED, now, due_cents, reason=reason)
    return record_event(connection, notice, event, by, now)
