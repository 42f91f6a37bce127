"""Duplicates of cards: those that were granted, and those that are accepted and wait for their payment.

The theory. Which duplicate of a free card costs nothing is decided when a request is accepted, and the postage of one that
costs nothing may still be due then. So whoever is accepted next knows of those too: a free one is given once, paid for or not.
It is of the day on which it was accepted, whenever its postage is paid: it is free of the year by which it was priced.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, exists, insert, select

from central.cards.counter import Counter
from central.cards.limits import pending_requests
from central.cards.origins import origin_of
from central.cards.store import StoredCardRequest, StoredRow
from central.db.card_tables import card_duplicates, card_lines, card_requests
from central.rules.cards.application import CardReason
from central.rules.cards.prices import PricedCard
from central.rules.cards.states import CardEventKind, CardStatus


def priced_cards(
    connection: Connection, counter: Counter, stored: StoredCardRequest, rows: Mapping[int, StoredRow], now: datetime
) -> dict[int, PricedCard]:
    """What a price has to know of the cards of a request; the duplicates of what a card is a change of are its own."""
    found = {}
    for number, row in rows.items():
        cards = origin_of(connection, row).cards
        granted = connection.execute(select(card_duplicates.c.granted_on).where(card_duplicates.c.card.in_(cards))).scalars()
        found[number] = PricedCard(row.free, (*granted, *_accepted(connection, counter, stored, cards, now)))
    return found


def grant_duplicate(
    connection: Connection, counter: Counter, stored: StoredCardRequest, line: int, card: StoredRow, now: datetime
) -> None:
    """Write a duplicate down that is paid for, or free and accepted."""
    values = {"request": stored.number, "line": line, "card": card.id, "granted_on": _accepted_on(counter, stored, now)}
    connection.execute(insert(card_duplicates).values(values))


def _accepted(
    connection: Connection, counter: Counter, stored: StoredCardRequest, cards: Collection[int], now: datetime
) -> list[date]:
    """The days on which duplicates of these cards were accepted, by other requests, that are not paid for yet."""
    lines = card_lines.c
    these = (lines.reason == CardReason.DUPLICATE.value) & lines.replaces.in_(cards)
    asked = exists().where(lines.request == card_requests.c.number, these)
    others = pending_requests(connection, counter, asked & (card_requests.c.number != stored.number), now)
    return [_accepted_on(counter, each, now) for each in others if each.status(counter, now) is CardStatus.TO_PAY]


def _accepted_on(counter: Counter, stored: StoredCardRequest, now: datetime) -> date:
    """The day of the acceptance; of a request that is being accepted, today."""
    accepted = stored.request.last(CardEventKind.ACCEPTED)
    return (accepted.at if accepted else now).astimezone(counter.city.tariffs.calendar.zone).date()
