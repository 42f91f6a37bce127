"""What other cards and other requests stand against a request: numbers of cards, one card a vehicle, one provisional card.

The theory. Everything is counted under one lock, when a request is submitted and again when it is accepted. Of the account's
own requests those that are on their way count as if they were cards. A stranger's count for nothing before a clerk has looked
at them: a SIRET is public, and whoever writes it takes nothing away from the establishment. Once they are accepted they count
when the next is to be accepted, so there is never one card too many, and the clerk can reject the one that is not of the
house. Vehicles are counted, not cards: one that follows another of the same vehicle is not one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, select

from central.cards.counter import Counter
from central.cards.origins import origin_of
from central.cards.store import (
    StoredCardRequest,
    StoredRow,
    active_cards,
    card_requests_of,
    cards_named,
    is_active,
)
from central.db.card_tables import card_events, card_lines, card_requests, cards
from central.rules.cards.application import CHANGES, MADE, CardLine, CardReason
from central.rules.cards.periods import may_renew
from central.rules.cards.products import CardProduct, CardTerm
from central.rules.cards.quotas import most_cards
from central.rules.cards.states import CardEventKind, CardStatus
from firmware.domain.errors import FieldError

PENDING = (CardStatus.EXAMINED, CardStatus.TO_PAY)
"""States in which a request counts as if it were a card."""
MORE = (CardReason.ADD, CardReason.CHANGE_ADDRESS)
"""Reasons after which an establishment may have a card more: one that is added, or comes from another establishment."""
VEHICLES = (CardReason.ADD, CardReason.CHANGE_VEHICLE)
"""Reasons that give a vehicle a card."""
OVER = tuple(each.value for each in (CardEventKind.REJECTED, CardEventKind.WITHDRAWN, CardEventKind.PAID, CardEventKind.SENT))


def check_limits(connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime) -> None:
    """Raises FieldError naming the member that stands against a request, by what is there now."""
    product = counter.catalogue.on(submitted_on(counter, stored, now)).named(stored.application.product)
    named = cards_named(connection, [line.replaces for line in stored.application.lines if line.replaces is not None])
    for index, line in enumerate(stored.application.lines):
        try:
            if line.replaces is not None:
                _check_replaced(connection, counter, stored, line, named.get(line.replaces), now)
            if line.reason in VEHICLES:
                _check_vehicle(connection, counter, stored, line, now)
        except FieldError as error:
            raise FieldError(f"lines[{index}].{error.field}", error.reason) from error
    _check_number(connection, counter, stored, product, now)


def submitted_on(counter: Counter, stored: StoredCardRequest, now: datetime) -> date:
    """The day whose prices hold: that of the submission; of a draft, today."""
    submitted = stored.request.last(CardEventKind.SUBMITTED)
    return (submitted.at if submitted else now).astimezone(counter.city.tariffs.calendar.zone).date()


def pending_requests(
    connection: Connection, counter: Counter, wanted: ColumnElement[bool], now: datetime
) -> list[StoredCardRequest]:
    """Requests of a kind that are examined or wait for their payment."""
    events = card_events.c
    mine = events.request == card_requests.c.number
    submitted = exists().where(mine, events.kind == CardEventKind.SUBMITTED.value)
    over = exists().where(mine, events.kind.in_(OVER))
    rows = connection.execute(select(card_requests).where(wanted, submitted, ~over).order_by(card_requests.c.number)).all()
    return [each for each in card_requests_of(connection, rows) if each.status(counter, now) in PENDING]


def followed_card(connection: Connection, stored: StoredCardRequest, plate: str, now: datetime) -> StoredRow | None:
    """The card of the same account, product and vehicle that a new one comes after."""
    return next(iter(_cards_of_vehicle(connection, stored, plate, now)), None)


def _cards_of_vehicle(connection: Connection, stored: StoredCardRequest, plate: str, now: datetime) -> Sequence[StoredRow]:
    """The cards of the same account, product and vehicle, the one that ends last first."""
    row, columns = stored.row, cards.c
    mine = (columns.owner == row.owner) & (columns.product == row.product) & (columns.plate == plate)
    found = select(cards).where(mine, active_cards(now)).order_by(columns.valid_until.desc(), columns.id)
    return connection.execute(found).all()


def _check_replaced(
    connection: Connection, counter: Counter, stored: StoredCardRequest, line: CardLine, card: StoredRow | None, now: datetime
) -> None:
    row = stored.row
    if card is None or (card.owner, card.product) != (row.owner, row.product) or not is_active(card, now):
        raise FieldError("replaces", "there is no such card, or it has ended")
    if (card.plate == line.plate) is (line.reason is CardReason.CHANGE_VEHICLE):
        raise FieldError("plate", "of a change of vehicle: another one; else that of the card")
    if line.reason is CardReason.DUPLICATE:
        return
    others = _pending_lines(connection, counter, stored, card_lines.c.replaces == line.replaces, now)
    if any(each.replaces == line.replaces and each.reason is not CardReason.DUPLICATE for each in others):
        raise FieldError("replaces", "another request for this card is on its way")


def _check_vehicle(connection: Connection, counter: Counter, stored: StoredCardRequest, line: CardLine, now: datetime) -> None:
    card, zone = _card_in_the_way(connection, stored, line, now), counter.city.tariffs.calendar.zone
    renewed = line.reason is CardReason.ADD and card is not None and may_renew(card.valid_until, now, zone)
    if card is not None and not renewed:
        last = (card.valid_until.astimezone(zone) - timedelta(microseconds=1)).date()
        raise FieldError("plate", f"this vehicle has a card until {last.isoformat()}")
    if line.term is CardTerm.PROVISIONAL and _had_provisional(connection, counter, stored, line.plate, now):
        raise FieldError("term", "a provisional card is not renewed: this vehicle has had one")
    others = _pending_lines(connection, counter, stored, card_lines.c.plate == line.plate, now)
    if any(each.plate == line.plate and each.reason in VEHICLES for each in others):
        raise FieldError("plate", "another request for this vehicle is on its way")


def _card_in_the_way(connection: Connection, stored: StoredCardRequest, line: CardLine, now: datetime) -> StoredRow | None:
    """The card of the vehicle, so that it has one at a time. A changed card keeps its days, and other days are free."""
    if line.reason is CardReason.ADD:
        return followed_card(connection, stored, line.plate, now)
    lines = stored.application.lines
    leaving = {each.replaces for each in lines if each.reason in (CardReason.CHANGE_VEHICLE, CardReason.RENOUNCE)}
    coming = [each.replaces for each in lines if each.plate == line.plate and each.reason is CardReason.CHANGE_VEHICLE]
    named = cards_named(connection, [each for each in coming if each is not None])
    changed = named.pop(line.replaces or 0, None)
    others = [each for each in _cards_of_vehicle(connection, stored, line.plate, now) if each.id not in leaving]
    return next((each for each in (*others, *named.values()) if changed is None or _overlap(each, changed)), None)


def _overlap(one: StoredRow, other: StoredRow) -> bool:
    """Whether two cards are valid at once."""
    return bool(one.valid_from < other.valid_until and other.valid_from < one.valid_until)


def _had_provisional(connection: Connection, counter: Counter, stored: StoredCardRequest, plate: str, now: datetime) -> bool:
    """Whether a vehicle has had a provisional card, from whichever account, or another one is accepted before this is."""
    product, lines = stored.row.product, card_lines.c
    had = (cards.c.plate == plate) & (cards.c.product == product) & (cards.c.term == CardTerm.PROVISIONAL.value)
    if connection.scalar(select(exists().where(had))):
        return True
    asked = (lines.plate == plate) & (lines.term == CardTerm.PROVISIONAL.value) & (lines.request == card_requests.c.number)
    others = exists().where(asked) & (card_requests.c.product == product) & (card_requests.c.number != stored.number)
    pending = pending_requests(connection, counter, others, now)
    return any(_counts(counter, each, stored, now) for each in pending)


def _pending_lines(
    connection: Connection, counter: Counter, stored: StoredCardRequest, wanted: ColumnElement[bool], now: datetime
) -> list[CardLine]:
    """The lines of the account's other requests for this product that are on their way and have one of that kind."""
    columns = card_requests.c
    these = exists().where(card_lines.c.request == columns.number, wanted)
    mine = (columns.owner == stored.row.owner) & (columns.product == stored.row.product) & (columns.number != stored.number)
    return [line for each in pending_requests(connection, counter, mine & these, now) for line in each.application.lines]


