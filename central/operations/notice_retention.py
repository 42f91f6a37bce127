"""Retention of notices and appeals: plates, statements and names of documents go once nothing is open any more.

The theory. What is left is what an account needs: number, place, amounts, events, and the sums of documents. A notice is open
as long as money is owed or to be given back, an appeal waits for a decision, or a case for a judgment: then it keeps all it
has, however old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, delete, exists, select, update

from central.appeals.store import FILED, appeals_of
from central.core import audit
from central.core.chunks import chunks_of
from central.db.appeal_tables import appeal_documents, appeal_filings, appeals, court_cases, judgments
from central.db.notice_tables import letter_codes, notice_proposals, notices
from central.notices.store import stored_notice
from central.register.publications import published_tariffs
from central.rules.appeal_states import OPEN
from central.rules.appeals import appeal_state_at
from central.rules.notices import NoticeState, balance_at, state_at
from firmware.tariff import Tariffs

KEPT = timedelta(days=3 * 366)
"""From the control: as long as the national agency keeps its own."""
CLOSED = (
    *(NoticeState.WITHDRAWN, NoticeState.CANCELLED, NoticeState.REFUNDED),
    *(NoticeState.PAID, NoticeState.PAID_REDUCED, NoticeState.WRITTEN_OFF),
)
CHUNK = 500


@dataclass(frozen=True)
class ExpiredNotices:
    """How many notices and appeals lost what names a person, or would."""

    notices: int
    appeals: int


def count_expired_notices(store: Engine, tariffs: Tariffs, now: datetime, kept: timedelta = KEPT) -> ExpiredNotices:
    """How many there are now; `tariffs`: in force where none are published."""
    with store.begin() as connection:
        return _counted(connection, list(_expired(connection, tariffs, now, kept)))


def delete_expired_notices(store: Engine, tariffs: Tariffs, by: str, now: datetime, kept: timedelta = KEPT) -> ExpiredNotices:
    """Delete what names a person in those that are old enough and closed; an audit line says how many."""
    with store.begin() as connection:
        numbers = list(_expired(connection, tariffs, now, kept))
        found = _counted(connection, numbers)
        for some in chunks_of(numbers, CHUNK):
            theirs = select(appeals.c.id).where(appeals.c.number.in_(some))
            names = update(appeal_documents).where(appeal_documents.c.appeal.in_(theirs))
            connection.execute(names.values(name=""))
            connection.execute(update(appeals).where(appeals.c.number.in_(some)).values(statement=""))
            connection.execute(update(appeal_filings).where(appeal_filings.c.appeal.in_(theirs)).values(statement=""))
            connection.execute(update(notices).where(notices.c.number.in_(some)).values(plate=""))
            connection.execute(delete(letter_codes).where(letter_codes.c.number.in_(some)))
        audit.note(connection, now, by, "retention", "notices", **vars(found))
    return found


def _expired(connection: Connection, tariffs: Tariffs, now: datetime, kept: timedelta) -> Iterator[str]:
    columns, waiting = notices.c, exists().where(court_cases.c.number == notices.c.number)
    unjudged = waiting.where(~exists().where(judgments.c.case == court_cases.c.id))
    old = select(notices, notice_proposals).join(notice_proposals).where(columns.plate != "", columns.control_at < now - kept)
    for row in connection.execute(old.where(~unjudged).order_by(columns.number)).all():
        if _is_closed(connection, published_tariffs(connection, row.control_at) or tariffs, row, now):
            yield row.number


def _is_closed(connection: Connection, tariffs: Tariffs, row: Row[tuple[object, ...]], now: datetime) -> bool:
    notice = stored_notice(connection, tariffs, row).notice
    if state_at(notice, now) not in CLOSED or balance_at(notice, now).surplus_cents:
        return False
    found = connection.execute(select(FILED).where(FILED.c.number == row.number)).all()
    values = appeals_of(connection, found, notice.terms.zone)
    return all(appeal_state_at(each, now) not in OPEN for each in values)


def _counted(connection: Connection, numbers: Sequence[str]) -> ExpiredNotices:
    theirs = (select(appeals.c.id).where(appeals.c.number.in_(some)) for some in chunks_of(numbers, CHUNK))
    return ExpiredNotices(len(numbers), sum(len(connection.execute(each).all()) for each in theirs))
