"""Answers of a Caisse-AP terminal as endings of payments."""

from __future__ import annotations

from hal.drivers.card_answers import CURRENCIES, Ending
from hal.ports import Approved, Declined, Reason, Unanswered
from hal.wire.caisse_ap import DEBIT, DONE, EURO, NOT_DONE, CaisseApAnswer, CaisseApRequest

REASONS = {
    "00": Reason.REFUSED,  # unknown
    "02": Reason.BANK,  # call the bank
    "04": Reason.REFUSED,  # by whom, it does not say
    "05": Reason.REFUSED,  # forbidden
    "06": Reason.CANCELLED,  # abandoned
    "07": Reason.REFUSED,  # not completed
    "08": Reason.NO_CARD,  # input time-out
    "09": Reason.NOT_TAKEN,  # format error
    "10": Reason.REFUSED,  # selection error
    "11": Reason.CANCELLED,  # operator abort
    "12": Reason.NOT_TAKEN,  # unknown action
    "13": Reason.NOT_TAKEN,  # currency
}
"""AF of an answer that says no. The two others, 01 (authorised) and 03 (forced), say yes."""
SAYS_NOTHING = ("", "00")
SAYS_YES = ("01", "03")


def ending_of(answer: CaisseApAnswer, request: CaisseApRequest) -> Ending:
    """How an answer says that the payment of this request ended.

    What is of another till or no debit is not believed, nor what says both yes and no. An approval of another amount or
    currency is told as the answer says it (`Approved`): whoever asked compares.
    """
    if answer.result == DONE and answer.report in (*SAYS_NOTHING, *SAYS_YES):
        return _approval(answer, request)
    if answer.result == NOT_DONE and answer.report not in SAYS_YES and _may_be_of(answer, request):
        return Declined(request.reference, REASONS.get(answer.report, Reason.REFUSED))
    return Unanswered(request.reference)


def _approval(answer: CaisseApAnswer, request: CaisseApRequest) -> Ending:
    """All four fields that tell one payment from another must be there."""
    if (answer.till, answer.action) != (request.till, DEBIT) or not answer.cents or not answer.currency:
        return Unanswered(request.reference)
    return Approved(
        request.reference,
        answer.cents,
        contactless=answer.contactless,
        currency=CURRENCIES.get(answer.currency, answer.currency),
        authorisation=answer.authorisation,
    )


def _may_be_of(answer: CaisseApAnswer, request: CaisseApRequest) -> bool:
    """A refusal may leave fields out (it may not have understood them); none may be of another payment."""
    asked = {"till": request.till, "action": DEBIT, "currency": EURO, "cents": request.cents}
    return all(getattr(answer, name) in ("", None, value) for name, value in asked.items())
