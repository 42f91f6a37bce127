"""Reads and writes requests for cards: what is asked for, its events, its documents; and the cards that were issued."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from central.cards.counter import Counter
from central.cards.letters import tell_applicant
from central.db.card_tables import card_documents, card_events, card_lines, card_requests, cards
from central.db.locks import transaction_lock
from central.rules.cards.application import CardApplication
from central.rules.cards.prices import LinePrice
from central.rules.cards.requests import CardEvent, CardRequest, apply_to_card_request, status_at
from central.rules.cards.states import CardEventKind, CardStatus

FIRST_NUMBER = 1_000_001
"""Seven digits, as the counter's numbers have always had."""
StoredRow = Row[tuple[object, ...]]


@dataclass(frozen=True)
class StoredCardRequest:
    """A request as the register keeps it."""

    row: StoredRow
    application: CardApplication
    request: CardRequest

    @property
    def number(self) -> int:
        """Of the request."""
        number: int = self.row.number
        return number

    def status(self, counter: Counter, now: datetime) -> CardStatus:
        """Where it stands."""
        return status_at(self.request, counter.policy, now)


def lock_cards(connection: Connection) -> None:
    """One change of the counter at a time, in all workers: numbers of cards are counted under it."""
    transaction_lock(connection, "parking cards")


def load_card_request(connection: Connection, number: int, owner: str | None = None) -> StoredCardRequest:
    """A request by its number; `owner`: whose it must be. Raises LookupError, and does not tell the one from the other."""
    row = connection.execute(select(card_requests).where(card_requests.c.number == number)).one_or_none()
    if row is None or owner not in (None, row.owner):
        raise LookupError("there is no such request")
    return card_requests_of(connection, [row])[0]


def card_requests_of(connection: Connection, rows: Sequence[StoredRow]) -> list[StoredCardRequest]:
    """Rows of `card_requests` as values: one statement for all events."""
    found: dict[int, list[CardEvent]] = {row.number: [] for row in rows}
    events = select(card_events).where(card_events.c.request.in_(found)).order_by(card_events.c.seq)
    for each in connection.execute(events):
        found[each.request].append(CardEvent(CardEventKind(each.kind), each.at, each.by, each.reason))
    return [
        StoredCardRequest(row, application_of(row), CardRequest(row.made_at, row.total_cents, tuple(found[row.number])))
        for row in rows
    ]


def application_of(row: StoredRow) -> CardApplication:
    """What a row asks for."""
    return msgspec.convert(row.application, CardApplication)


def insert_draft(connection: Connection, owner: str, application: CardApplication, now: datetime) -> int:
    """Add a draft; its number."""
    last = connection.scalar(select(func.max(card_requests.c.number))) or FIRST_NUMBER - 1
    number: int = last + 1
    values = {"number": number, "owner": owner, "total_cents": 0, "made_at": now, "seen_at": now}
    connection.execute(insert(card_requests).values(values | _columns(application, now)))
    _insert_lines(connection, number, application)
    return number


def rewrite_draft(connection: Connection, number: int, application: CardApplication, now: datetime) -> None:
    """Put another application in the place of what a draft has."""
    this = update(card_requests).where(card_requests.c.number == number)
    connection.execute(this.values(_columns(application, now)))
    connection.execute(delete(card_lines).where(card_lines.c.request == number))
    _insert_lines(connection, number, application)


def record_card_event(
    connection: Connection, counter: Counter, stored: StoredCardRequest, event: CardEvent
) -> StoredCardRequest:
    """Add an event, with the letter that tells of it. Raises FieldError naming its member if the rules do not allow it."""
    after = apply_to_card_request(stored.request, event, counter.policy)
    values = {**vars(event), "kind": event.kind.value, "request": stored.number, "seq": len(after.events)}
    connection.execute(insert(card_events).values(values))
    this = update(card_requests).where(card_requests.c.number == stored.number)
    connection.execute(this.values(changed_at=event.at))
    tell_applicant(connection, counter, stored.row.owner, event.kind, event.at)
    return StoredCardRequest(stored.row, stored.application, after)


def write_prices(connection: Connection, number: int, prices: Sequence[LinePrice]) -> None:
    """Keep what each line costs, and the whole."""
    for seq, price in enumerate(prices, 1):
        line = (card_lines.c.request == number) & (card_lines.c.seq == seq)
        values = {"cents": price.cents, "postage_cents": price.postage_cents, "source": price.source}
        connection.execute(update(card_lines).where(line).values(values))
    total = sum(price.total_cents for price in prices)
    connection.execute(update(card_requests).where(card_requests.c.number == number).values(total_cents=total))


def lines_of(connection: Connection, number: int) -> Sequence[StoredRow]:
    """The lines of a request, in order."""
    found = select(card_lines).where(card_lines.c.request == number).order_by(card_lines.c.seq)
    return connection.execute(found).all()


def documents_of(connection: Connection, number: int) -> Sequence[StoredRow]:
    """The documents of a request, in the order in which they came."""
    found = select(card_documents).where(card_documents.c.request == number).order_by(card_documents.c.seq)
    return connection.execute(found).all()


def cards_named(connection: Connection, ids: Collection[int]) -> dict[int, StoredRow]:
    """Cards by their numbers."""
    return {row.id: row for row in connection.execute(select(cards).where(cards.c.id.in_(ids)))}


def is_active(card: StoredRow, now: datetime) -> bool:
    """Whether a card has neither ended nor been closed; one that is to begin is."""
    return card.closed_at is None and card.valid_until > now


def active_cards(now: datetime) -> ColumnElement[bool]:
    """The same as a condition of a statement."""
    return cards.c.closed_at.is_(None) & (cards.c.valid_until > now)


def _columns(application: CardApplication, now: datetime) -> dict[str, object]:
    return {
        "product": application.product,
        "establishment": application.applicant.siret,
        "application": msgspec.to_builtins(application),
        "changed_at": now,
    }


def _insert_lines(connection: Connection, number: int, application: CardApplication) -> None:
    for seq, line in enumerate(application.lines, 1):
        values = {"plate": line.plate, "reason": line.reason.value, "replaces": line.replaces}
        term = line.term.value if line.term else None
        connection.execute(insert(card_lines).values(values | {"request": number, "seq": seq, "term": term}))
