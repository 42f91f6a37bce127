"""Answers of a nexo terminal as endings of payments."""

from __future__ import annotations

from hal.drivers.card_answers import Ending
from hal.ports import EURO, Approved, Declined, Reason, Step, Unanswered
from hal.wire.nexo.answers import NexoFound, NexoPaid, NexoResult, NexoReversed

NOT_FOUND, IN_PROGRESS, LOGGED_OUT, CANCEL = "NotFound", "InProgress", "LoggedOut", "Cancel"
NOT_THERE = ("UnavailableService", "NotAllowed")
"""A terminal that does without what it was asked for."""
REASONS = {
    "Refusal": Reason.BANK,
    "WrongPIN": Reason.WRONG_PIN,
    "InvalidCard": Reason.CARD,
    "InsertedCard": Reason.CARD,
    "PaymentRestriction": Reason.CARD,
    CANCEL: Reason.CANCELLED,
    "Aborted": Reason.CANCELLED,
    "Busy": Reason.BUSY,
    "UnreachableHost": Reason.NO_BANK,
    "DeviceOut": Reason.NOT_TAKEN,
    "LoggedOut": Reason.NOT_TAKEN,
    "MessageFormat": Reason.NOT_TAKEN,
    "NotAllowed": Reason.NOT_TAKEN,
    "NotFound": Reason.NOT_TAKEN,
    "UnavailableDevice": Reason.NOT_TAKEN,
    "UnavailableService": Reason.NOT_TAKEN,
}
"""ErrorCondition -> reason. `InProgress` is none: nothing has ended. No card in time is `Cancel` too (`as_seen`)."""


def ending_of(paid: NexoPaid, asked: int | None = None) -> Ending:
    """How a PaymentResponse says that its payment ended; `Unanswered` where it contradicts itself. `asked`: cents, if known.

    `Cancel` is the red key only where a card was read; else it may be that nobody showed one, and is not said to be either.
    A part of the amount is told as that part. A "partial" approval of all of it is none that can be believed.
    """
    if paid.result is NexoResult.FAILURE:
        if paid.error == IN_PROGRESS:
            return Unanswered(paid.reference)
        nobody_knows = paid.error == CANCEL and paid.contactless is None
        return Declined(paid.reference, Reason.REFUSED if nobody_knows else REASONS.get(paid.error, Reason.REFUSED))
    if not paid.cents or (paid.result is NexoResult.PARTIAL and asked is not None and paid.cents >= asked):
        return Unanswered(paid.reference)
    return Approved(
        paid.reference,
        paid.cents,
        contactless=paid.contactless,
        currency=paid.currency or EURO,
        transaction=paid.transaction,
        authorisation=paid.authorisation,
    )


def as_seen(ending: Ending, paid: NexoPaid, card: Step | None) -> Ending:
    """The same with what the terminal told of the card before: that there was none, or that it was taken out.

    `Cancel` is said of nobody and of the red key alike: whoever pressed it before a card has read that none was.
    """
    if not isinstance(ending, Declined):
        return ending
    if paid.error == CANCEL and paid.contactless is None:
        return Declined(ending.reference, Reason.NO_CARD if card is None else Reason.CANCELLED)
    taken_out = ending.reason is Reason.CARD and card is Step.CARD_OUT
    return Declined(ending.reference, Reason.CARD_OUT) if taken_out else ending


def ending_found(found: NexoFound, reference: str, asked: int | None = None) -> Ending | None:
    """What a TransactionStatusResponse says of a payment's end: only what is repeated in it says anything. None: nothing.

    A reversal in its place is the terminal's own: it could not deliver its answer, and gave the money back.
    """
    match found:
        case NexoFound(result=NexoResult.SUCCESS, repeated=NexoPaid() as paid):
            return ending_of(paid, asked)
        case NexoFound(result=NexoResult.SUCCESS, repeated=NexoReversed() as back) if whole(back, asked):
            return Declined(reference, Reason.REVERSED)
    return None


def whole(back: NexoReversed, cents: int | None) -> bool:
    """Whether a reversal succeeded, and of the whole amount."""
    all_of_it = not back.amount_said or cents is None or back.cents == cents
    return back.result is NexoResult.SUCCESS and all_of_it
