"""Payment of a card by public accounting (14-3° article 16): a payment order of the body's accountant, by its reference.

The theory. It is money like any other (payment.py): the request is paid by exactly its total, and what else comes is owed
back; only that no provider is asked, neither for the money nor to give it back, which the public accountant does by a transfer
(refunds.py). The reference is the accountant's and is one payment for ever: said again it changes nothing, said of something
else it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from central.cards.counter import Counter
from central.cards.payment import take_capture
from central.cards.refunds import check_reference
from central.cards.store import load_card_request
from central.core.fields import check_datetime
from central.core.problems import ConflictError
from central.db.card_tables import card_captures
from central.payments.port import PaymentCapture, PaymentMeans
from firmware.domain.errors import FieldError

MOST_CENTS = 10_000_000
"""More is a slip of the pen."""


@dataclass(frozen=True)
class PaidOrder:
    """A payment order that was paid."""

    reference: str
    """The accountant's."""
    request: int
    cents: int
    paid_at: datetime
    """When the money came; aware."""


def record_payment_order(counter: Counter, paid: PaidOrder, by: str, now: datetime) -> int:
    """Write down that an order was paid; how many of its cents pay the request. Audited; the same again changes nothing.

    Raises LookupError if there is no such request, FieldError naming the member that cannot be, ConflictError for a reference
    that is another payment's.
    """
    check_reference(paid.reference)
    check_datetime("paid_at", paid.paid_at)
    if paid.paid_at > now:
        raise FieldError("paid_at", "is in the future")
    if not 0 < paid.cents <= MOST_CENTS:
        raise FieldError("cents", f"must be 1 to {MOST_CENTS}")
    transaction = f"payment order {paid.reference.strip()}"
    with counter.city.store.begin() as connection:
        row = load_card_request(connection, paid.request).row
    if not counter.catalogue.on(row.made_at.date()).named(row.product).bodies:
        raise FieldError("request", "is not one of a public body: it is paid by card")
    order = PaymentCapture(transaction, str(paid.request), paid.cents, paid.paid_at, PaymentMeans.PAYMENT_ORDER)
    take_capture(counter, order, now, by)
    with counter.city.store.begin() as connection:
        known = connection.execute(select(card_captures).where(card_captures.c.transaction == transaction)).one()
    if (known.request, known.cents) != (paid.request, paid.cents):
        raise ConflictError("reference", f"is that of request {known.request}, of {known.cents} cents")
    return int(known.used_cents)
