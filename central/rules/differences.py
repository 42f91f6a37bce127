"""What a reconciliation finds, as values: recorded payments, differences, resolutions it proposes, totals of a station."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from central.rules.evidence import RightStatus
from central.rules.statement import StatementLine, Sum, net_sums
from firmware.domain.reference import bank_reference
from hal.time_zone import PARIS

IN_DOUBT = (RightStatus.STARTED, RightStatus.PROVISIONAL)
"""Nobody knows yet how such a payment ended."""


def paris_day(moment: datetime) -> date:
    """The day of an instant in Paris."""
    return moment.astimezone(PARIS).date()


@dataclass(frozen=True, kw_only=True)
class RecordedPayment:
    """A payment as the city has it: in its stations' journals and in its register."""

    station: str
    generation: int
    reference: str
    """As printed."""
    entry: int
    """Number, in its journal, of the entry that gave it its present status."""
    at: datetime
    """When it was begun, by the station's clock."""
    plate: str
    """Empty once it was deleted, or where there is no right."""
    cents: int
    """In the register; where that has nothing, in the journal."""
    journal: RightStatus | None
    """What the entries alone make of it; None: refused, or no entry."""
    journal_cents: int
    expected: RightStatus | None
    """What the entries and the resolutions make of it together."""
    register: RightStatus | None
    """None: no right."""
    position: int = 0
    """The place of the register's row, as the tables have it."""
    differs: tuple[str, ...] = ()
    """Members of the right, apart from its status, that are not in the register as in the journal."""

    @property
    def bank(self) -> str:
        """Its reference as the bank carries it; empty for one that no station of ours makes."""
        try:
            return bank_reference(self.reference)
        except ValueError:
            return ""

    @property
    def status(self) -> RightStatus | None:
        """How it stands; None: refused."""
        return self.expected if self.register is None else self.register


@dataclass(frozen=True)
class UnaskedDebit:
    """A terminal reported money moved that nobody asked for: the fact `strange` with an amount."""

    station: str
    generation: int
    entry: int
    at: datetime
    reference: str
    """As the bank carries it; empty where the terminal did not say."""
    cents: int
    currency: str


@dataclass(frozen=True)
class WaitingEntry:
    """An entry received on the day that could not be used, and that nobody has cleared."""

    station: str
    generation: int
    entry: int
    reason: str


class DifferenceKind(Enum):
    """What does not agree."""

    NOT_IN_REGISTER = "in the journal, not in the register"
    NOT_IN_JOURNAL = "in the register, not in the journal"
    REGISTER_DIFFERS = "register differs from journal"
    WAITING_ENTRY = "entry waits for a person"
    UNASKED_DEBIT = "debit nobody asked for"
    IN_DOUBT = "in doubt, not in the statement"
    NO_DEBIT = "sold, not debited"
    DEBITED_REFUSED = "refused, yet debited"
    UNKNOWN_DEBIT = "debited, no payment known"
    AMOUNT = "amount differs"
    CURRENCY = "currency differs"
    DEBITED_TWICE = "debited more than once"
    REVERSED = "sold, and given back"
    LOOSE_CREDIT = "given back, no such debit here"
    CREDIT_DIFFERS = "given back, not as debited"
    """Its debit stands in the statement, of another amount, or was given back before."""


REMEDIES: Mapping[DifferenceKind, str] = {
    DifferenceKind.NOT_IN_REGISTER: "tell the maintainer: a stored entry made no right",
    DifferenceKind.NOT_IN_JOURNAL: "tell the maintainer: no stored entry made this right",
    DifferenceKind.REGISTER_DIFFERS: "tell the maintainer: the stored entries make another right",
    DifferenceKind.WAITING_ENTRY: "look at it: horodateur-central waiting list",
    DifferenceKind.UNASKED_DEBIT: "ask the acquirer to refund it, unless a right was given for it by hand",
    DifferenceKind.IN_DOUBT: "reconcile again with the statement of the next day, or with --complete",
    DifferenceKind.NO_DEBIT: "look in the statement of the next day; then claim it from the acquirer",
    DifferenceKind.DEBITED_REFUSED: "ask the acquirer to refund it",
    DifferenceKind.UNKNOWN_DEBIT: "find whose it is by terminal and instant; ask the acquirer to refund it",
    DifferenceKind.AMOUNT: "ask the acquirer to refund or correct the difference",
    DifferenceKind.CURRENCY: "ask the acquirer to correct it",
    DifferenceKind.DEBITED_TWICE: "ask the acquirer to refund all but one",
    DifferenceKind.REVERSED: "ask the acquirer why: the right was valid and is not paid for",
    DifferenceKind.LOOSE_CREDIT: "look for the debit in the statement of the day before",
    DifferenceKind.CREDIT_DIFFERS: "ask the acquirer why: what was debited and what was given back are not the same",
}
"""What whoever keeps the city's accounts does about each."""
LATE_JOURNAL = "its station's data ends before: reconcile again when that is here"
"""Instead, for a debit whose payment may not have arrived yet."""


