"""After each visit: what the terminal debited was sold, is in doubt or is told in the journal, and nothing twice."""

from __future__ import annotations

import contextlib

from firmware.journal.line import LineReader
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, RightGivenBack, RightSold, UnexpectedEvent
from firmware.visit.offers import card_reference
from simulator.desk.desk import Desk
from simulator.visit_files.words import ExpectationError


def facts(desk: Desk) -> list[Fact]:
    """Every fact of the journals, read as another process would."""
    with contextlib.closing(LineReader(desk.setting.folder)) as line:
        return [journal.content_of(entry).fact for journal, entry in line.entries_after(None)]


def money_adds_up(desk: Desk) -> None:
    """Reconcile terminal and journal: whatever was debited was sold at that price, is in doubt, or is told; and nothing twice.

    What was given back was not debited, and a right that the journal knows to be given back was not sold. A right that costs
    nothing is sold without the terminal, and without a payment that began.
    """
    journal = facts(desk)
    sold = {(_carried(desk, fact.right.reference), fact.right.cents) for fact in journal if isinstance(fact, RightSold)}
    sold -= {(_carried(desk, fact.reference), fact.cents) for fact in journal if isinstance(fact, RightGivenBack)}
    doubted = {(_carried(desk, fact.right.reference), fact.right.cents) for fact in journal if isinstance(fact, InDoubt)}
    refused = {_carried(desk, fact.reference) for fact in journal if isinstance(fact, PaymentRefused)}
    open_doubts = {(reference, amount) for reference, amount in doubted if reference not in refused}
    ledger = [(each.reference, each.cents) for each in desk.cabinet.debits()]
    stands = {(reference, amount) for reference, amount in ledger if amount > 0 and (reference, -amount) not in ledger}
    unasked = {(desk.cabinet.booked(fact.reference), fact.cents) for fact in journal if isinstance(fact, UnexpectedEvent)}
    if wrong := stands - sold - open_doubts - unasked:
        raise ExpectationError(f"debited, and no right exists: {sorted(wrong)}")
    if wrong := {(reference, amount) for reference, amount in sold if amount} - stands:
        raise ExpectationError(f"a right was sold, and nothing debited: {sorted(wrong)}")
    if len(set(ledger)) != len(ledger):
        raise ExpectationError(f"debited twice: {ledger}")


def _carried(desk: Desk, reference: str) -> str:
    """A sale as the terminal's ledger names it."""
    return desk.cabinet.booked(card_reference(reference))
