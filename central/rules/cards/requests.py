"""The life of a request for cards, over values: drafted, submitted, examined by a clerk, paid, sent.

The theory. A request is what it asks for and its events. Its state at an instant is worked out from those: one that is not paid
in time is rejected without any job having to run. Money that comes for it later is given back (central/cards/payment.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from central.rules.cards.states import CardEventKind, CardStatus, taken_in
from central.rules.written import is_blank
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class CardPolicy:
    """What the city decides about its counter, and no deliberation."""

    pay_within: timedelta | None = timedelta(days=183)
    """From the decision on: some of seed 000 have waited for five months. None: a request waits for its payment for ever."""
    most_drafts: int = 50
    """Of one account."""
    most_bytes: int = 500 << 20
    """Of the documents of one account, in all its requests: until retention deletes them, a withdrawn draft's count too."""


@dataclass(frozen=True)
class CardEvent:
    """Something that happened to a request."""

    kind: CardEventKind
    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True)
class CardRequest:
    """The events of a request, in the order in which they were recorded, and what it costs once that is decided."""

    made_at: datetime
    total_cents: int = 0
    """Of an accepted request."""
    events: tuple[CardEvent, ...] = ()

    def last(self, kind: CardEventKind) -> CardEvent | None:
        """The last event of a kind."""
        return next((event for event in reversed(self.events) if event.kind is kind), None)


STATUS_AFTER = {
    CardEventKind.SUBMITTED: CardStatus.EXAMINED,
    CardEventKind.ASKED: CardStatus.EXAMINED,
    CardEventKind.REJECTED: CardStatus.REJECTED,
    CardEventKind.WITHDRAWN: CardStatus.REJECTED,
    CardEventKind.PAID: CardStatus.PAID,
    CardEventKind.SENT: CardStatus.SENT,
}


def status_after(request: CardRequest, count: int | None = None) -> CardStatus:
    """Where a request stood after its first so many events; after all of them if none is said. No delay is looked at."""
    status = CardStatus.DRAFT
    for event in request.events[:count]:
        if event.kind is CardEventKind.ACCEPTED:
            status = CardStatus.TO_PAY if request.total_cents else CardStatus.PAID
        else:
            status = STATUS_AFTER.get(event.kind, status)
    return status


def status_at(request: CardRequest, policy: CardPolicy, now: datetime) -> CardStatus:
    """Where a request stands at an instant."""
    status, accepted = status_after(request), request.last(CardEventKind.ACCEPTED)
    if status is CardStatus.TO_PAY and accepted and policy.pay_within is not None and now >= accepted.at + policy.pay_within:
        return CardStatus.REJECTED
    return status


def apply_to_card_request(request: CardRequest, event: CardEvent, policy: CardPolicy) -> CardRequest:
    """The request after an event that happens now. Raises FieldError naming what stands against it."""
    status = status_at(request, policy, event.at)
    if event.kind not in taken_in(status):
        raise FieldError("state", f"the request is « {status.value} »: {event.kind.value} is not possible")
    if event.kind in (CardEventKind.ASKED, CardEventKind.REJECTED) and is_blank(event.reason):
        raise FieldError("reason", "is missing: what is wrong, or what is missing")
    return replace(request, events=(*request.events, event))
