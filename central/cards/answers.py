"""Requests and cards as they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select, update

from central.cards.counter import Counter
from central.cards.drafting import missing_documents_of
from central.cards.instruction import prices_of
from central.cards.limits import same_quota, submitted_on
from central.cards.store import (
    StoredCardRequest,
    StoredRow,
    card_requests_of,
    cards_named,
    documents_of,
    is_active,
    lines_of,
    load_card_request,
)
from central.db.card_tables import card_captures, card_refunds, card_requests, cards
from central.rules.cards.application import CardApplicant, CardDocumentKind, CardLine
from central.rules.cards.eligibility import to_judge
from central.rules.cards.prices import LinePrice
from central.rules.cards.products import CardDispatch
from central.rules.cards.requests import status_after
from central.rules.cards.states import CardEventKind, CardStatus
from firmware.domain.errors import FieldError

BY_OTHERS = (
    *(CardEventKind.ASKED, CardEventKind.ACCEPTED, CardEventKind.REJECTED),
    *(CardEventKind.PAID, CardEventKind.SENT),
)
"""What an applicant is told of, and has not done."""


@dataclass(frozen=True)
class NamedCard:
    """The card that a line names."""

    id: int
    plate: str
    address: str
    sectors: tuple[str, ...]
    last_day: date
    free: bool
    closed: bool
    """It has ended since, by this request or another one."""


@dataclass(frozen=True)
class PricedLine:
    """One vehicle of a request, and what it costs; of a draft, as it would be decided now."""

    line: CardLine
    cents: int | None
    """None: no price can be told yet."""
    postage_cents: int | None
    source: str | None
    """The article the price comes from."""
    replaces: NamedCard | None = None
    """What is changed, made again or given up, if it is a card of the same account."""


@dataclass(frozen=True)
class CardHistoryLine:
    """Something that happened to a request, and where it stood then."""

    at: datetime
    what: CardEventKind
    status: CardStatus
    reason: str


@dataclass(frozen=True)
class ShownDocument:
    """A document of a request."""

    seq: int
    kind: CardDocumentKind
    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    scan: str
    """What the virus scan said."""
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class CardRequestLine:
    """A request in a list."""

    number: int
    product: str
    label: str
    """With its price, as the counter shows it."""
    status: CardStatus
    cards: int
    made_at: datetime
    changed_at: datetime
    total_cents: int
    unread: bool
    """Something happened to it that its owner has not seen."""


@dataclass(frozen=True, kw_only=True)
class CardRequestAnswer(CardRequestLine):
    """A request as a whole."""

    applicant: CardApplicant
    dispatch: CardDispatch
    lines: tuple[PricedLine, ...]
    documents: tuple[ShownDocument, ...]
    missing: tuple[CardDocumentKind, ...]
    paid_cents: int
    refunded_cents: int
    """Given back, or owed back."""
    by_transfer: bool
    """The public accountant transfers some of it, and has not yet."""
    history: tuple[CardHistoryLine, ...]
    """The newest first."""
    to_judge: tuple[str, ...]
    """What a clerk has to look at, in French."""


@dataclass(frozen=True)
class CardAnswer:
    """A card."""

    id: int
    request: int
    product: str
    label: str
    plate: str
    address: str
    sectors: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    last_day: date
    free: bool


def read_card_request(counter: Counter, number: int, owner: str | None, now: datetime) -> CardRequestAnswer:
    """A request; its `owner`, if one is named, has seen it then. Raises LookupError."""
    with counter.city.store.begin() as connection:
        stored = load_card_request(connection, number, owner)
        answer = card_request_answer(connection, counter, stored, now)
        if owner is None:
            return replace(answer, to_judge=(*answer.to_judge, *_rivals(connection, counter, stored, now)))
        this = update(card_requests).where(card_requests.c.number == number)
        connection.execute(this.values(seen_at=now))
        return answer


def list_card_requests(counter: Counter, owner: str, now: datetime) -> tuple[CardRequestLine, ...]:
    """The requests of an account, the one changed last first."""
    with counter.city.store.begin() as connection:
        mine = select(card_requests).where(card_requests.c.owner == owner)
        rows = connection.execute(mine.order_by(card_requests.c.changed_at.desc(), card_requests.c.number.desc())).all()
        return tuple(request_line(counter, each, now) for each in card_requests_of(connection, rows))


def list_cards(counter: Counter, owner: str, now: datetime) -> tuple[CardAnswer, ...]:
    """The cards of an account that have not ended, the one that ends first first."""
    with counter.city.store.begin() as connection:
        found = connection.execute(select(cards).where(cards.c.owner == owner).order_by(cards.c.valid_until, cards.c.id))
        return tuple(_card(counter, row, now) for row in found if is_active(row, now))


def card_request_answer(
    connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime
) -> CardRequestAnswer:
    """The whole of it."""
    application, number = stored.application, stored.number
    captured = connection.execute(select(card_captures.c.used_cents).where(card_captures.c.request == number)).scalars()
    refunds = connection.execute(select(card_refunds).where(card_refunds.c.request == number)).all()
    return CardRequestAnswer(
        **vars(request_line(counter, stored, now)),
        applicant=application.applicant,
        dispatch=application.dispatch,
        lines=_priced(connection, counter, stored, now),
        documents=tuple(map(shown_document, documents_of(connection, number))),
        missing=missing_documents_of(connection, counter, stored, now),
        paid_cents=sum(captured),
        refunded_cents=sum(each.cents for each in refunds),
        by_transfer=any(each.by_transfer and each.done_at is None for each in refunds),
        history=_history(stored),
        to_judge=to_judge(counter.catalogue, application, submitted_on(counter, stored, now)),
    )


def request_line(counter: Counter, stored: StoredCardRequest, now: datetime) -> CardRequestLine:
    """A request in a list."""
    row, events = stored.row, stored.request.events
    last = next((each for each in reversed(events) if each.kind in BY_OTHERS), None)
    product = counter.catalogue.on(submitted_on(counter, stored, now)).named(row.product)
    return CardRequestLine(
        number=row.number,
        product=row.product,
        label=product.label,
        status=stored.status(counter, now),
        cards=len(stored.application.lines),
        made_at=row.made_at,
        changed_at=row.changed_at,
        total_cents=stored.request.total_cents,
        unread=last is not None and (row.seen_at is None or last.at > row.seen_at),
    )


def shown_document(row: StoredRow) -> ShownDocument:
    """A row of `card_documents`."""
    names = ("seq", "name", "media_type", "size", "sha256", "scan", "received_at")
    return ShownDocument(kind=CardDocumentKind(row.kind), **{name: getattr(row, name) for name in names})


def _rivals(connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime) -> list[str]:
    """Requests of other accounts for the same establishment: a clerk sees which one is of the house."""
    quota = counter.catalogue.on(submitted_on(counter, stored, now)).named(stored.row.product).quota
    others = same_quota(connection, counter, stored, now) if quota and stored.row.establishment else []
    strangers = [each for each in others if each.row.owner != stored.row.owner]
    return [f"Demande {each.number} d’un autre compte pour cet établissement : à vérifier" for each in strangers]


def _history(stored: StoredCardRequest) -> tuple[CardHistoryLine, ...]:
    request = stored.request
    lines = [
        CardHistoryLine(each.at, each.kind, status_after(request, count), each.reason)
        for count, each in enumerate(request.events, 1)
    ]
    return tuple(reversed(lines))


def _priced(connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime) -> tuple[PricedLine, ...]:
    """As it was decided; before that, as it would be."""
    rows, lines = lines_of(connection, stored.number), stored.application.lines
    named = cards_named(connection, [line.replaces for line in lines if line.replaces is not None])
    mine = {row.id: _replaced(counter, row) for row in named.values() if row.owner == stored.row.owner}
    prices: Sequence[StoredRow | LinePrice | None] = rows
    if any(row.cents is None for row in rows):
        try:
            prices = prices_of(connection, counter, stored, now)
        except FieldError:
            prices = [None for _ in lines]
    return tuple(_priced_line(line, price, mine.get(line.replaces or 0)) for line, price in zip(lines, prices, strict=True))


def _priced_line(line: CardLine, price: StoredRow | LinePrice | None, replaced: NamedCard | None) -> PricedLine:
    if price is None:
        return PricedLine(line, None, None, None, replaced)
    return PricedLine(line, price.cents, price.postage_cents, price.source, replaced)


def _replaced(counter: Counter, row: StoredRow) -> NamedCard:
    closed = row.closed_at is not None
    return NamedCard(row.id, row.plate, row.address, tuple(row.sectors), _last_day(counter, row), row.free, closed)


def _last_day(counter: Counter, row: StoredRow) -> date:
    zone = counter.city.tariffs.calendar.zone
    last: date = (row.valid_until.astimezone(zone) - timedelta(microseconds=1)).date()
    return last


def _card(counter: Counter, row: StoredRow, now: datetime) -> CardAnswer:
    zone = counter.city.tariffs.calendar.zone
    product = counter.catalogue.on(now.astimezone(zone).date()).named(row.product)
    names = ("id", "request", "product", "plate", "address", "valid_from", "valid_until", "free")
    return CardAnswer(
        **{name: getattr(row, name) for name in names},
        label=product.label,
        sectors=tuple(row.sectors),
        last_day=_last_day(counter, row),
    )
