"""Payments of notices and refunds, each under a reference of its own: the same one twice is one payment.

The theory. Money that arrived is a fact, and is taken in every state: late, short or too much, the rules say what it settled
(central/rules/notices.py) and what is to be given back. Only the reference tells two payments of one amount from one that was
sent twice, so what comes again under a reference must be what came before.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from central.core import audit
from central.core.city import City
from central.db.locks import transaction_lock
from central.db.notice_tables import notice_events
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.store import load_notice, record_event
from central.rules.notice_numbers import key_of
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import NoticeEvent, NoticeEventKind
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class NoticePayment:
    """Money that came, or was given back."""

    cents: int
    """More than nothing."""
    at: datetime
    """When it was paid, whenever that becomes known."""
    reference: str
    key: str | None = None
    """The payment key, if whoever paid gave it: it must be that of the notice."""
    kind: NoticeEventKind = NoticeEventKind.PAID
    means: NoticePaymentMeans | None = None
    """Of a payment, if whoever records it knows: a cheque counts towards the whole amount only."""


def record_payment(city: City, number: str, payment: NoticePayment, by: str, now: datetime) -> NoticeAnswer:
    """Record a payment or a refund. Raises LookupError; FieldError naming the member that is wrong."""
    with city.store.begin() as connection:
        transaction_lock(connection, f"payment {payment.reference}")
        stored = load_notice(connection, city, number, now)
        if payment.key is not None and not hmac.compare_digest(payment.key.encode(), key_of(number).encode()):
            raise FieldError("key", "is not that of this notice")
        if known := _known(connection, payment.reference):
            _check_repeat(known, stored.row.number, payment)
            return notice_answer(stored, now)
        event = NoticeEvent(payment.kind, payment.at, payment.cents, payment.reference, means=payment.means)
        after = record_event(connection, stored, event, by, now)
        said: dict[str, str | int] = {"cents": payment.cents, "reference": payment.reference}
        said |= {"means": payment.means.value} if payment.means else {}
        audit.note(connection, now, by, f"notice {payment.kind.value}", number, **said)
        return notice_answer(after, now)


def _known(connection: Connection, reference: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(notice_events).where(notice_events.c.reference == reference)).one_or_none()


def _check_repeat(known: Row[tuple[object, ...]], number: str, payment: NoticePayment) -> None:
    """What comes again must be what came before; of its means it may say less. Raises FieldError."""
    if known.number != number:
        raise FieldError("reference", "is that of a payment of another notice")
    if (known.kind, known.cents, known.at) != (payment.kind.value, payment.cents, payment.at):
        raise FieldError("reference", "is that of another payment of this notice")
    if payment.means and payment.means != known.means:
        raise FieldError("means", f"this payment was recorded as {known.means or 'one of unknown means'}, and stays so")
