"""Invariant of the glass, I9: what it may never say of money that moved, of money that did not, and of nobody's. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from firmware.domain.money import euros
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.protocol.facts import Fact, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.screens.screen import Screen
from hal.ports import View
from simulator.invariants.evidence import InvariantFindings

SAYS_PAID = re.compile(r"\b(payée?|paid|bezahlt|pagado|pagato)\b", re.IGNORECASE)
SAYS_NOTHING = re.compile(r"rien n’est débité|nothing is debited|nichts abgebucht|nada cobrado|nessun addebito", re.IGNORECASE)
RECEIPT_PAID = re.compile(r"\|paid\|")
"""In the signed text of a receipt (`firmware.paper.receipt_signing`)."""
SPEAKS_OF_MONEY = ("approved", "printing", "take ticket", "no ticket")
"""Screens that stand for a right."""


def looks_at(view: View, screen: Screen) -> bool:
    """Whether a view says anything of money: only then the journal has to be read."""
    said = " ".join(view.lines)
    named = bool(view.code or screen.awaits) or view.screen in SPEAKS_OF_MONEY
    return named or bool(SAYS_PAID.search(said) or SAYS_NOTHING.search(said))


def glass_is_true(view: View, screen: Screen, language: str, facts: Sequence[Fact]) -> InvariantFindings:
    """I9: what is about to be shown, against the facts on the disk."""
    right = getattr(screen, "right", None)
    if not isinstance(right, ParkingRight):
        if view.screen not in ("idle", "info") and SAYS_PAID.search(" ".join(view.lines)):
            yield f"{view.screen} says paid, and there is no right: {view.lines}"
        return
    said = " ".join(view.lines)
    doubtful = bool(getattr(screen, "doubtful", False))
    says_paid = bool(SAYS_PAID.search(said)) or (view.screen in SPEAKS_OF_MONEY and not doubtful)
    paid = RECEIPT_PAID.search(view.code)
    sold = (says_paid or paid) and _is_sold(right.reference, facts)
    if says_paid and not sold:
        yield f"{view.screen} says paid, and {right.reference} is not on the disk: {view.lines}"
    if paid and not sold:
        yield f"the receipt on {view.screen} says paid, and {right.reference} is not on the disk"
    if SAYS_NOTHING.search(said):
        yield from _is_certain(view, right, facts)
    if screen.awaits and not (grouped(right.plate) in said and euros(right.cents, language) in said):
        yield f"{view.screen} asks for a card and does not name {right.plate} and its price: {view.lines}"


def _is_sold(reference: str, facts: Sequence[Fact]) -> bool:
    """Whether a right is on the disk, and its money was never given back."""
    sold = any(isinstance(fact, RightSold) and fact.right.reference == reference for fact in facts)
    return sold and not any(isinstance(fact, RightGivenBack) and fact.reference == reference for fact in facts)


def card_is_for(said: Sequence[str], right: ParkingRight, language: str) -> InvariantFindings:
    """I9: when the terminal takes a card, the glass names the plate and the price that it pays."""
    text = " ".join(said)
    if not (grouped(right.plate) in text and euros(right.cents, language) in text):
        yield f"a card is taken for {right.reference}, {right.plate}, and the glass says {tuple(said)}"


def _is_certain(view: View, right: ParkingRight, facts: Sequence[Fact]) -> InvariantFindings:
    """That nothing is debited is said of what is not sold, and, if it was begun, has been refused."""
    of = [fact for fact in facts if getattr(fact, "reference", "") == right.reference or getattr(fact, "right", None) == right]
    if any(isinstance(fact, RightSold) for fact in of):
        yield f"{view.screen} says that nothing is debited, and {right.reference} is sold"
    elif any(isinstance(fact, PaymentStarted) for fact in of) and not any(isinstance(fact, PaymentRefused) for fact in of):
        yield f"{view.screen} says that nothing is debited, and {right.reference} has no end"
