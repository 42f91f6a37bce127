"""Sales and print counters: in total and since the last collection.

The theory. Counters are a fold over the journal, so they cannot disagree with it: whoever holds the journal up to the head that
stands on a statistics ticket finds the same cents. What is in doubt is no revenue; it is counted when somebody knows. What
was given back is taken off where it was given back, though it was sold before the last collection. A collection is a fact like
any other: it is written down who made it, and from which entry it counts.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace

from firmware.protocol.facts import (
    CountersCollected,
    Fact,
    InDoubt,
    PaperChanged,
    PaymentRefused,
    RightGivenBack,
    RightSold,
    ServiceDone,
    TestSold,
    TicketFailed,
    TicketPrinted,
)

ROLL_MM = 200_000
"""A roll of kiosk paper, 80 mm wide and about 130 mm across: 200 m. A station that is fed others estimates wrongly, and the
printer's own near-end sensor is what raises the alarm."""
TICKET_MM = 130
"""A ticket with its QR code, the blank before the blade included: as long as they come."""
TICKETS_OF_A_ROLL = ROLL_MM // TICKET_MM
PAPER = frozenset({"test ticket", "statistics ticket", "acceptance report", "test sale ticket", "paper test"})
"""What a technician does that ends in a ticket: actions of `ServiceDone`."""


@dataclass(frozen=True)
class Tally:
    """Sales and tickets of one stretch of the journal."""

    sales: int = 0
    """Rights that were paid for, less those given back: negative where more were given back than sold."""
    cents: int = 0
    """What they cost: the revenue."""
    free: int = 0
    """Rights that cost nothing."""
    refused: int = 0
    doubts: int = 0
    """Payments nobody knew the end of; some are a sale since."""
    printed: int = 0
    failed: int = 0
    """Tickets that did not come out whole."""
    tests: int = 0
    """Test sales: of nothing, and no revenue."""
    given_back: int = 0
    """Rights whose money was returned."""

    def after(self, fact: Fact) -> Tally:
        """The tally after this fact."""
        match fact:
            case RightSold(right) if right.cents:
                return replace(self, sales=self.sales + 1, cents=self.cents + right.cents)
            case RightSold():
                return replace(self, free=self.free + 1)
            case RightGivenBack(_, cents):
                return replace(self, sales=self.sales - 1, cents=self.cents - cents, given_back=self.given_back + 1)
            case PaymentRefused():
                return replace(self, refused=self.refused + 1)
            case InDoubt():
                return replace(self, doubts=self.doubts + 1)
            case TicketPrinted():
                return replace(self, printed=self.printed + 1)
            case TicketFailed():
                return replace(self, failed=self.failed + 1)
            case TestSold():
                return replace(self, tests=self.tests + 1)
        return self

    def __add__(self, other: Tally) -> Tally:
        """Two stretches together."""
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Counters:
    """Counters of the statistics ticket, and the paper left on the roll."""

    entries: int = 0
    """Facts so far: the number of the journal's last entry."""
    before: Tally = field(default_factory=Tally)
    """Up to the last collection."""
    since: Tally = field(default_factory=Tally)
    """After it."""
    collected: Tally = field(default_factory=Tally)
    """By the last collection: a ticket that did not come out can be had again."""
    collections: int = 0
    """The number of the last collection; 0 before the first."""
    since_seq: int = 0
    """Its entry."""
    used: int = 0
    """Tickets' worth of paper since the roll was changed: those that failed, and a technician's, are paper too."""
    rolls: int = 0
    """How often the roll was changed; before the first time nobody knows what is on it."""

    @property
    def total(self) -> Tally:
        """Since the station was provisioned."""
        return self.before + self.since

    @property
    def tickets_left(self) -> int | None:
        """About how many more the roll prints; None where nobody said when it was new."""
        return max(0, TICKETS_OF_A_ROLL - self.used) if self.rolls else None

    def collection(self, person: str) -> CountersCollected:
        """What to write when this person collects now."""
        return CountersCollected(person, self.collections + 1, self.since_seq, self.since.sales, self.since.cents)

    def after(self, fact: Fact) -> Counters:
        """The counters after this fact."""
        counted = replace(self, entries=self.entries + 1, since=self.since.after(fact))
        match fact:
            case CountersCollected(_, number):
                fresh = replace(counted, before=self.total, since=Tally(), collected=self.since)
                return replace(fresh, collections=number, since_seq=counted.entries)
            case PaperChanged():
                return replace(counted, used=0, rolls=self.rolls + 1)
            case TicketPrinted() | TicketFailed():
                return replace(counted, used=self.used + 1)
            case ServiceDone(_, action) if action in PAPER:
                return replace(counted, used=self.used + 1)
        return counted
