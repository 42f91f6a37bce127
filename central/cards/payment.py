"""Payment of a request: opened at the provider, captured once, exactly its total; what else comes is given back.

The theory. An order is a row before the provider is asked, and its key there is the number of the request: asked again, the
provider has one order, whatever became of the first answer. A capture is a row before anything shows that it came, in the
transaction that settles the request and puts the right in the register. The same capture told twice is one; a second one, or
one that nobody owes any more, or too little, is kept and owed back, down to the cent: captured = used + owed back, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from central.cards.counter import Counter
from central.cards.issuing import check_replaced_alive, settle
from central.cards.refunds import owe
from central.cards.store import StoredCardRequest, load_card_request, lock_cards, record_card_event
from central.core import audit
from central.db.card_tables import card_captures, card_orders
from central.payments.port import OpenedOrder, PaymentCapture, PaymentMeans, PaymentOrder, ProviderAwayError
from central.rules.cards.requests import CardEvent
from central.rules.cards.states import CardEventKind, CardStatus
from firmware.domain.errors import FieldError

PROVIDER = "the payment provider"
"""Who records a capture."""


@dataclass(frozen=True)
class OpenedPayment:
    """Where a request is paid."""

    number: int
    cents: int
    page: str
    """The provider's; empty: it is paid."""


def open_payment(counter: Counter, owner: str, number: int, by: str, now: datetime) -> OpenedPayment:
    """Open the payment of a request, or find the one that is open. Raises LookupError; FieldError; ProviderAwayError."""
    order = _write_order(counter, owner, number, by, now)
    if counter.provider is None:
        raise ProviderAwayError("no payment provider is configured")
    opened = counter.provider.open_order(order)
    _write_page(counter, number, opened)
    for capture in opened.captures:
        take_capture(counter, capture, now)
    paid = _status(counter, number, now) is not CardStatus.TO_PAY
    return OpenedPayment(number, order.cents, "" if paid else opened.page)


def take_capture(counter: Counter, capture: PaymentCapture, now: datetime, by: str = PROVIDER) -> None:
    """Take money that came. Raises LookupError for an order that nobody made. `by`: who says so."""
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, int(capture.order))
        if _is_known(connection, capture, by, now):
            return
        used = _used_cents(connection, counter, stored, capture, now)
        _write_capture(connection, stored.number, capture, used, now)
        if used:
            after = record_card_event(connection, counter, stored, CardEvent(CardEventKind.PAID, now, by))
            settle(connection, counter, after, by, now)
        if capture.cents > used:
            owe(connection, stored.number, capture.transaction, capture.cents - used, _surplus(used), now)
        said = {} if capture.means is PaymentMeans.CARD else {"order": capture.transaction}
        audit.note(connection, now, by, "card payment", str(stored.number), cents=capture.cents, used=used, **said)


def _is_known(connection: Connection, capture: PaymentCapture, by: str, now: datetime) -> bool:
    """Whether a capture was told before; one that was told otherwise leaves a line, for the first word is what counts."""
    columns = card_captures.c
    known = connection.execute(select(columns.request, columns.cents).where(columns.transaction == capture.transaction))
    row = known.one_or_none()
    if row is not None and (row.request, row.cents) != (int(capture.order), capture.cents):
        told = {"transaction": capture.transaction, "cents": capture.cents, "known_cents": row.cents}
        audit.note(connection, now, by, "card payment told otherwise", capture.order, known_request=row.request, **told)
    return row is not None


def _used_cents(
    connection: Connection, counter: Counter, stored: StoredCardRequest, capture: PaymentCapture, now: datetime
) -> int:
    """How much of a capture pays the request: all of its total, or nothing."""
    total = stored.request.total_cents
    if stored.status(counter, now) is not CardStatus.TO_PAY or capture.cents < total:
        return 0
    try:
        check_replaced_alive(connection, stored, now)
    except FieldError:
        return 0
    return total


def _surplus(used: int) -> str:
    return "more than was owed" if used else "nothing was owed, or not this amount"


def _write_order(counter: Counter, owner: str, number: int, by: str, now: datetime) -> PaymentOrder:
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number, owner)
        if (status := stored.status(counter, now)) is not CardStatus.TO_PAY:
            raise FieldError("state", f"the request is « {status.value} »: there is nothing to pay")
        check_replaced_alive(connection, stored, now)
        total = stored.request.total_cents
        if connection.scalar(select(card_orders.c.cents).where(card_orders.c.request == number)) is None:
            connection.execute(insert(card_orders).values(request=number, cents=total, opened_at=now))
            audit.note(connection, now, by, "card payment opened", str(number), cents=total)
        product = counter.catalogue.on(stored.row.made_at.date()).named(stored.row.product)
        return PaymentOrder(str(number), total, f"Demande {number} : {product.label}")


def _write_page(counter: Counter, number: int, opened: OpenedOrder) -> None:
    with counter.city.store.begin() as connection:
        connection.execute(update(card_orders).where(card_orders.c.request == number).values(page=opened.page))


def _write_capture(connection: Connection, number: int, capture: PaymentCapture, used: int, now: datetime) -> None:
    values = {"transaction": capture.transaction, "request": number, "cents": capture.cents, "used_cents": used}
    said = {"captured_at": capture.at, "received_at": now, "means": capture.means.value}
    connection.execute(insert(card_captures).values(values | said))


def _status(counter: Counter, number: int, now: datetime) -> CardStatus:
    with counter.city.store.begin() as connection:
        return load_card_request(connection, number).status(counter, now)
