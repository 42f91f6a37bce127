"""Settles requests: cards are issued, changed, made again or given up, and the register has what their plates are entitled to.

The theory. Each card is a series of holdings of its own (central/register/holdings.py), of one row: to change it is to follow
that row by another one, so what a card gave at any moment can be asked for later, and stations and checks see it by the way
they know. A card that is closed ends at that instant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from central.cards.counter import Counter
from central.cards.duplicates import grant_duplicate
from central.cards.limits import followed_card, submitted_on
from central.cards.origins import check_gratuities
from central.cards.refunds import left_of, owe, refund_of_card
from central.cards.store import StoredCardRequest, StoredRow, cards_named, is_active, lines_of
from central.db.card_tables import card_captures, cards
from central.register.holdings import CARD_SERIES, HoldingRow, put_holding
from central.rules.cards.application import CHANGES, CardLine, CardReason
from central.rules.cards.periods import CardPeriod, may_renew, new_period
from central.rules.cards.prices import term_months
from central.rules.cards.products import CardProduct
from firmware.domain.errors import FieldError


def check_replaced_alive(connection: Connection, stored: StoredCardRequest, now: datetime) -> None:
    """Raises FieldError for a request of whose payment nothing can come: its card, or what it is free for, has ended since.

    One that names a card twice, as an earlier version took it, is another: the first line would end the card of the second.
    """
    wanted = [line.replaces for line in stored.application.lines if line.replaces is not None]
    named = cards_named(connection, wanted)
    if len(named) < len(wanted) or not all(is_active(card, now) for card in named.values()):
        raise FieldError("state", "the card that was to be replaced has ended: ask for a new one")
    check_gratuities(connection, stored, now)


def settle(connection: Connection, counter: Counter, stored: StoredCardRequest, by: str, now: datetime) -> None:
    """Carry a request out that is paid, or free and accepted."""
    product = counter.catalogue.on(submitted_on(counter, stored, now)).named(stored.application.product)
    prices = lines_of(connection, stored.number)
    check_replaced_alive(connection, stored, now)
    for seq, line in enumerate(stored.application.lines, 1):
        card = cards_named(connection, [line.replaces])[line.replaces] if line.replaces is not None else None
        place = {"request": stored.number, "line": seq}
        if line.reason is CardReason.ADD:
            made = _new_card(connection, counter, stored, product, line, now)
            _insert_card(connection, place | made | _of_line(prices[seq - 1]), by, now)
        elif card is not None and line.reason in CHANGES:
            close_card(connection, card, stored.number, by, now)
            _insert_card(connection, place | _changed_card(stored, line, card, now), by, now)
        elif card is not None and line.reason is CardReason.DUPLICATE:
            grant_duplicate(connection, counter, stored, seq, card, now)
        elif card is not None:
            _give_up(connection, counter, stored, product, card, by, now)


def close_card(connection: Connection, card: StoredRow, request: int, by: str, now: datetime) -> None:
    """End a card at once, and what its plate is entitled to."""
    connection.execute(update(cards).where(cards.c.id == card.id).values(closed_at=now, closed_by=request))
    if card.holding:
        held = _holding(card) if card.valid_from < now else None
        put_holding(connection, series_of(card.id), replace(held, valid_until=now) if held else None, by, now)


def series_of(card: int) -> str:
    """The series of holdings of a card."""
    return f"{CARD_SERIES}{card}"


def _new_card(
    connection: Connection, counter: Counter, stored: StoredCardRequest, product: CardProduct, line: CardLine, now: datetime
) -> dict[str, object]:
    zone, months = counter.city.tariffs.calendar.zone, term_months(product, line)
    before = followed_card(connection, stored, line.plate, now)
    renewed = before.valid_until if before is not None and may_renew(before.valid_until, now, zone) else None
    period = new_period(months, now, zone, renewed)
    term = {"term": line.term.value if line.term else "", "months": months, "holding": product.holding}
    return term | {"origin": stored.number} | _of_applicant(stored, line) | _of_period(period)


def _changed_card(stored: StoredCardRequest, line: CardLine, card: StoredRow, now: datetime) -> dict[str, object]:
    """Another vehicle or address, and the same end."""
    kept = {name: getattr(card, name) for name in ("holding", "term", "months", "free", "paid_cents", "origin")}
    period = CardPeriod(card.began_on, max(now, card.valid_from), card.valid_until)
    moved = _of_applicant(stored, line)
    if line.reason is CardReason.CHANGE_VEHICLE:
        moved |= {"sectors": card.sectors, "address": card.address, "establishment": card.establishment}
    return kept | moved | _of_period(period)


def _of_applicant(stored: StoredCardRequest, line: CardLine) -> dict[str, object]:
    row, applicant = stored.row, stored.application.applicant
    return {
        "owner": row.owner,
        "product": row.product,
        "establishment": row.establishment,
        "plate": line.plate,
        "address": f"{applicant.address} {applicant.postcode}".strip(),
        "sectors": list(applicant.sectors),
    }


def _of_period(period: CardPeriod) -> dict[str, object]:
    return vars(period)


def _of_line(price: StoredRow) -> dict[str, object]:
    return {"free": price.cents == 0, "paid_cents": price.cents}


def _insert_card(connection: Connection, values: dict[str, object], by: str, now: datetime) -> None:
    made = connection.execute(insert(cards).values(values).returning(cards)).one()
    if made.holding:
        put_holding(connection, series_of(made.id), _holding(made), by, now)


def _holding(card: StoredRow) -> HoldingRow:
    return HoldingRow(card.plate, card.holding, tuple(card.sectors), card.valid_from, card.valid_until)


def _give_up(
    connection: Connection,
    counter: Counter,
    stored: StoredCardRequest,
    product: CardProduct,
    card: StoredRow,
    by: str,
    now: datetime,
) -> None:
    """End a card; what is left of a card of three years is owed, out of the payment it was bought with.

    Its first year is due, so the payment is old when it is owed: no card scheme takes it back, the accountant transfers it.
    """
    close_card(connection, card, stored.number, by, now)
    cents = refund_of_card(counter, product, card, now)
    used = (card_captures.c.request == card.origin) & (card_captures.c.used_cents > 0)
    transaction = connection.scalar(select(card_captures.c.transaction).where(used))
    if transaction and (cents := min(cents, left_of(connection, transaction))):
        owe(connection, stored.number, transaction, cents, "vehicle given up", now, by_transfer=True)
