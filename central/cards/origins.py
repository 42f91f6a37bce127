"""Where a card comes from: the line that was added, before it was changed for other vehicles and addresses.

The theory. A change makes a row of its own for what is one card to its holder, with one end. Why it costs nothing, whose it is,
and how many duplicates there were of it are read along the whole way, so a change gives none of that anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from central.cards.store import StoredCardRequest, StoredRow, application_of
from central.db.card_tables import card_lines, card_requests, cards
from central.register.holdings import find_holdings
from central.rules.cards.application import CardLine, CardReason
from central.rules.cards.products import CardGratuity
from firmware.domain.errors import FieldError

LOW_EMISSION = "low_emission"
"""The holding of a low emission card."""


@dataclass(frozen=True)
class CardOrigin:
    """What holds of a card and of all that it is a change of."""

    cards: tuple[int, ...]
    """Their numbers, its own first."""
    gratuity: CardGratuity | None
    """Why it costs nothing."""
    individual: bool
    """It was asked for in person, and not for an establishment."""


def origin_of(connection: Connection, card: StoredRow) -> CardOrigin:
    """Where a card comes from."""
    found = [card]
    while (before := _replaced(connection, found[-1])) is not None:
        found.append(before)
    first = found[-1]
    request = connection.execute(select(card_requests).where(card_requests.c.number == first.request)).one()
    application = application_of(request)
    gratuity = application.lines[first.line - 1].gratuity
    return CardOrigin(tuple(each.id for each in found), gratuity, application.applicant.individual)


def check_gratuities(connection: Connection, stored: StoredCardRequest, now: datetime) -> None:
    """Raises FieldError for a card that is free for a low emission card that its vehicle does not hold.

    14-2° article 3, 14-3° articles 7, 13, 16: the vehicle of the card, so the one that a change brings too.
    """
    for index, line in enumerate(stored.application.lines):
        if _free_by_vehicle(connection, line):
            held = [each.holding for each in find_holdings(connection, line.plate, now)]
            if LOW_EMISSION not in held:
                member = "gratuity" if line.reason is CardReason.ADD else "plate"
                raise FieldError(f"lines[{index}].{member}", "this vehicle holds no low emission card")


def _free_by_vehicle(connection: Connection, line: CardLine) -> bool:
    """Whether a line gives a vehicle a card that is free for what the vehicle is."""
    if line.reason is CardReason.ADD:
        return line.gratuity is CardGratuity.LOW_EMISSION
    if line.reason is not CardReason.CHANGE_VEHICLE or line.replaces is None:
        return False
    card = connection.execute(select(cards).where(cards.c.id == line.replaces)).one_or_none()
    return card is not None and origin_of(connection, card).gratuity is CardGratuity.LOW_EMISSION


def _replaced(connection: Connection, card: StoredRow) -> StoredRow | None:
    """The card that this one took the place of."""
    line = (card_lines.c.request == card.request) & (card_lines.c.seq == card.line)
    number = connection.scalar(select(card_lines.c.replaces).where(line))
    return connection.execute(select(cards).where(cards.c.id == number)).one() if number is not None else None