@dataclass(frozen=True, kw_only=True)
class PaymentDifference:
    """One difference, with all that names its visit. A figure that is not known is None."""

    kind: DifferenceKind
    station: str = ""
    generation: int | None = None
    entry: int | None = None
    reference: str = ""
    bank: str = ""
    at: datetime | None = None
    plate: str = ""
    journal: str = ""
    register: str = ""
    cents: int | None = None
    """Recorded."""
    debited: tuple[Sum, ...] = ()
    """By the lines of the statement, less what they gave back: a sum for each currency. Empty: no line is of it."""
    terminal: str = ""
    lines: tuple[int, ...] = ()
    """Of the statement."""
    detail: str = ""
    remedy: str = ""
    """What to do."""


class ResolutionOutcome(Enum):
    """How a payment ended of which nobody knew."""

    SOLD = "sold"
    NOT_DEBITED = "not debited"


@dataclass(frozen=True)
class ProposedResolution:
    """How the statement says that a payment ended of which nobody knew."""

    payment: RecordedPayment
    outcome: ResolutionOutcome
    line: int | None
    """The line that says so; None: the whole statement, which has no debit of it."""


@dataclass(frozen=True)
class StationTotals:
    """What was sold for money at a station on the day, by each of the three. Free rights are in none of them."""

    station: str
    journal: Sum
    resolved: Sum
    """Sold by a resolution: in the register, and not in the journal as sold."""
    register: Sum
    acquirer: Sum | None
    """Of our currency; None: there is no statement."""
    in_doubt: int
    """Payments of which nobody knows the end."""
    foreign: tuple[Sum, ...] = ()
    """What the acquirer says besides: a sum for each other currency, none of which stations sell in."""


@dataclass(frozen=True)
class OtherDayLine:
    """A line that stands under another day than the payment it is of."""

    line: int
    at: datetime
    station: str
    reference: str
    paid_at: datetime


@dataclass(frozen=True)
class Reconciliation:
    """A day: totals, differences, what the statement resolves, and lines of neighbouring days."""

    day: date
    totals: tuple[StationTotals, ...]
    differences: tuple[PaymentDifference, ...]
    resolutions: tuple[ProposedResolution, ...]
    other_days: tuple[OtherDayLine, ...]

    @property
    def is_equal(self) -> bool:
        """Whether journal, register and acquirer agree, and nothing is left to resolve."""
        return not self.differences and not self.resolutions


def waiting_difference(entry: WaitingEntry) -> PaymentDifference:
    """As a difference."""
    kind = DifferenceKind.WAITING_ENTRY
    return PaymentDifference(
        kind=kind,
        station=entry.station,
        generation=entry.generation,
        entry=entry.entry,
        detail=entry.reason,
        remedy=REMEDIES[kind],
    )


def unasked_difference(event: UnaskedDebit, lines: Sequence[StatementLine] = (), detail: str = "") -> PaymentDifference:
    """As a difference, with the lines of the statement that show it."""
    return PaymentDifference(
        kind=DifferenceKind.UNASKED_DEBIT,
        station=event.station,
        generation=event.generation,
        entry=event.entry,
        bank=event.reference,
        at=event.at,
        debited=net_sums(lines) or (Sum(1, event.cents, event.currency),),
        terminal=lines[0].terminal if lines else "",
        lines=tuple(each.line for each in lines),
        detail=detail,
        remedy=REMEDIES[DifferenceKind.UNASKED_DEBIT],
    )


def difference_of(
    kind: DifferenceKind, payment: RecordedPayment, lines: Sequence[StatementLine] = (), detail: str = ""
) -> PaymentDifference:
    """As a difference, with the lines of the statement that show it."""
    return PaymentDifference(
        kind=kind,
        station=payment.station,
        generation=payment.generation,
        entry=payment.entry,
        reference=payment.reference,
        bank=payment.bank,
        at=payment.at,
        plate=payment.plate,
        journal=_word(payment.journal),
        register=_word(payment.register),
        cents=payment.cents,
        debited=net_sums(lines),
        terminal=lines[0].terminal if lines else "",
        lines=tuple(each.line for each in lines),
        detail=detail,
        remedy=REMEDIES[kind],
    )


def _word(status: RightStatus | None) -> str:
    return status.value if status else "no right"
