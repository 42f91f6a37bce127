"""Recovery after a power cut: payments left open become facts in doubt.

A payment that was started and has no end was, at worst, in the bank's hands when the power went. The terminal's protocol
(Concert) cannot be asked what became of it, so it is in doubt: never forgotten, never asked again. Screens are not restored.
"""

from __future__ import annotations

from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import InDoubt
from firmware.visit.effects import Record


def recovery_effects(ledger: Ledger) -> tuple[Record, ...]:
    """The facts to record before the first sale after a start: every open payment is in doubt."""
    return tuple(Record(InDoubt(right, "power cut", ledger.clock(right.reference))) for right in ledger.started.values())
