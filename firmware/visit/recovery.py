"""Recovery after a power cut: payments left open become facts in doubt, where the terminal cannot be asked about them.

A payment that was started and has no end was, at worst, in the bank's hands when the power went. A terminal that can be asked
what became of it is asked first (`firmware/station/terminal_inquiries.py`), and nothing is sold by card meanwhile. Otherwise it
is in doubt: never forgotten, never charged again. Screens are not restored.
"""

from __future__ import annotations

from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import POWER_CUT, InDoubt
from firmware.visit.effects import Record
from hal.ports import Capabilities


def recovery_effects(ledger: Ledger, capabilities: Capabilities) -> tuple[Record, ...]:
    """The facts to record before the first sale after a start: every open payment is in doubt, unless it is asked about."""
    if capabilities.asks:
        return ()
    return tuple(Record(InDoubt(right, POWER_CUT, ledger.clock(right.reference))) for right in ledger.started.values())
