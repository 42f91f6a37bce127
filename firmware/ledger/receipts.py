"""Receipts: the rights whose ticket may still be asked for, and how often it came out; a fold over the facts.

The theory. A ticket is owed until one is proven out: only `TicketPrinted` proves it. A ticket that failed, one that a power cut
ended and one that nobody wanted are the same thing here, and each may be had later, whole and unmarked. What is printed after
that is a duplicate, and says so. A payment in doubt has tickets of its own: the day it is known, its right is owed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, RightSold, TicketPrinted
from firmware.protocol.personal import has_no_plate

RECEIPTS_KEPT = 500
"""The latest: more than a machine sells in two days, after which their plates are deleted."""
MOST_DUPLICATES = 3


@dataclass(frozen=True)
class RightReceipt:
    """A right, and the tickets of it."""

    right: ParkingRight
    printed: int = 0
    """How many are proven to have come out whole."""

    @property
    def printable(self) -> bool:
        """Whether one more may be printed: the ticket, and so many duplicates."""
        return self.printed <= MOST_DUPLICATES


@dataclass(frozen=True)
class Receipts:
    """The latest rights, by reference; the oldest first."""

    kept: Mapping[str, RightReceipt] = field(default_factory=dict)

    def after(self, fact: Fact) -> Receipts:
        """The receipts after this fact."""
        match fact:
            case RightSold(right) | InDoubt(right) if not has_no_plate(right):
                others = {key: each for key, each in self.kept.items() if key != right.reference}
                latest = list(others.items())[-RECEIPTS_KEPT + 1 :]
                return Receipts({**dict(latest), right.reference: RightReceipt(right)})
            case TicketPrinted(reference) if reference in self.kept:
                receipt = self.kept[reference]
                return Receipts({**self.kept, reference: replace(receipt, printed=receipt.printed + 1)})
            case PaymentRefused(reference) if reference in self.kept:
                return Receipts({key: each for key, each in self.kept.items() if key != reference})
        return self

    def of(self, right: ParkingRight) -> RightReceipt:
        """The receipt of a right; one that is not kept any more has no ticket that is known of."""
        return self.kept.get(right.reference, RightReceipt(right))

    def without_ended(self, before: datetime) -> Receipts:
        """Without those of rights that ended before this instant, and so without their plates."""
        return Receipts({key: each for key, each in self.kept.items() if each.right.end > before})
