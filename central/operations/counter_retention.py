"""Retention at the counter: sessions, sign-in links, drafts, documents, requests, and the accounts of applicants.

The theory. What is left of a request is what accounts need: its number, product, lines with their prices and articles, events,
captures and refunds, and the sums of its documents. What names a person, a vehicle or a place goes, each at its own end. A
request that waits (for a clerk, for its payment, for a refund) has no end, however old. A file is removed before the row that
names it is emptied: what fails between is done by the next run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Exists, Table, Text, cast, delete, exists, func, or_, select, update

from central.access.accounts import APPLICANT
from central.cards.document_folder import DocumentFolder
from central.cards.issuing import series_of
from central.cards.store import StoredCardRequest, StoredRow, card_requests_of
from central.core import audit
from central.db.account_tables import accounts, mails, sessions, sign_in_links
from central.db.card_tables import card_documents, card_events, card_lines, card_refunds, card_requests, cards
from central.db.tables import holdings, tokens
from central.operations.notice_retention import KEPT
from central.operations.pseudonyms import DELETED, count_addresses, old_tokens, replace_addresses
from central.rules.cards.application import CardApplicant, CardApplication
from central.rules.cards.requests import CardPolicy, status_at
from central.rules.cards.states import CardStatus

OVER = (CardStatus.REJECTED, CardStatus.PAID, CardStatus.SENT)
NOBODY = CardApplicant("", "", "")


@dataclass(frozen=True)
class CounterPeriods:
    """How long what names a person is kept at the counter: what a city decides with whoever answers for its personal data."""

    sign_in: timedelta = timedelta(days=1)
    """Sessions, links and letters that wait, from their end."""
    drafts: timedelta = timedelta(days=180)
    """Drafts, from their last change."""
    documents: timedelta = timedelta(days=180)
    """Documents, from the last event of a request that is over: as long as its decision can be contested, with a margin."""
    requests: timedelta = KEPT
    """Who asked, from the last event and the end of the last card."""


COUNTER_PERIODS = CounterPeriods()


@dataclass(frozen=True)
class ExpiredAtCounter:
    """How many were deleted or emptied, or would be."""

    sessions: int
    links: int
    drafts: int
    documents: int
    requests: int
    accounts: int
    mails: int = 0
    """That waited for nobody: no server took them."""
    tokens: int = 0
    """Named by an address, which have long ended."""
    addresses: int = 0
    """Of who did something, in rows of before: they are given the number of the token."""


class NoDocumentFolderError(Exception):
    """There are documents to be deleted, and nobody has said where they are."""


def count_expired_at_counter(store: Engine, now: datetime, periods: CounterPeriods = COUNTER_PERIODS) -> ExpiredAtCounter:
    """How many would go now."""
    with store.begin() as connection:
        return _counted(connection, now, periods)


def delete_expired_at_counter(
    store: Engine, folder: DocumentFolder | None, by: str, now: datetime, periods: CounterPeriods = COUNTER_PERIODS
) -> ExpiredAtCounter:
    """Delete what is old enough; an audit line says how much. Raises NoDocumentFolderError, and nothing is deleted."""
    with store.begin() as connection:
        found = _counted(connection, now, periods)
        gone = {"email": "(deleted " + cast(accounts.c.id, Text) + ")", "name": "", "closed_at": now, "language": None}
        connection.execute(update(accounts).where(_old_accounts(now, periods)).values(gone))
        _delete_documents(connection, folder, _documents(connection, now, periods))
        for stored in (*_drafts(connection, now, periods), *_requests(connection, now, periods)):
            _empty_request(connection, stored)
        connection.execute(delete(sessions).where(_old_sessions(now, periods)))
        connection.execute(delete(sign_in_links).where(_old_links(now, periods)))
        connection.execute(delete(mails).where(_old_mails(now, periods)))
        connection.execute(update(tokens).where(old_tokens(now - periods.requests)).values(who=DELETED))
        replace_addresses(connection)
        audit.note(connection, now, by, "retention", "counter", **asdict(found))
    return found


def _counted(connection: Connection, now: datetime, periods: CounterPeriods) -> ExpiredAtCounter:
    return ExpiredAtCounter(
        _count(connection, sessions, _old_sessions(now, periods)),
        _count(connection, sign_in_links, _old_links(now, periods)),
        len(_drafts(connection, now, periods)),
        len(_documents(connection, now, periods)),
        len(_requests(connection, now, periods)),
        _count(connection, accounts, _old_accounts(now, periods)),
        _count(connection, mails, _old_mails(now, periods)),
        _count(connection, tokens, old_tokens(now - periods.requests)),
        count_addresses(connection),
    )


def _count(connection: Connection, table: Table, rows: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(rows)).scalar_one()


def _old_sessions(now: datetime, periods: CounterPeriods) -> ColumnElement[bool]:
    return or_(sessions.c.expires_at < now - periods.sign_in, sessions.c.ended_at < now - periods.sign_in)


def _old_links(now: datetime, periods: CounterPeriods) -> ColumnElement[bool]:
    return sign_in_links.c.expires_at < now - periods.sign_in


def _old_mails(now: datetime, periods: CounterPeriods) -> ColumnElement[bool]:
    """Letters of no use any more that still name their reader."""
    return (mails.c.useless_at < now - periods.sign_in) & (mails.c.recipient != "")


def _old_accounts(now: datetime, periods: CounterPeriods) -> ColumnElement[bool]:
    """Accounts of applicants with neither a request nor a session."""
    columns = accounts.c
    asks = exists().where(card_requests.c.owner == columns.email)
    is_in = exists().where(sessions.c.account == columns.id)
    old = (columns.role == APPLICANT) & (columns.created_at < now - periods.requests) & columns.closed_at.is_(None)
    return old & ~asks & ~is_in


def _named(connection: Connection, changed_before: datetime) -> list[StoredCardRequest]:
    """The requests that still name somebody and were not changed since then."""
    old = (card_requests.c.owner != "") & (card_requests.c.changed_at < changed_before)
    return card_requests_of(connection, connection.execute(select(card_requests).where(old)).all())


def _status(stored: StoredCardRequest, now: datetime) -> CardStatus:
    return status_at(stored.request, CardPolicy(), now)


def _drafts(connection: Connection, now: datetime, periods: CounterPeriods) -> list[StoredCardRequest]:
    return [each for each in _named(connection, now - periods.drafts) if _status(each, now) is CardStatus.DRAFT]


def _requests(connection: Connection, now: datetime, periods: CounterPeriods) -> list[StoredCardRequest]:
    over = [each for each in _named(connection, now - periods.requests) if _status(each, now) in OVER]
    return [each for each in over if not _is_needed(connection, each, now - periods.requests)]


def _is_needed(connection: Connection, stored: StoredCardRequest, since: datetime) -> bool:
    """Whether a card of a request has ended since then, or not at all, or a refund for it waits."""
    number = stored.number
    ended = func.coalesce(cards.c.closed_at, cards.c.valid_until)
    card = exists().where(or_(cards.c.request == number, cards.c.origin == number), ended >= since)
    return bool(connection.scalar(select(or_(card, _waits_for_money(number)))))


def _waits_for_money(number: int) -> Exists:
    """Whether a refund for a request is still owed: the bank details are among its documents."""
    return exists().where(card_refunds.c.request == number, card_refunds.c.done_at.is_(None))


def _documents(connection: Connection, now: datetime, periods: CounterPeriods) -> Sequence[StoredRow]:
    """Documents whose end has come: of a request that is over, of a draft that is given up."""
    named = [each for each in _named(connection, now - periods.documents) if _status(each, now) in OVER]
    over = [each for each in named if not connection.scalar(select(_waits_for_money(each.number)))]
    numbers = {each.number for each in (*over, *_drafts(connection, now, periods))}
    there = select(card_documents).where(card_documents.c.stored_as != "")
    return [row for row in connection.execute(there) if row.request in numbers]


def _delete_documents(connection: Connection, folder: DocumentFolder | None, rows: Iterable[StoredRow]) -> None:
    for row in rows:
        if folder is None:
            raise NoDocumentFolderError
        folder.remove(row.stored_as)
        this = (card_documents.c.request == row.request) & (card_documents.c.seq == row.seq)
        connection.execute(update(card_documents).where(this).values(name="", stored_as=""))


def _empty_request(connection: Connection, stored: StoredCardRequest) -> None:
    """Take away who asked, where and for which vehicles."""
    number, owner = stored.number, stored.row.owner
    lines = tuple(replace(line, plate="") for line in stored.application.lines)
    emptied = CardApplication(stored.application.product, NOBODY, lines, stored.application.dispatch)
    values = {"owner": "", "establishment": "", "application": msgspec.to_builtins(emptied)}
    connection.execute(update(card_requests).where(card_requests.c.number == number).values(values))
    connection.execute(update(card_lines).where(card_lines.c.request == number).values(plate=""))
    connection.execute(update(card_events).where(card_events.c.request == number).values(reason=""))
    for table, column in ((card_events, card_events.c.by), (card_documents, card_documents.c.recorded_by)):
        mine = (table.c.request == number) & (column == owner)
        connection.execute(update(table).where(mine).values({column.name: ""}))
    made = connection.execute(select(cards.c.id).where(cards.c.request == number)).scalars().all()
    connection.execute(update(holdings).where(holdings.c.series.in_(map(series_of, made))).values(plate="", sectors=[]))
    gone = {"owner": "", "plate": "", "address": "", "establishment": "", "sectors": []}
    connection.execute(update(cards).where(cards.c.request == number).values(gone))