def _check_number(
    connection: Connection, counter: Counter, stored: StoredCardRequest, product: CardProduct, now: datetime
) -> None:
    """The vehicles of the establishment, with those that are asked for."""
    applicant = stored.application.applicant
    most = most_cards(product.quota, applicant.staff, applicant.individual)
    if most is None or not any(line.reason in MORE for line in stored.application.lines):
        return
    mine = cards.c.owner == stored.row.owner if applicant.individual else cards.c.establishment == applicant.siret
    there = connection.execute(select(cards).where(mine, cards.c.product == product.id, active_cards(now)))
    held = {card.id: card.plate for card in there if origin_of(connection, card).individual is applicant.individual}
    pending = [each for each in same_quota(connection, counter, stored, now) if _counts(counter, each, stored, now)]
    lines = [line for each in (*pending, stored) for line in each.application.lines]
    if len(_vehicles(held, lines)) > most:
        source = product.quota.source if product.quota else ""
        raise FieldError("lines", f"too many cards: {most} at most ({source}), requests on their way included")


def same_quota(connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime) -> list[StoredCardRequest]:
    """The other requests on their way of the same establishment; of who asks in person, their own (14-3° article 9)."""
    columns, applicant = card_requests.c, stored.application.applicant
    mine = columns.owner == stored.row.owner if applicant.individual else columns.establishment == applicant.siret
    others = mine & (columns.product == stored.row.product) & (columns.number != stored.number)
    found = pending_requests(connection, counter, others, now)
    return [each for each in found if each.application.applicant.individual is applicant.individual]


def _counts(counter: Counter, other: StoredCardRequest, stored: StoredCardRequest, now: datetime) -> bool:
    """Whether another request counts as if it were cards: one's own, or one that is accepted where this is to be accepted."""
    accepted = other.status(counter, now) is CardStatus.TO_PAY and stored.status(counter, now) is not CardStatus.DRAFT
    return accepted or other.row.owner == stored.row.owner


def _vehicles(held: dict[int, str], lines: Iterable[CardLine]) -> set[str]:
    """The plates there will be once all these lines are granted."""
    left, added = dict(held), set[str]()
    for line in lines:
        if line.reason in CHANGES and line.replaces is not None:
            left.pop(line.replaces, None)
        if line.reason in MADE:
            added.add(line.plate)
    return {*left.values(), *added}
