"""Money that is owed back: written down with what caused it, and given back by the provider once that is on disk.

The theory. A refund is a row before it is a request to the provider, and its number is the request's key there: a provider that
does not answer is asked again, and gives nothing twice. Who asks it, and when: central/cards/refund_tries.py. What 14-2°
article 5 gives back of a card of three years is transferred by the public accountant, who is given a list and says by which
transfer each was paid: once, and never by the provider too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, update

from central.cards.counter import Counter
from central.cards.store import StoredRow
from central.core import audit
from central.db.card_tables import card_captures, card_documents, card_refunds, card_requests
from central.payments.port import PaymentMeans, ProviderAwayError
from central.rules.cards.application import CardDocumentKind
from central.rules.cards.periods import refund_cents
from central.rules.cards.products import CardProduct
from firmware.domain.errors import FieldError

LONGEST_REFERENCE = 60


@dataclass(frozen=True)
class DueTransfer:
    """Money that the public accountant is to transfer."""

    id: int
    request: int
    owed_at: datetime
    cents: int
    reason: str
    name: str
    """Of whoever asked."""
    document: int | None
    """The document of the request with the bank details."""


def owe(
    connection: Connection,
    request: int,
    transaction: str,
    cents: int,
    reason: str,
    now: datetime,
    *,
    by_transfer: bool = False,
) -> None:
    """Write a refund down. What came by a payment order goes back by a transfer, whatever for."""
    means = connection.scalar(select(card_captures.c.means).where(card_captures.c.transaction == transaction))
    by_transfer = by_transfer or means == PaymentMeans.PAYMENT_ORDER
    values = {"request": request, "transaction": transaction, "cents": cents, "reason": reason, "owed_at": now}
    connection.execute(insert(card_refunds).values(values | {"by_transfer": by_transfer}))


def refund_of_card(counter: Counter, product: CardProduct, card: StoredRow, now: datetime) -> int:
    """What would be given back of a card that is given up now, in cents."""
    day = now.astimezone(counter.city.tariffs.calendar.zone).date()
    return refund_cents(product.refund, card.months, card.began_on, day, card.paid_cents)


def due_transfers(store: Engine) -> tuple[DueTransfer, ...]:
    """What the public accountant has to transfer, the oldest first."""
    columns = card_refunds.c
    wanted = select(card_refunds, card_requests.c.application).join(card_requests)
    with store.begin() as connection:
        rows = connection.execute(wanted.where(columns.by_transfer, columns.done_at.is_(None)).order_by(columns.id)).all()
        return tuple(_due(connection, row) for row in rows)


def record_transfer(store: Engine, number: int, reference: str, by: str, now: datetime) -> None:
    """Write down that the accountant has paid a refund. Raises LookupError if none of this number waits; FieldError."""
    check_reference(reference)
    columns = card_refunds.c
    this = (columns.id == number) & columns.by_transfer & columns.done_at.is_(None)
    with store.begin() as connection:
        known = connection.scalar(select(columns.id).where(columns.reference == reference.strip()))
        if known is not None:
            raise FieldError("reference", f"is that of refund {known}: a transfer pays one")
        row = connection.execute(select(card_refunds).where(this)).one_or_none()
        if row is None:
            raise LookupError(f"no refund {number} waits for a transfer")
        done = update(card_refunds).where(this).values(done_at=now, reference=reference.strip())
        if not connection.execute(done).rowcount:
            raise LookupError(f"no refund {number} waits for a transfer")
        audit.note(connection, now, by, "card refund transferred", str(row.request), cents=row.cents, refund=number)


def check_reference(reference: str) -> None:
    """Raises FieldError for what is no reference of an accountant."""
    if not (reference.strip() and reference.isprintable() and len(reference) <= LONGEST_REFERENCE):
        raise FieldError("reference", f"1 to {LONGEST_REFERENCE} characters, on one line")


def _due(connection: Connection, row: StoredRow) -> DueTransfer:
    kind = CardDocumentKind.BANK_DETAILS.value
    theirs = (card_documents.c.request == row.request) & (card_documents.c.kind == kind)
    document = connection.scalar(select(func.max(card_documents.c.seq)).where(theirs))
    name = str(row.application["applicant"]["name"])
    return DueTransfer(row.id, row.request, row.owed_at, row.cents, row.reason, name, document)


def left_of(connection: Connection, transaction: str) -> int:
    """The cents of a capture that are not owed back: no more than came is given back, whatever happened to the cards."""
    came = connection.scalar(select(card_captures.c.cents).where(card_captures.c.transaction == transaction)) or 0
    owed = connection.scalar(select(func.sum(card_refunds.c.cents)).where(card_refunds.c.transaction == transaction)) or 0
    return came - int(owed)


def waiting_refunds() -> ColumnElement[bool]:
    """The refunds that the provider has still to give back."""
    return card_refunds.c.done_at.is_(None) & card_refunds.c.by_transfer.is_(False)


def give_back(counter: Counter, by: str, now: datetime) -> int:
    """Try each refund that is owed, refused or not; how many are still to be given back. For a console, not for a request."""
    with counter.city.store.begin() as connection:
        owed = connection.execute(select(card_refunds).where(waiting_refunds()).order_by(card_refunds.c.id)).all()
    if counter.provider is None:
        return len(owed)
    left = 0
    for each in owed:
        try:
            counter.provider.refund(each.transaction, each.cents, f"refund-{each.id}")
        except ProviderAwayError:
            left += 1
            continue
        with counter.city.store.begin() as connection:
            this = (card_refunds.c.id == each.id) & waiting_refunds()
            if connection.execute(update(card_refunds).where(this).values(done_at=now)).rowcount:
                audit.note(connection, now, by, "card payment refunded", str(each.request), cents=each.cents)
    return left
