"""Reads and writes notices: what was fixed when they were issued, and their events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from central.core.city import City
from central.db.notice_tables import notice_events, notice_proposals, notices
from central.db.tables import checks
from central.enforcement.present_state import RefusalState, refusal_state
from central.register.publications import active_tariffs
from central.rules.notices import Notice, NoticeEvent, NoticeEventKind, NoticeState, NoticeTerms, apply, state_at
from firmware.tariff import Tariffs

REGISTER = "the register"
"""Who records what follows from a late sale."""


@dataclass(frozen=True)
class StoredNotice:
    """A notice as the register keeps it."""

    row: Row[tuple[object, ...]]
    """What was fixed when it was issued, with the proposal it came from."""
    notice: Notice
    recorded: tuple[datetime, ...]
    """When each of its events became known."""


def load_notice(connection: Connection, city: City, number: str, now: datetime) -> StoredNotice:
    """A notice by its number, locked until the transaction ends, after what late sales make of it. Raises LookupError."""
    wanted = select(notices, notice_proposals).join(notice_proposals).where(notices.c.number == number)
    row = connection.execute(wanted.with_for_update(of=notices)).one_or_none()
    if row is None:
        raise LookupError("there is no such notice")
    return _reviewed(connection, city, stored_notice(connection, active_tariffs(city, connection, row.control_at), row), now)


def record_event(connection: Connection, stored: StoredNotice, event: NoticeEvent, by: str, now: datetime) -> StoredNotice:
    """Add an event. Raises FieldError naming its member if the rules do not allow it."""
    after = apply(stored.notice, event, now)
    values = {**vars(event), "kind": event.kind.value, "recorded_at": now, "recorded_by": by}
    place = {"number": stored.row.number, "seq": len(after.events)}
    connection.execute(insert(notice_events).values(place | values))
    return StoredNotice(stored.row, after, (*stored.recorded, now))


def is_contradicted(connection: Connection, city: City, check: int, now: datetime) -> bool:
    """Whether the present register holds a right for the vehicle of a control."""
    row = connection.execute(select(checks).where(checks.c.id == check)).one()
    return refusal_state(connection, city, row, now) is RefusalState.CONTRADICTED


def stored_notice(connection: Connection, tariffs: Tariffs, row: Row[tuple[object, ...]]) -> StoredNotice:
    """A row of `notices` with its events; `tariffs`: in force at its control."""
    rule = tariffs.fps_rule_at(row.control_at)
    assert rule is not None, "a notice was issued under it"
    terms = NoticeTerms(row.issued_at, row.due_cents, row.reduced_cents, rule, tariffs.calendar.zone)
    found = select(notice_events).where(notice_events.c.number == row.number).order_by(notice_events.c.seq)
    events = connection.execute(found).all()
    made = (NoticeEvent(NoticeEventKind(each.kind), each.at, each.cents, each.reference, each.reason) for each in events)
    return StoredNotice(row, Notice(terms, tuple(made)), tuple(each.recorded_at for each in events))


def _reviewed(connection: Connection, city: City, stored: StoredNotice, now: datetime) -> StoredNotice:
    """A late sale withdraws a notice that was not sent; of one that was, it proposes cancellation, once."""
    notice = stored.notice
    looked = {each.kind for each in notice.events} & {NoticeEventKind.CONTRADICTED, *_ENDS}
    if looked or state_at(notice, now) in _OVER or not is_contradicted(connection, city, stored.row.check, now):
        return stored
    sent = notice.happened(NoticeEventKind.SENT, now)
    kind = NoticeEventKind.CONTRADICTED if sent else NoticeEventKind.WITHDRAWN
    event = NoticeEvent(kind, now, reason="a right became known that covers the control")
    return record_event(connection, stored, event, REGISTER, now)


_ENDS = (NoticeEventKind.WITHDRAWN, NoticeEventKind.CANCELLED)
_OVER = (NoticeState.WITHDRAWN, NoticeState.CANCELLED, NoticeState.REFUND_DUE, NoticeState.REFUNDED)
