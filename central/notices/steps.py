"""What the city does with a notice after it was issued: send it, warn, enforce, write off, cancel, withdraw.

The theory. A second notice within a week, on a plate that the register holds something for, is not sent until a person has
looked and says why: residents with valid cards were fined ten times each. Nor is one pursued whose cancellation is proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import notice_events, notices
from central.db.tables import holdings
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.store import StoredNotice, load_notice, record_event
from central.rules.notices import NoticeEvent, NoticeEventKind
from central.rules.second_notice import is_suspect
from central.rules.written import is_blank
from firmware.domain.errors import FieldError

STEPS = (
    *(NoticeEventKind.SENT, NoticeEventKind.WARNED, NoticeEventKind.ENFORCED, NoticeEventKind.WRITTEN_OFF),
    *(NoticeEventKind.WITHDRAWN, NoticeEventKind.CANCELLED, NoticeEventKind.CORRECTED),
)
"""What a person does; the rest are payments, or follows from a late sale."""
PURSUIT = (NoticeEventKind.WARNED, NoticeEventKind.ENFORCED)
WITH_REASON = (NoticeEventKind.CORRECTED, NoticeEventKind.WITHDRAWN, NoticeEventKind.CANCELLED, NoticeEventKind.WRITTEN_OFF)


@dataclass(frozen=True)
class NoticeStep:
    """A step as somebody takes it."""

    kind: NoticeEventKind
    at: datetime
    reason: str = ""
    """Why; of a sending, why it is sent although another was issued within a week; of a warning or an order, why the notice is
    pursued although a right became known."""


def read_notice(city: City, number: str, now: datetime) -> NoticeAnswer:
    """A notice as it stands now. Raises LookupError."""
    with city.store.begin() as connection:
        return notice_answer(load_notice(connection, city, number, now), now)


def take_step(city: City, number: str, step: NoticeStep, by: str, now: datetime) -> NoticeAnswer:
    """Take a step. Raises LookupError; FieldError naming the member that stands against it.

    What a late sale made of the notice stays, whether the step can be taken or not.
    """
    read_notice(city, number, now)
    with city.store.begin() as connection:
        stored = load_notice(connection, city, number, now)
        if is_blank(step.reason):
            _check_needs_no_reason(connection, stored, step, now)
        cents = _corrected_cents(stored, now) if step.kind is NoticeEventKind.CORRECTED else 0
        after = record_event(connection, stored, NoticeEvent(step.kind, step.at, cents, reason=step.reason), by, now)
        audit.note(connection, now, by, f"notice {step.kind.value}", number, happened_at=step.at.isoformat(), why=step.reason)
        return notice_answer(after, now)


def _corrected_cents(stored: StoredNotice, now: datetime) -> int:
    """What is due with the receipt that became known. Raises FieldError if none did."""
    proposed = notice_answer(stored, now).correction_proposed_cents
    if proposed is None:
        raise FieldError("state", "no receipt became known that is to be deducted")
    return proposed


def _check_needs_no_reason(connection: Connection, stored: StoredNotice, step: NoticeStep, now: datetime) -> None:
    """Raises FieldError for a step that a person has to give a reason for. A warning that had gone before is a fact."""
    if step.kind in WITH_REASON:
        raise FieldError("reason", "is missing")
    if step.kind is NoticeEventKind.SENT and is_suspicious(connection, stored):
        raise FieldError("reason", "another notice within a week, on a plate that the register holds something for")
    known_at = step.at if step.kind is NoticeEventKind.WARNED else now
    if step.kind in PURSUIT and stored.notice.happened(NoticeEventKind.CONTRADICTED, known_at):
        raise FieldError("reason", "a right became known that covers the control: cancel the notice, or say why it is pursued")


def is_suspicious(connection: Connection, stored: StoredNotice) -> bool:
    """Whether a person has to look before this notice is sent."""
    row, columns, events = stored.row, notices.c, notice_events.c
    ended = (events.number == columns.number) & events.kind.in_(_ENDED)
    others = (columns.plate == row.plate) & (columns.number != row.number)
    controls = connection.scalars(select(columns.control_at).where(others, ~exists().where(ended))).all()
    held = exists().where(holdings.c.plate == row.plate)
    return is_suspect(controls, row.control_at, entitled=bool(connection.scalar(select(held))))


_ENDED = (NoticeEventKind.WITHDRAWN.value, NoticeEventKind.CANCELLED.value)
