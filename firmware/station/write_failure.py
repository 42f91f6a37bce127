"""A journal that cannot be written: what is still to be written, what the screen says meanwhile, and when the process leaves.

The theory. What has happened must be written, and the disk may work again in a moment: so the facts that could not be written
are kept, in order, and tried again. What is only begun by being written (a payment, a free right, a technician's act) has not
begun. If the disk does not come back, the process leaves: it feeds its watchdog no more, and the next start, which finds the
payment without an end, writes the doubt. Meanwhile the screen says whose money may have moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.reference import bank_reference
from firmware.journal.journal_file import JournalError
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import (
    MISMATCHED,
    AlarmCleared,
    AlarmRaised,
    DoorMoved,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentReversed,
    PinRefused,
    RightGivenBack,
    RightSold,
    ServiceClosed,
    Started,
    TicketFailed,
    TicketPrinted,
    UnexpectedEvent,
)
from firmware.screens.idle import RECALLS, Idle
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Authorising, PaymentFailed
from firmware.screens.payment_ended import Cancelled, GivenBack, PaymentUnknown, Returning
from firmware.screens.screen import Screen
from firmware.screens.service.without_journal import WithoutJournal
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from hal.ports import Instant, Reason

RETRY = 0.5
"""Seconds from one attempt to the next."""
LEAVE = 5.0
"""Seconds after which the process leaves: less than the patience of its watchdog."""
_HAPPENED = (
    Started
    | RightSold
    | RightGivenBack
    | PaymentReversed
    | PaymentRefused
    | InDoubt
    | TicketPrinted
    | TicketFailed
    | AlarmRaised
    | AlarmCleared
    | UnexpectedEvent
    | DoorMoved
    | PinRefused
    | ServiceClosed
)
_END = RightSold | InDoubt | PaymentRefused | RightGivenBack
"""Facts that end a payment."""
_OVER = Paid | Printing | TakeTicket | NoTicket | PaymentUnknown
"""Screens after the end of a payment that let the motorist park."""


@dataclass(frozen=True)
class WriteFailure:
    """A journal that cannot be written, since an instant."""

    error: JournalError
    since: Instant
    retry_at: Instant
    facts: tuple[Fact, ...] = ()
    """What is to be written, oldest first; nothing where the journal itself is bad: then nothing is tried again."""

    @property
    def leave_at(self) -> Instant:
        """When the process leaves."""
        return self.since + LEAVE

    @property
    def wake_at(self) -> Instant:
        """When to try again, or to leave."""
        return min(self.retry_at, self.leave_at) if self.facts else self.leave_at

    def plus(self, facts: Iterable[Fact]) -> WriteFailure:
        """With these facts behind the others."""
        return replace(self, facts=(*self.facts, *(fact for fact in facts if has_happened(fact))))


def write_failure(error: JournalError, now: Instant) -> WriteFailure:
    """The failure that begins with this error; that there was one is the first thing to be written."""
    return WriteFailure(error, now, now + RETRY, (UnexpectedEvent(f"journal: {error.reason}"),))


def bad_journal(error: JournalError, now: Instant) -> WriteFailure:
    """A journal that is not to be written any more."""
    return WriteFailure(error, now, now + LEAVE)


def has_happened(fact: Fact) -> bool:
    """Whether a fact tells of what has happened; the others make it happen, and were dropped."""
    return isinstance(fact, _HAPPENED) and not (isinstance(fact, RightSold) and not fact.right.cents)


def broken_screen(failure: WriteFailure, ledger: Ledger, before: Screen) -> Screen:
    """What the screen says: the payment whose end is not written, or whose motorist is still there. `before`: what was up."""
    if isinstance(before, WithoutJournal):
        broken = broken_screen(failure, ledger, before.broken)
        return before if broken == before.broken else broken
    ends = [fact for fact in failure.facts if isinstance(fact, _END)]
    ended = {fact.right.reference if isinstance(fact, RightSold | InDoubt) else fact.reference for fact in ends}
    if running := [right for reference, right in ledger.started.items() if reference not in ended]:
        return JournalBroken("J2", running[-1], other_amount=_is_returned(running[-1], failure.facts))
    if ends and (unwritten := _unwritten(ends[-1], ledger)):
        return unwritten
    if isinstance(before, _OVER) and before.right.reference in ledger.receipts.kept:  # no free right that was dropped
        return JournalBroken("J2", before.right, charged=before.right.reference not in ledger.doubts, promised=True)
    return before if isinstance(before, JournalBroken) else JournalBroken("J1")


def _unwritten(end: Fact, ledger: Ledger) -> JournalBroken | None:
    """What the screen says of a payment whose end is not written; None where nothing is known of such a payment."""
    match end:
        case RightSold(right):
            return JournalBroken("J2", right, charged=True)
        case InDoubt(right, why):
            return JournalBroken("J2", right, other_amount=why == MISMATCHED)
        case PaymentRefused(reference, reason) if asked := ledger.started.get(reference) or ledger.doubts.get(reference):
            return JournalBroken("J2", asked, refused=Reason(reason), promised=reference in ledger.doubts)
        case RightGivenBack(reference) if sold := ledger.sold.get(reference):
            return JournalBroken("J2", sold.right, refused=Reason.REVERSED)
    return None


def _is_returned(right: ParkingRight, facts: Iterable[Fact]) -> bool:
    """Whether another amount was debited for it, and is to be given back."""
    due = [fact.reference for fact in facts if isinstance(fact, UnexpectedEvent) and fact.reversal == "due"]
    return bank_reference(right.reference) in due


def resumed_screen(broken: Screen, ledger: Ledger) -> Screen:
    """The screen once everything is written: the end of the payment, for the motorist who may still be there."""
    broken = broken.broken if isinstance(broken, WithoutJournal) else broken
    if running := [each for reference, each in ledger.started.items() if reference not in ledger.interrupted]:
        returning = ledger.reversals.of(bank_reference(running[-1].reference))
        return Returning(running[-1]) if returning else Authorising(running[-1])
    if not isinstance(broken, JournalBroken) or broken.right is None:
        return Idle()
    right, refused = broken.right, broken.refused
    if right.reference in ledger.interrupted:
        return Idle(recalls=RECALLS, cut=right.reference)
    if right.reference in ledger.refused:
        return _refused_screen(right, refused)
    return PaymentUnknown(right) if right.reference in ledger.doubts else Paid(right)


def _refused_screen(right: ParkingRight, refused: Reason | None) -> Screen:
    if refused is Reason.REVERSED:
        return GivenBack(right)
    return Cancelled(right) if refused in (None, Reason.WITHDRAWN) else PaymentFailed(right, refused)
