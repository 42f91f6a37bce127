"""What the terminal's answers mean for the journal: late answers, approvals that sell nothing, reversals.

The theory. Each cent that a terminal says it took ends as one of three: a right, money given back, or something open that an
alarm names. What says that money moved is written down before anything else follows from it. One transaction is one
debit, however often it is told: what was sold, is being given back or was given back is not sold or given back once more.
"""

from __future__ import annotations

from firmware.domain.card_number import without_card_numbers
from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger
from firmware.ledger.reversals import UnsoldDebit
from firmware.protocol.facts import (
    CONTRADICTED,
    MISMATCHED,
    POWER_CUT,
    UNANSWERED,
    InDoubt,
    PaymentRefused,
    PaymentReversed,
    RightGivenBack,
    RightSold,
    UnexpectedEvent,
)
from firmware.visit.context import Context
from firmware.visit.effects import Effect, Record
from firmware.visit.offers import card_reference
from hal.ports import EURO, Approved, Declined, NotReversed, Unanswered

Answer = Approved | Declined | Unanswered


def same_purchase(sold: ParkingRight, right: ParkingRight) -> bool:
    """Whether a right that was sold after all is what this one would buy again; a prolongation of it is not."""
    return (
        (sold.plate, sold.zone, sold.regime) == (right.plate, right.zone, right.regime)
        and sold.start < right.end
        and right.start < sold.end
    )


def right_sold(right: ParkingRight, approved: Approved, context: Context) -> RightSold:
    """The fact that this approval sold this right. No card number gets into it, whatever the terminal calls its transaction."""
    names = without_card_numbers(approved.transaction), without_card_numbers(approved.authorisation)
    return RightSold(right, approved.contactless, context.ledger.clock(right.reference), *names)


def can_sell(answer: Answer, context: Context) -> bool:
    """Whether an answer can be to a price of ours: an approval is, in euros, of money that is still to buy something."""
    if not isinstance(answer, Approved):
        return True
    reversals, debit = context.ledger.reversals, _debit(answer)
    known = reversals.is_owed(debit) or reversals.is_done(debit)
    return answer.currency == EURO and not known and not _is_bought(answer.reference, context)


def is_to_return(answer: Answer, context: Context) -> bool:
    """Whether an answer tells of a debit that does not buy the payment it ends, which nobody was told of, and is given back."""
    right = next((each for key, each in context.ledger.started.items() if card_reference(key) == answer.reference), None)
    if right is None or not isinstance(answer, Approved):
        return False
    return _is_to_reverse(answer, context) and not (answer.cents == right.cents and can_sell(answer, context))


def late_answer_effects(answer: Answer, context: Context) -> tuple[Effect, ...]:
    """The facts to record when the bank answers and no screen awaits it any more.

    A late yes to a payment in doubt makes its right real; a late no ends the doubt (the promise stands: the motorist was told
    that the car may stay); a yes after a no is believed, for money moved. A silence is a doubt, if no end is written; so is a
    yes to what was given back. A debit that does not buy what was asked is no doubt while it is given back. No right is
    invented for an approval that matches no payment of ours, or not its amount.
    """
    ledger = context.ledger
    right = ledger.right(lambda right: card_reference(right.reference) == answer.reference)
    if right is None or is_to_return(answer, context):
        return ()
    clock, why = ledger.clock(right.reference), POWER_CUT if right.reference in ledger.interrupted else UNANSWERED
    match answer:
        case Approved(_, cents) if cents == right.cents and can_sell(answer, context):
            return (Record(right_sold(right, answer, context)),)
        case Approved(_, cents) if right.reference in ledger.refused and ledger.reversals.is_done(_debit(answer)):
            return (Record(InDoubt(right, CONTRADICTED, clock)),)
        case Declined(_, reason) if right.reference not in ledger.refused:
            return (Record(PaymentRefused(right.reference, reason.value)),)
        case Approved() if right.reference in ledger.started:
            return (Record(InDoubt(right, MISMATCHED, clock)),)
        case Unanswered() if right.reference in ledger.started:
            return (Record(InDoubt(right, why, clock)),)
    return ()


