"""States of a request for cards, and what leads from one to another. docs/cards.md is drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum

from central.rules.transitions import Transition, events_taken


class CardStatus(StrEnum):
    """Where a request stands, in the words of the counter."""

    DRAFT = "Brouillon"
    EXAMINED = "En cours d'instruction"
    TO_PAY = "A régler"
    PAID = "Réglée"
    SENT = "Carte expédiée"
    REJECTED = "Rejetée"


class CardEventKind(StrEnum):
    """What happens to a request."""

    SUBMITTED = "submitted"
    ASKED = "documents asked for"
    SUPPLIED = "document supplied"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """By whoever asked."""
    PAID = "paid"
    SENT = "sent"


class CardDelay(StrEnum):
    """A delay that has run out."""

    PAYMENT = "not paid in time"


CardTransition = Transition[CardStatus, CardEventKind | CardDelay]


def _arrows() -> Iterator[CardTransition]:
    status, event = CardStatus, CardEventKind
    yield CardTransition(status.DRAFT, event.SUPPLIED, status.DRAFT)
    yield CardTransition(status.DRAFT, event.SUBMITTED, status.EXAMINED)
    yield CardTransition(status.EXAMINED, event.ASKED, status.EXAMINED)
    yield CardTransition(status.EXAMINED, event.SUPPLIED, status.EXAMINED)
    yield CardTransition(status.EXAMINED, event.ACCEPTED, status.TO_PAY)
    yield CardTransition(status.EXAMINED, event.ACCEPTED, status.PAID)  # nothing is to be paid
    yield CardTransition(status.EXAMINED, event.REJECTED, status.REJECTED)
    yield CardTransition(status.TO_PAY, event.PAID, status.PAID)
    yield CardTransition(status.TO_PAY, event.REJECTED, status.REJECTED)
    for unpaid in (status.DRAFT, status.EXAMINED, status.TO_PAY):
        yield CardTransition(unpaid, event.WITHDRAWN, status.REJECTED)
    yield CardTransition(status.TO_PAY, CardDelay.PAYMENT, status.REJECTED)
    yield CardTransition(status.PAID, event.SENT, status.SENT)


CARD_TRANSITIONS = tuple(_arrows())
"""Every way from one state of a request to another, and every event that is taken in each."""


def taken_in(status: Enum) -> frozenset[CardEventKind]:
    """The events that are taken in a state."""
    return events_taken(CARD_TRANSITIONS, status, CardEventKind)
