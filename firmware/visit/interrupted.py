"""Payments that no screen awaits any more: interrupted by a power cut, or not answered by the terminal.

The terminal may still ask for a card for one, and a card that is shown then pays it: as long as it may, whose it is and how
much are said on every screen that offers no sale, before whatever else keeps the machine from selling. Of one that a power cut
interrupted the motorist may stand at the machine and know nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import POWER_CUT, UNANSWERED
from firmware.protocol.personal import has_no_plate
from firmware.visit.context import Context

SILENT = (UNANSWERED, POWER_CUT)
"""Why, in `InDoubt`, where the terminal has not answered: it may still have the request."""


def payable(context: Context) -> ParkingRight | None:
    """The payment that a card shown now may pay, though no screen awaits it; None where the terminal surely has none.

    A terminal has one request at a time: the latest.
    """
    if asked := asked_about(context):
        return asked
    ledger = context.ledger
    if context.health.busy_until is None:
        return None
    silent = [key for key, why in ledger.unresolved.items() if why in SILENT and key in ledger.doubts]
    return _latest(ledger.doubts[key] for key in sorted(silent, key=lambda key: _since(key, ledger)))


def _since(reference: str, ledger: Ledger) -> float:
    since = ledger.silent_since.get(reference)
    return since.timestamp() if since else 0.0


def asked_about(context: Context) -> ParkingRight | None:
    """The latest payment that a start found without an end, while its terminal is asked, or waited for."""
    ledger = context.ledger
    return _latest(right for key, right in ledger.started.items() if key in ledger.interrupted)


def doubtful(context: Context) -> ParkingRight | None:
    """The latest payment that a power cut put in doubt, and whose plate is still covered meanwhile."""
    ledger = context.ledger
    cut = (right for key, right in ledger.doubts.items() if ledger.unresolved.get(key) == POWER_CUT)
    return _latest(right for right in cut if right.end > context.now)


def _latest(rights: Iterable[ParkingRight]) -> ParkingRight | None:
    return next(reversed([right for right in rights if not has_no_plate(right)]), None)
