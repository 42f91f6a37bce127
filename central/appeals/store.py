"""Reads and writes appeals: what was filed, its documents, its events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Subquery, func, insert, literal, select, union_all

from central.core.city import City
from central.db.appeal_tables import appeal_documents, appeal_events, appeal_filings, appeals
from central.notices.store import StoredNotice, load_notice
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind
from central.rules.appeals import Appeal, AppealedNotice, AppealEvent, AppealTerms, apply_to_appeal
from central.rules.notices import NoticeEventKind, NoticeState, state_at
from firmware.domain.errors import FieldError

NOTHING_TO_CONTEST = (NoticeState.WITHDRAWN, NoticeState.CANCELLED, NoticeState.REFUND_DUE, NoticeState.REFUNDED)
AppealRow = Row[tuple[object, ...]]
"""A row of `FILINGS`, or of `FILED`."""
COUNTS = ("documents", "events")


def _filings() -> Subquery:
    """Of each filing, what was said, and which documents and events are its own: after so many, until so many of its appeal."""
    first, later, following = appeals.c, appeal_filings.c, appeal_filings.alias("following").c

    def until(name: str, appeal: ColumnElement[int], seq: ColumnElement[int]) -> ColumnElement[int | None]:
        those = (following.appeal == appeal) & (following.seq > seq)
        found = select(func.min(following[f"{name}_before"])).where(those).correlate(appeals, appeal_filings)
        return found.scalar_subquery().label(f"{name}_until")

    said = [each.name for each in first if each.name not in ("id", "number")]
    one, none = literal(1), [literal(0).label(f"{name}_before") for name in COUNTS]
    ends = [until(name, first.id, one) for name in COUNTS]
    filed_first = select(first.id, first.number, one.label("seq"), *(first[name] for name in said), *none, *ends)
    begins, ends = [later[f"{name}_before"] for name in COUNTS], [until(name, later.appeal, later.seq) for name in COUNTS]
    filed_later = select(first.id, first.number, later.seq, *(later[name] for name in said), *begins, *ends)
    return union_all(filed_first, filed_later.join_from(appeal_filings, appeals)).subquery("filings")


FILINGS = _filings()
"""Every filing; several of one notice share the number of an appeal."""
FILED = select(FILINGS).where(FILINGS.c.events_until.is_(None)).subquery("filed")
"""Each appeal as it was filed last: that filing is examined."""


@dataclass(frozen=True)
class StoredAppeal:
    """An appeal as the register keeps it, with its notice."""

    row: AppealRow
    appeal: Appeal
    notice: StoredNotice


def find_appeal(connection: Connection, city: City, notice: StoredNotice) -> StoredAppeal | None:
    """The appeal of a notice that is loaded; None if there is none."""
    row = connection.execute(select(FILED).where(FILED.c.number == notice.row.number)).one_or_none()
    return StoredAppeal(row, appeals_of(connection, [row], city.tariffs.calendar.zone)[0], notice) if row else None


def find_earlier(connection: Connection, stored: StoredAppeal) -> list[Appeal]:
    """What was filed under the same number of an appeal before, in that order."""
    before = select(FILINGS).where(FILINGS.c.id == stored.row.id, FILINGS.c.seq < stored.row.seq).order_by(FILINGS.c.seq)
    return appeals_of(connection, connection.execute(before).all(), stored.appeal.terms.zone)


def load_appeal(connection: Connection, city: City, id: int, now: datetime) -> StoredAppeal:
    """An appeal with its notice, which is locked until the transaction ends. Raises LookupError."""
    number = connection.scalar(select(appeals.c.number).where(appeals.c.id == id))
    found = find_appeal(connection, city, load_notice(connection, city, number, now)) if number else None
    if found is None:
        raise LookupError("there is no such appeal")
    return found


def appeals_of(connection: Connection, rows: Sequence[AppealRow], zone: ZoneInfo) -> list[Appeal]:
    """Rows as values: one statement for all documents, one for all events."""
    documents, events, ids = defaultdict(list), defaultdict(list), {row.id for row in rows}
    listed = select(appeal_documents).where(appeal_documents.c.appeal.in_(ids)).order_by(appeal_documents.c.seq)
    for each in connection.execute(listed):
        found = AppealDocument(DocumentKind(each.kind), each.name, each.size, each.sha256, each.received_at)
        documents[each.appeal].append(found)
    happened = select(appeal_events).where(appeal_events.c.appeal.in_(ids)).order_by(appeal_events.c.seq)
    for each in connection.execute(happened):
        events[each.appeal].append(_event_of(each))
    return [
        Appeal(
            _terms(row, zone),
            tuple(documents[row.id][row.documents_before : row.documents_until]),
            tuple(events[row.id][row.events_before : row.events_until]),
        )
        for row in rows
    ]


def appealed_notice(notice: StoredNotice, now: datetime) -> AppealedNotice:
    """What the rules of an appeal have to know. Raises FieldError for a notice that was not sent."""
    sent, until = notice.notice.happened(NoticeEventKind.SENT, now), notice.notice.deadlines(now).appeal_until
    if sent is None or until is None:
        raise FieldError("number", "this notice was not sent yet")
    issuers = frozenset({notice.row.checked_by, notice.row.agent, notice.row.proposed_by, notice.row.issued_by})
    return AppealedNotice(issuers, notice.notice.day(sent), until, notice.notice.corrected(now).terms.due_cents)


def check_contestable(notice: StoredNotice, now: datetime) -> None:
    """Raises FieldError for a notice of which nothing is due any more."""
    if (state := state_at(notice.notice, now)) in NOTHING_TO_CONTEST:
        raise FieldError("number", f"this notice is {state.value}: there is nothing to contest")


def record_appeal_event(connection: Connection, stored: StoredAppeal, event: AppealEvent) -> StoredAppeal:
    """Add an event. Raises FieldError naming its member if the rules do not allow it."""
    after = apply_to_appeal(stored.appeal, event, appealed_notice(stored.notice, event.at))
    values = {**vars(event), "kind": event.kind.value, "ground": event.ground.value if event.ground else None}
    seq = stored.row.events_before + len(after.events)
    connection.execute(insert(appeal_events).values(appeal=stored.row.id, seq=seq, **values))
    return StoredAppeal(stored.row, after, stored.notice)


def insert_documents(
    connection: Connection, appeal: int, documents: Sequence[AppealDocument], by: str, already: int = 0
) -> None:
    """List documents of an appeal that has so many already."""
    for seq, each in enumerate(documents, already + 1):
        values = {**vars(each), "kind": each.kind.value, "recorded_by": by}
        connection.execute(insert(appeal_documents).values(appeal=appeal, seq=seq, **values))


def _terms(row: AppealRow, zone: ZoneInfo) -> AppealTerms:
    return AppealTerms(
        AppealWay(row.way), Appellant(row.appellant), row.statement, row.filed_on, row.received_at, zone, row.coded
    )


def _event_of(row: Row[tuple[object, ...]]) -> AppealEvent:
    ground = InadmissibleGround(row.ground) if row.ground else None
    return AppealEvent(AppealEventKind(row.kind), row.at, row.by, row.reason, row.cents, ground, row.until)
