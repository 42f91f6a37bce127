"""Reversals: debits that sold nothing, and what became of giving them back; a fold over the journal.

The theory. A debit is told by the terminal, perhaps more than once, and must be given back once. So it is kept here from the
fact that tells of it until one says that it was given back, through any power cut; and the latest that were given back are kept
too: told again, they are no new debit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from firmware.domain.reference import bank_reference
from firmware.protocol.facts import Fact, PaymentReversed, RightGivenBack, SalesResumed, UnexpectedEvent

DONE_KEPT = 100


@dataclass(frozen=True)
class UnsoldDebit:
    """Money that the terminal says it took."""

    reference: str
    """As the terminal carries it."""
    cents: int
    transaction: str
    """The terminal's own name of it; empty where there is none."""


@dataclass(frozen=True)
class Reversals:
    """The debits that are to be given back, cannot be, or were."""

    due: tuple[UnsoldDebit, ...] = ()
    """The terminal is to give them back."""
    failed: tuple[UnsoldDebit, ...] = ()
    """It could not, or does not know: a technician has to look."""
    done: tuple[UnsoldDebit, ...] = ()
    """The latest that were given back, or that a technician has looked after."""

    @property
    def owed(self) -> tuple[UnsoldDebit, ...]:
        """What is not given back, as far as is known; what is due first."""
        return (*self.due, *self.failed)

    def of(self, reference: str) -> UnsoldDebit | None:
        """The debit under this reference that is not given back yet; None if there is none."""
        return next((debit for debit in self.owed if debit.reference == reference), None)

    def is_owed(self, debit: UnsoldDebit) -> bool:
        """Whether it is one that is not given back yet, told once more."""
        return _is_among(debit, self.owed)

    def is_done(self, debit: UnsoldDebit) -> bool:
        """Whether it is one that was given back, told once more."""
        return _is_among(debit, self.done)

    def after(self, fact: Fact) -> Reversals:
        """The reversals after this fact."""
        match fact:
            case UnexpectedEvent(_, reference, int(cents), transaction=transaction, reversal="due"):
                return replace(self, due=(*self.due, UnsoldDebit(reference, cents, transaction)))
            case UnexpectedEvent(_, reference, reversal="failed") if debit := self.of(reference):
                without = self._without(debit)
                return replace(without, failed=(*without.failed, debit))
            case PaymentReversed(reference) if debit := self.of(reference):
                return self._without(debit)._done(debit)
            case RightGivenBack(reference, cents, transaction):
                return self._done(UnsoldDebit(bank_reference(reference), cents, transaction))
            case SalesResumed():
                return replace(self, failed=())._done(*self.failed)
        return self

    def _without(self, debit: UnsoldDebit) -> Reversals:
        due, failed = (tuple(each for each in debits if each != debit) for debits in (self.due, self.failed))
        return replace(self, due=due, failed=failed)

    def _done(self, *debits: UnsoldDebit) -> Reversals:
        return replace(self, done=(*self.done, *debits)[-DONE_KEPT:])


def _is_among(debit: UnsoldDebit, debits: Iterable[UnsoldDebit]) -> bool:
    """One transaction is one debit, whatever its amount is said to be; without its name, the amount tells."""
    if not debit.transaction:
        return any((each.reference, each.cents) == (debit.reference, debit.cents) for each in debits)
    return any((each.reference, each.transaction) == (debit.reference, debit.transaction) for each in debits)
