"""What an applicant does: drafts a request, changes it, adds documents, submits it."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO

from sqlalchemy import Connection, exists, func, insert, select

from central.cards.counter import Counter
from central.cards.document_folder import DocumentFolder, KeptDocument
from central.cards.limits import check_limits
from central.cards.refunds import refund_of_card
from central.cards.store import (
    StoredCardRequest,
    cards_named,
    documents_of,
    insert_draft,
    is_active,
    load_card_request,
    lock_cards,
    record_card_event,
    rewrite_draft,
)
from central.core import audit
from central.db.card_tables import card_documents, card_events, card_requests
from central.rules.cards.application import CardApplication, CardDocumentKind, CardReason
from central.rules.cards.eligibility import check_application, wanted_documents
from central.rules.cards.products import CardProduct
from central.rules.cards.requests import CardEvent
from central.rules.cards.states import CardEventKind, CardStatus
from firmware.domain.errors import FieldError

MOST_DOCUMENTS_OF_REQUEST = 30


def make_draft(counter: Counter, owner: str, application: CardApplication, by: str, now: datetime) -> int:
    """Make a draft; its number. A draft may be wrong, and names a product. Raises FieldError."""
    counter.catalogue.on(_today(counter, now)).named(application.product)
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        if _drafts(connection, owner) >= counter.policy.most_drafts:
            raise FieldError("request", f"{counter.policy.most_drafts} drafts at most: submit or withdraw one that is there")
        number = insert_draft(connection, owner, application, now)
        audit.note(connection, now, by, "card request drafted", str(number), product=application.product)
        return number


def change_draft(counter: Counter, owner: str, number: int, application: CardApplication, by: str, now: datetime) -> None:
    """Put another application in a draft. Raises LookupError; FieldError."""
    counter.catalogue.on(_today(counter, now)).named(application.product)
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number, owner)
        if (status := stored.status(counter, now)) is not CardStatus.DRAFT:
            raise FieldError("state", f"the request is « {status.value} »: it can no longer be changed")
        rewrite_draft(connection, number, application, now)
        audit.note(connection, now, by, "card request changed", str(number))


def submit(counter: Counter, owner: str, number: int, by: str, now: datetime) -> None:
    """Submit a draft. Raises LookupError; FieldError naming the member that stands against it."""
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number, owner)
        day = _today(counter, now)
        check_application(counter.catalogue, stored.application, day)
        check_limits(connection, counter, stored, now)
        if missing := missing_documents_of(connection, counter, stored, now):
            raise FieldError("documents", f"missing: {', '.join(missing)}")
        record_card_event(connection, counter, stored, CardEvent(CardEventKind.SUBMITTED, now, by))
        audit.note(connection, now, by, "card request submitted", str(number), product=stored.row.product)


def withdraw(counter: Counter, owner: str, number: int, by: str, now: datetime) -> None:
    """Withdraw a request that is not paid, for good: it stands against nothing any more. Raises LookupError; FieldError."""
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number, owner)
        record_card_event(connection, counter, stored, CardEvent(CardEventKind.WITHDRAWN, now, by))
        audit.note(connection, now, by, "card request withdrawn", str(number))


def add_document(
    counter: Counter, owner: str, number: int, kind: CardDocumentKind, name: str, data: IO[bytes], by: str, now: datetime
) -> int:
    """Keep a document of a request; its number in it. Raises LookupError; FieldError, and nothing is kept.

    The file is written before the row that names it: a row never names what is not there.
    """
    folder = folder_of(counter)
    with counter.city.store.begin() as connection:
        _check_room(connection, counter, load_card_request(connection, number, owner), 1, now)
    kept = folder.keep(name, data)
    try:
        return _list_document(counter, owner, number, kind, name, kept, by, now)
    except BaseException:
        folder.remove(kept.stored_as)
        raise


def folder_of(counter: Counter) -> DocumentFolder:
    """Where documents are kept. Raises FieldError if the city has said nowhere."""
    if counter.folder is None:
        raise FieldError("document", "no folder for documents is configured: none can be taken")
    return counter.folder


def missing_documents_of(
    connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime
) -> tuple[CardDocumentKind, ...]:
    """Which documents have still to come."""
    product = counter.catalogue.on(_today(counter, now)).named(stored.application.product)
    there = {row.kind for row in documents_of(connection, stored.number)}
    wanted = wanted_documents(product, stored.application)
    if _refunds_something(connection, counter, product, stored, now):
        wanted = (*wanted, CardDocumentKind.BANK_DETAILS)
    return tuple(kind for kind in wanted if kind.value not in there)


def _refunds_something(
    connection: Connection, counter: Counter, product: CardProduct, stored: StoredCardRequest, now: datetime
) -> bool:
    """Whether money would come of a card that a request gives up: only then is anybody asked for a bank account."""
    given_up = [each.replaces for each in stored.application.lines if each.reason is CardReason.RENOUNCE]
    named = cards_named(connection, [each for each in given_up if each is not None])
    return any(refund_of_card(counter, product, card, now) for card in named.values() if is_active(card, now))


def _list_document(
    counter: Counter, owner: str, number: int, kind: CardDocumentKind, name: str, kept: KeptDocument, by: str, now: datetime
) -> int:
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number, owner)
        seq = _check_room(connection, counter, stored, kept.size, now) + 1
        values = {**vars(kept), "scan": kept.scan.value, "kind": kind.value, "name": name, "received_at": now}
        connection.execute(insert(card_documents).values(values | {"request": number, "seq": seq, "recorded_by": by}))
        record_card_event(connection, counter, stored, CardEvent(CardEventKind.SUPPLIED, now, by))
        audit.note(connection, now, by, "card document supplied", str(number), document=seq, scan=kept.scan.value)
        return seq


def _check_room(connection: Connection, counter: Counter, stored: StoredCardRequest, size: int, now: datetime) -> int:
    """How many documents a request has. Raises FieldError if none of so many bytes is taken any more."""
    if (status := stored.status(counter, now)) not in (CardStatus.DRAFT, CardStatus.EXAMINED):
        raise FieldError("state", f"the request is « {status.value} »: no document is taken any more")
    there = len(documents_of(connection, stored.number))
    if there >= MOST_DOCUMENTS_OF_REQUEST:
        raise FieldError("document", f"{MOST_DOCUMENTS_OF_REQUEST} at most")
    if _stored_bytes(connection, stored.row.owner) + size > counter.policy.most_bytes:
        raise FieldError("document", f"{counter.policy.most_bytes >> 20} MiB at most in all requests of an account")
    return there


def _stored_bytes(connection: Connection, owner: str) -> int:
    """Of all documents of an account that are kept, whatever became of their request."""
    mine = select(card_requests.c.number).where(card_requests.c.owner == owner)
    return int(connection.scalar(select(func.sum(card_documents.c.size)).where(card_documents.c.request.in_(mine))) or 0)


def _drafts(connection: Connection, owner: str) -> int:
    ends = (CardEventKind.SUBMITTED.value, CardEventKind.WITHDRAWN.value)
    is_none = exists().where(card_events.c.request == card_requests.c.number, card_events.c.kind.in_(ends))
    found = select(func.count()).select_from(card_requests).where(card_requests.c.owner == owner, ~is_none)
    return connection.scalar(found) or 0


def _today(counter: Counter, now: datetime) -> date:
    return now.astimezone(counter.city.tariffs.calendar.zone).date()
