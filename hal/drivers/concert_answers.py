"""Answers of a Concert terminal as endings of payments."""

from __future__ import annotations

from hal.drivers.card_answers import CURRENCIES, Ending
from hal.ports import Approved, Declined, Reason, Unanswered
from hal.wire.concert import ACCEPTED, REFUSED, ConcertAnswer


def ending_of(answer: ConcertAnswer) -> Ending:
    """How an answer says that its payment ended: the amount and the currency are those of the answer."""
    if answer.result == REFUSED:
        return Declined(answer.reference, Reason.REFUSED)
    if answer.result == ACCEPTED:
        currency = CURRENCIES.get(answer.currency, answer.currency)
        return Approved(answer.reference, answer.cents, currency=currency)
    return Unanswered(answer.reference)