def with_unexpected(answer: Approved, effects: tuple[Effect, ...], context: Context) -> tuple[Effect, ...]:
    """The effects of an approval; before them, if it sold nothing, what the terminal says that it debited."""
    facts = [effect.fact for effect in effects if isinstance(effect, Record)]
    if any(isinstance(fact, RightSold) for fact in facts):
        return effects
    said = (
        f"approval of {_amount(answer.cents)} {answer.currency} for {answer.reference or 'no payment'}, which was not asked for"
    )
    debit = _debit(answer)
    unexpected = Record(
        UnexpectedEvent(
            without_card_numbers(said),
            answer.reference,
            answer.cents,
            without_card_numbers(answer.currency),
            debit.transaction,
            "due" if _is_to_reverse(answer, context) else "",
        )
    )
    others = (effect for effect in effects if not (isinstance(effect, Record) and isinstance(effect.fact, UnexpectedEvent)))
    return unexpected, *others


def reversal_effects(reference: str, context: Context) -> tuple[Effect, ...]:
    """The facts to record when money was returned, beside the end of a payment without one."""
    ledger = context.ledger
    if debit := ledger.reversals.of(reference):
        return (Record(PaymentReversed(reference, debit.cents)),)
    if sold := _sold(reference, ledger):
        return (Record(RightGivenBack(sold.right.reference, sold.right.cents, sold.transaction)),)
    return ()


def unknown_reversal_effects(reference: str, context: Context) -> tuple[Effect, ...]:
    """The fact that money was returned of which nothing is known; none where it is only told again."""
    ledger = context.ledger
    known = ledger.right(lambda right: card_reference(right.reference) == reference)
    if known or any(debit.reference == reference for debit in ledger.reversals.done):
        return ()
    return (Record(UnexpectedEvent(f"reversal of {reference or 'no payment'}, of which nothing is known", reference)),)


def not_reversed_effects(event: NotReversed, context: Context) -> tuple[Effect, ...]:
    """The fact that a debit was not given back: a technician has to look."""
    debit = next((debit for debit in context.ledger.reversals.due if debit.reference == event.reference), None)
    why = without_card_numbers(event.why)
    if debit is None:
        return (Record(UnexpectedEvent(f"no reversal of {event.reference or 'no payment'}: {why}", event.reference)),)
    said = f"no reversal of {_amount(debit.cents)} for {debit.reference}: {why}"
    return (Record(UnexpectedEvent(said, debit.reference, debit.cents, "", debit.transaction, "failed")),)


def _is_to_reverse(answer: Approved, context: Context) -> bool:
    """Whether a debit that sold nothing is to be given back. What may be the debit of a right that was sold never is."""
    reversals, debit = context.ledger.reversals, _debit(answer)
    if not context.capabilities.reverses or not answer.reference or reversals.is_owed(debit) or reversals.is_done(debit):
        return False
    sold = _sold(answer.reference, context.ledger)
    return sold is None or bool(sold.transaction and debit.transaction and sold.transaction != debit.transaction)


def _is_bought(reference: str, context: Context) -> bool:
    """Whether what this payment would buy was bought by another, and it can be given back."""
    right = context.ledger.right(lambda right: card_reference(right.reference) == reference)
    if right is None or not context.capabilities.reverses:
        return False
    return any(same_purchase(sold.right, right) for sold in context.ledger.sold.values())


def _sold(reference: str, ledger: Ledger) -> RightSold | None:
    return next((sold for key, sold in ledger.sold.items() if card_reference(key) == reference), None)


def _amount(cents: int) -> str:
    """An amount as a technician reads it in the journal: `60.00`."""
    return f"{cents // 100}.{cents % 100:02d}"


def _debit(answer: Approved) -> UnsoldDebit:
    return UnsoldDebit(answer.reference, answer.cents, without_card_numbers(answer.transaction))
