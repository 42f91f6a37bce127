"""Which requests for cards name a plate: whoever examines an appeal sees that one was on its way at the control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from central.cards.store import StoredCardRequest, card_requests_of
from central.db.card_tables import card_lines, card_requests
from central.rules.cards.requests import status_after
from central.rules.cards.states import CardEventKind, CardStatus

_ENDS = (CardEventKind.PAID, CardEventKind.REJECTED, CardEventKind.WITHDRAWN)


@dataclass(frozen=True)
class PlateRequest:
    """A request for a card of a plate."""

    number: int
    product: str
    status: CardStatus
    submitted_at: datetime
    ended_at: datetime | None
    """When it was paid, free and accepted, rejected, or withdrawn."""
    pending_at_control: bool
    """It was submitted by then, and not ended."""


def requests_of_plate(connection: Connection, plate: str, control_at: datetime) -> tuple[PlateRequest, ...]:
    """The requests for a plate that were submitted, in their order."""
    named = exists().where(card_lines.c.request == card_requests.c.number, card_lines.c.plate == plate)
    rows = connection.execute(select(card_requests).where(named).order_by(card_requests.c.number)).all()
    found = (_shown(each, control_at) for each in card_requests_of(connection, rows))
    return tuple(each for each in found if each is not None)


def _shown(stored: StoredCardRequest, control_at: datetime) -> PlateRequest | None:
    submitted, ended = stored.request.last(CardEventKind.SUBMITTED), _ended_at(stored)
    if submitted is None:
        return None
    pending = submitted.at <= control_at and (ended is None or ended > control_at)
    status = status_after(stored.request)
    return PlateRequest(stored.number, stored.row.product, status, submitted.at, ended, pending)


def _ended_at(stored: StoredCardRequest) -> datetime | None:
    free = (CardEventKind.ACCEPTED,) if not stored.request.total_cents else ()
    return next((each.at for each in stored.request.events if each.kind in (*_ENDS, *free)), None)
