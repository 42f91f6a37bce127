"""Which receipt a motorist asks for: by its short code, at the machine that sold the right."""

from __future__ import annotations

from firmware.domain.parking_right import ParkingRight
from firmware.domain.short_code import LENGTH, code_typed, spoken
from firmware.ledger.receipts import RightReceipt
from firmware.visit.context import Context


def receipt_named(typed: str, context: Context) -> RightReceipt | None:
    """The receipt whose short code was typed in place of a plate; None for anything else."""
    if len(typed) != LENGTH:
        return None
    code, kept = code_typed(typed), context.ledger.receipts.kept
    return next((receipt for reference, receipt in kept.items() if context.receipts.code(reference) == code), None)


def is_doubtful(right: ParkingRight, context: Context) -> bool:
    """Whether nobody knows yet that this right was paid."""
    return right.reference in context.ledger.doubts


def shown_code(right: ParkingRight, context: Context) -> str:
    """The short code as a motorist notes it."""
    return context.say("Code {code}", code=spoken(context.receipts.code(right.reference)))


def may_print(right: ParkingRight, context: Context) -> bool:
    """Whether the printer can print a ticket of this right, and one may still be."""
    return context.health.prints and context.ledger.receipts.of(right).printable


def awaits_ticket(plate: str, context: Context) -> bool:
    """Whether this plate has a right here whose ticket never came out, and could now."""
    kept = context.ledger.receipts.kept.values()
    return context.health.prints and any(each.right.plate == plate and not each.printed for each in kept)
