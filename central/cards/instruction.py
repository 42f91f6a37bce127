"""What a clerk of the city does: asks for a document, accepts or rejects a request, and says that the cards were sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select, true

from central.cards.counter import Counter
from central.cards.duplicates import priced_cards
from central.cards.issuing import settle
from central.cards.limits import check_limits, pending_requests, submitted_on
from central.cards.origins import check_gratuities
from central.cards.store import (
    StoredCardRequest,
    card_requests_of,
    cards_named,
    load_card_request,
    lock_cards,
    record_card_event,
    write_prices,
)
from central.core import audit
from central.db.card_tables import card_events, card_requests
from central.rules.cards.eligibility import check_application
from central.rules.cards.prices import LinePrice, price_lines
from central.rules.cards.requests import CardEvent
from central.rules.cards.states import CardEventKind, CardStatus


def ask_applicant(counter: Counter, number: int, reason: str, by: str, now: datetime) -> None:
    """Ask for what is missing. Raises LookupError; FieldError."""
    _record(counter, number, CardEvent(CardEventKind.ASKED, now, by, reason))


def reject_request(counter: Counter, number: int, reason: str, by: str, now: datetime) -> None:
    """Reject a request that is not paid, for good. Raises LookupError; FieldError."""
    _record(counter, number, CardEvent(CardEventKind.REJECTED, now, by, reason))


def send_cards(counter: Counter, number: int, by: str, now: datetime) -> None:
    """Say that the cards were sent. Raises LookupError; FieldError."""
    _record(counter, number, CardEvent(CardEventKind.SENT, now, by))


def accept_request(counter: Counter, number: int, reason: str, by: str, now: datetime) -> None:
    """Accept a request: it has a price from now on, and is settled if that is nothing. Raises LookupError; FieldError."""
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number)
        if stored.status(counter, now) is CardStatus.EXAMINED:
            check_application(counter.catalogue, stored.application, submitted_on(counter, stored, now))
            check_limits(connection, counter, stored, now)
            check_gratuities(connection, stored, now)
            write_prices(connection, number, prices_of(connection, counter, stored, now))
            stored = load_card_request(connection, number)
        after = record_card_event(connection, counter, stored, CardEvent(CardEventKind.ACCEPTED, now, by, reason))
        audit.note(connection, now, by, "card request accepted", str(number), cents=stored.request.total_cents)
        if after.status(counter, now) is CardStatus.PAID:
            settle(connection, counter, after, by, now)


def prices_of(connection: Connection, counter: Counter, stored: StoredCardRequest, now: datetime) -> tuple[LinePrice, ...]:
    """What each line costs, by what was sold on the day of the submission. Raises FieldError."""
    edition = counter.catalogue.on(submitted_on(counter, stored, now))
    wanted = [line.replaces for line in stored.application.lines if line.replaces is not None]
    replaced = priced_cards(connection, counter, stored, cards_named(connection, wanted), now)
    day = now.astimezone(counter.city.tariffs.calendar.zone).date()
    return price_lines(edition, stored.application, replaced, day)


def queue(counter: Counter, now: datetime) -> list[StoredCardRequest]:
    """The requests that wait for a clerk, the oldest first."""
    with counter.city.store.begin() as connection:
        found = pending_requests(connection, counter, true(), now)
        return [each for each in found if each.status(counter, now) is CardStatus.EXAMINED]


def to_send(counter: Counter, now: datetime) -> list[StoredCardRequest]:
    """The requests that are settled and whose cards were not sent, the oldest first."""
    events, columns = card_events.c, card_requests.c
    mine = events.request == columns.number
    settled = exists().where(mine, events.kind.in_((CardEventKind.ACCEPTED.value, CardEventKind.PAID.value)))
    sent = exists().where(mine, events.kind == CardEventKind.SENT.value)
    with counter.city.store.begin() as connection:
        rows = connection.execute(select(card_requests).where(settled, ~sent).order_by(columns.number)).all()
        return [each for each in card_requests_of(connection, rows) if each.status(counter, now) is CardStatus.PAID]


def _record(counter: Counter, number: int, event: CardEvent) -> None:
    with counter.city.store.begin() as connection:
        lock_cards(connection)
        stored = load_card_request(connection, number)
        record_card_event(connection, counter, stored, event)
        audit.note(connection, event.at, event.by, f"card request: {event.kind.value}", str(number))
