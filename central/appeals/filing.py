"""Files appeals and lists their documents: one appeal for a notice, and the same one again is that one.

A stranger's appeal takes the place of nobody (`gives_way`): what came before stays in the register, with its own end.

The theory. A document is its name, size and SHA-256; what it says stays where it is, and whoever examines the appeal holds the
file against the sum. A letter that came too late is a letter that came: it is recorded, and inadmissible. Online nothing was
received before it is recorded, so what is late there is refused at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from central.appeals.answers import AppealAnswer, appeal_answer
from central.appeals.store import (
    AppealRow,
    StoredAppeal,
    appealed_notice,
    check_contestable,
    find_appeal,
    insert_documents,
    load_appeal,
    record_appeal_event,
)
from central.core import audit
from central.core.audit import PUBLIC
from central.core.city import City
from central.db.appeal_tables import appeal_documents, appeal_filings, appeals
from central.notices.store import StoredNotice, load_notice
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant
from central.rules.appeal_states import OPEN, AppealEventKind
from central.rules.appeals import AppealEvent, AppealTerms, appeal_state_at, check_filing, gives_way
from firmware.domain.errors import FieldError

MOST_DOCUMENTS = 20


@dataclass(frozen=True)
class AppealFiling:
    """An appeal as it came."""

    way: AppealWay
    appellant: Appellant
    resident: bool
    """Whether the appellant lives where the authority is."""
    statement: str
    received_at: datetime
    documents: tuple[AppealDocument, ...] = ()
    posted_on: date | None = None
    """The postmark of a letter, if it can be read: that day counts, and not that of its reception."""
    coded: bool = False
    """Whoever filed it had the code of the letter."""


@dataclass(frozen=True)
class FiledAppeal:
    """An appeal, and whether this very request made it."""

    appeal: AppealAnswer
    made: bool


def file_appeal(city: City, number: str, filing: AppealFiling, by: str, now: datetime) -> FiledAppeal:
    """File the appeal of a notice. Raises LookupError; FieldError naming the member that stands against it."""
    with city.store.begin() as connection:
        notice = load_notice(connection, city, number, now)
        known = find_appeal(connection, city, notice)
        if known and _is_same(known, filing):
            return FiledAppeal(appeal_answer(connection, known, now), made=False)
        if known and not gives_way(known.appeal, filing.coded, now):
            raise FieldError("number", "an appeal was filed against this notice, and there is one for each")
        check_contestable(notice, now)
        check_filing(_terms(city, filing), appealed_notice(notice, now), now)
        _insert_filing(connection, notice, known, _columns(city, filing, by, now))
        stored = _insert_documents(connection, city, notice, filing, by)
        audit.note(connection, now, by, "appeal filed", number, appeal=stored.row.id, way=filing.way.value)
        return FiledAppeal(appeal_answer(connection, stored, now), made=True)


def supply_documents(city: City, id: int, documents: tuple[AppealDocument, ...], by: str, now: datetime) -> AppealAnswer:
    """List documents that came later. Raises LookupError; FieldError."""
    with city.store.begin() as connection:
        stored = load_appeal(connection, city, id, now)
        if appeal_state_at(stored.appeal, now) not in OPEN:
            raise FieldError("state", f"the appeal is {appeal_state_at(stored.appeal, now).value}")
        if _places_taken(connection, stored.row, by) + len(documents) > MOST_DOCUMENTS:
            raise FieldError("documents", f"{MOST_DOCUMENTS} at most")
        event = AppealEvent(AppealEventKind.SUPPLIED, now, by)
        insert_documents(connection, id, documents, by, stored.row.documents_before + len(stored.appeal.documents))
        record_appeal_event(connection, stored, event)
        audit.note(connection, now, by, "appeal documents supplied", str(id), documents=len(documents))
        return appeal_answer(connection, load_appeal(connection, city, id, now), now)


def ask_for_documents(city: City, id: int, until: date, reason: str, by: str, now: datetime) -> AppealAnswer:
    """Ask for what is missing, until a day. Raises LookupError; FieldError."""
    with city.store.begin() as connection:
        stored = load_appeal(connection, city, id, now)
        event = AppealEvent(AppealEventKind.ASKED, now, by, reason, until=until)
        after = record_appeal_event(connection, stored, event)
        audit.note(connection, now, by, "appeal documents asked for", str(id), until=until.isoformat())
        return appeal_answer(connection, after, now)


def _places_taken(connection: Connection, appeal: AppealRow, by: str) -> int:
    """How many documents are listed: what came online takes no place from what the city records, nor the other way round."""
    columns = appeal_documents.c
    online = columns.recorded_by == PUBLIC
    mine = select(func.count()).where(
        columns.appeal == appeal.id, columns.seq > appeal.documents_before, online if by == PUBLIC else ~online
    )
    return connection.execute(mine).scalar_one()


def _terms(city: City, filing: AppealFiling) -> AppealTerms:
    zone = city.tariffs.calendar.zone
    filed_on = filing.posted_on or filing.received_at.astimezone(zone).date()
    return AppealTerms(filing.way, filing.appellant, filing.statement, filed_on, filing.received_at, zone, filing.coded)


def _columns(city: City, filing: AppealFiling, by: str, now: datetime) -> dict[str, object]:
    return {
        "way": filing.way.value,
        "appellant": filing.appellant.value,
        "resident": filing.resident,
        "statement": filing.statement,
        "filed_on": _terms(city, filing).filed_on,
        "received_at": filing.received_at,
        "recorded_at": now,
        "recorded_by": by,
        "coded": filing.coded,
    }


def _insert_filing(
    connection: Connection, notice: StoredNotice, before: StoredAppeal | None, values: dict[str, object]
) -> None:
    """The first filing, or one more after one that gives way, whose documents and events stay that one's."""
    if before is None:
        connection.execute(insert(appeals).values(number=notice.row.number, **values))
        return
    row, appeal = before.row, before.appeal
    counts = {
        "documents_before": row.documents_before + len(appeal.documents),
        "events_before": row.events_before + len(appeal.events),
    }
    later = select(func.coalesce(func.max(appeal_filings.c.seq), 1) + 1).where(appeal_filings.c.appeal == row.id)
    seq = connection.execute(later).scalar_one()
    connection.execute(insert(appeal_filings).values(appeal=row.id, seq=seq, **values, **counts))


def _insert_documents(connection: Connection, city: City, notice: StoredNotice, filing: AppealFiling, by: str) -> StoredAppeal:
    """The appeal that was just inserted, with its documents."""
    made = find_appeal(connection, city, notice)
    assert made is not None, "it was just made"
    insert_documents(connection, made.row.id, filing.documents, by, made.row.documents_before)
    stored = find_appeal(connection, city, notice)
    assert stored is not None, "it was just made"
    return stored


def _is_same(known: StoredAppeal, filing: AppealFiling) -> bool:
    """Whether what comes is what came before."""
    terms = known.appeal.terms
    before = (terms.way, terms.appellant, known.row.resident, terms.statement)
    sums = [each.sha256 for each in known.appeal.documents]
    same = before == (filing.way, filing.appellant, filing.resident, filing.statement)
    return same and all(each.sha256 in sums for each in filing.documents)
