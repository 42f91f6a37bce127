"""Reads and writes notices: what was fixed when they were issued, and their events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import corrective_notices, late_receipts, letter_codes, notice_events, notice_proposals, notices
from central.db.tables import checks
from central.enforcement.present_state import RefusalState, refusal_state
from central.notices.amounts import late_charge_at
from central.register.publications import active_tariffs
from central.rules.evidence import ParkedVehicle, Place
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import Notice, NoticeEvent, NoticeEventKind, NoticeState, NoticeTerms, apply, state_at
from firmware.tariff import Tariffs

REGISTER = "the register"
"""Who records what follows from a late sale."""


@dataclass(frozen=True)
class CorrectiveNotice:
    """What was fixed when a corrective notice was issued."""

    number: str
    appeal_received_at: datetime
    mandated: bool
    due_cents: int
    """The corrected amount."""
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True)
class LateReceipt:
    """A receipt that became known after the notice was issued, and what is due with it."""

    sent: bool
    """The notice had been sent by then."""
    receipt_station: str
    receipt_reference: str
    receipt_at: datetime
    receipt_cents: int
    due_cents: int
    reduced_cents: int
    covers_until: datetime


@dataclass(frozen=True)
class StoredNotice:
    """A notice as the register keeps it."""

    row: Row[tuple[object, ...]]
    """What was fixed when it was issued, with the proposal it came from."""
    notice: Notice
    recorded: tuple[datetime, ...]
    """When each of its events became known."""
    corrective: CorrectiveNotice | None = None
    """Of a notice whose appeal was accepted in part."""
    receipt: LateReceipt | None = None
    """What became known before it was sent, and is deducted in place of what was known at issue."""
    proposed: LateReceipt | None = None
    """What became known after it was sent: a person corrects the amount."""


def load_notice(connection: Connection, city: City, number: str, now: datetime) -> StoredNotice:
    """A notice by its number, locked until the transaction ends, after what late sales make of it. Raises LookupError.

    The number of its corrective notice is as good.
    """
    first = first_number(connection, number)
    made = select(func.max(letter_codes.c.made_at)).where(letter_codes.c.number == first).scalar_subquery()
    since = made.label("letter_code_since")
    wanted = select(notices, notice_proposals, checks.c.asked_by.label("checked_by"), since)
    wanted = wanted.join_from(notices, notice_proposals).join(checks).where(notices.c.number == first)
    row = connection.execute(wanted.with_for_update(of=notices)).one_or_none()
    if row is None:
        raise LookupError("there is no such notice")
    return _reviewed(connection, city, stored_notice(connection, active_tariffs(city, connection, row.control_at), row), now)


def record_event(connection: Connection, stored: StoredNotice, event: NoticeEvent, by: str, now: datetime) -> StoredNotice:
    """Add an event. Raises FieldError naming its member if the rules do not allow it."""
    after = apply(stored.notice, event, now)
    values = {
        **vars(event),
        "kind": event.kind.value,
        "means": event.means and event.means.value,
        "recorded_at": now,
        "recorded_by": by,
    }
    place = {"number": stored.row.number, "seq": len(after.events)}
    connection.execute(insert(notice_events).values(place | values))
    return replace(stored, notice=after, recorded=(*stored.recorded, now))


def first_number(connection: Connection, number: str) -> str:
    """The number of the notice that a corrective notice corrects; any other number as it is."""
    columns = corrective_notices.c
    return connection.scalar(select(columns.corrects).where(columns.number == number)) or number


def find_corrective(connection: Connection, corrects: str) -> CorrectiveNotice | None:
    """The corrective notice of a notice."""
    columns = [corrective_notices.c[name] for name in CorrectiveNotice.__dataclass_fields__]
    row = connection.execute(select(*columns).where(corrective_notices.c.corrects == corrects)).one_or_none()
    return CorrectiveNotice(**row._mapping) if row else None


def is_contradicted(connection: Connection, city: City, check: int, now: datetime) -> bool:
    """Whether the present register holds a right for the vehicle of a control."""
    row = connection.execute(select(checks).where(checks.c.id == check)).one()
    return refusal_state(connection, city, row, now) is RefusalState.CONTRADICTED


def stored_notice(connection: Connection, tariffs: Tariffs, row: Row[tuple[object, ...]]) -> StoredNotice:
    """A row of `notices` with its events; `tariffs`: in force at its control."""
    rule = tariffs.fps_rule_at(row.control_at)
    assert rule is not None, "a notice was issued under it"
    late = _late_receipts(connection, row.number)
    receipt, proposed = (next((each for each in late if each.sent is sent), None) for sent in (False, True))
    due, reduced = (receipt.due_cents, receipt.reduced_cents) if receipt else (row.due_cents, row.reduced_cents)
    terms = NoticeTerms(row.issued_at, due, reduced, rule, tariffs.calendar.zone)
    found = select(notice_events).where(notice_events.c.number == row.number).order_by(notice_events.c.seq)
    events = connection.execute(found).all()
    made = tuple(map(_event_of, events))
    corrected = any(each.kind is NoticeEventKind.CORRECTED for each in made)
    corrective = find_corrective(connection, row.number) if corrected else None
    return StoredNotice(row, Notice(terms, made), tuple(each.recorded_at for each in events), corrective, receipt, proposed)


def _event_of(row: Row[tuple[object, ...]]) -> NoticeEvent:
    means = NoticePaymentMeans(row.means) if row.means else None
    return NoticeEvent(NoticeEventKind(row.kind), row.at, row.cents, row.reference, row.reason, means)


def _late_receipts(connection: Connection, number: str) -> list[LateReceipt]:
    """The last one first."""
    columns = [late_receipts.c[name] for name in LateReceipt.__dataclass_fields__]
    found = select(*columns).where(late_receipts.c.number == number).order_by(late_receipts.c.seq.desc())
    return [LateReceipt(**row) for row in connection.execute(found).mappings()]


def _reviewed(connection: Connection, city: City, stored: StoredNotice, now: datetime) -> StoredNotice:
    """A late sale withdraws a notice that was not sent; of one that was, it proposes cancellation, once.

    One that does not cover the control may still be the last receipt before it, which is deducted.
    """
    notice = stored.notice
    looked = {each.kind for each in notice.events} & {NoticeEventKind.CONTRADICTED, *_ENDS}
    if looked or state_at(notice, now) in _OVER or not stored.row.plate:
        return stored
    if is_contradicted(connection, city, stored.row.check, now):
        return _contradict(connection, stored, "a right became known that covers the control", now)
    return _with_late_receipt(connection, active_tariffs(city, connection, stored.row.control_at), stored, now)


def _contradict(connection: Connection, stored: StoredNotice, reason: str, now: datetime) -> StoredNotice:
    sent = stored.notice.happened(NoticeEventKind.SENT, now)
    kind = NoticeEventKind.CONTRADICTED if sent else NoticeEventKind.WITHDRAWN
    return record_event(connection, stored, NoticeEvent(kind, now, reason=reason), REGISTER, now)


def _with_late_receipt(connection: Connection, tariffs: Tariffs, stored: StoredNotice, now: datetime) -> StoredNotice:
    """Deduct a receipt that became known since the issue, or propose that; what was fixed before is never raised."""
    row, sent = stored.row, stored.notice.happened(NoticeEventKind.SENT, now) is not None
    vehicle = ParkedVehicle(row.plate, Place(row.zone, row.sector), row.control_at)
    found = late_charge_at(connection, tariffs, vehicle, row.vehicle, row.issued_at)
    known = stored.proposed.due_cents if stored.proposed else stored.notice.corrected(now).terms.due_cents
    if found is None or found[0].due_cents >= known:
        return stored
    amounts, receipt = found
    if not amounts.due_cents:
        return _contradict(connection, stored, "a receipt became known that is worth as much as the charge", now)
    bought = (receipt.station, receipt.reference, receipt.bought_at, receipt.cents)
    late = LateReceipt(sent, *bought, amounts.due_cents, amounts.reduced_cents, amounts.next_notice_at)
    seq = len(_late_receipts(connection, row.number)) + 1
    connection.execute(insert(late_receipts).values(number=row.number, seq=seq, recorded_at=now, **vars(late)))
    audit.note(connection, now, REGISTER, "late receipt", row.number, due_cents=late.due_cents, proposed=sent)
    return stored_notice(connection, tariffs, row)


_ENDS = (NoticeEventKind.WITHDRAWN, NoticeEventKind.CANCELLED)
_OVER = (NoticeState.WITHDRAWN, NoticeState.CANCELLED, NoticeState.REFUND_DUE, NoticeState.REFUNDED)
