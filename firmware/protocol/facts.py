"""Facts: the events that the journal records (event sourcing).

A fact is on disk before the world is touched: `PaymentStarted` before the bank is asked, `RightSold` before the screen says
paid or a ticket is printed. A sale is `PaymentStarted` and then exactly one of:

    RightSold      the bank said yes; the right exists
    Refused        it is certain that nothing was debited; no right
    InDoubt        nobody knows; the right is promised meanwhile. A late answer adds RightSold or Refused after it.

A right that was sold may be followed by RightGivenBack: the terminal says that the money was returned, and the right ends.

Facts are encoded as JSON objects whose member `fact` names the type; a field may be added with a default, never renamed.

A person in a fact is the number of a technician, two digits; names and PINs are never written down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from firmware.domain.parking_right import ParkingRight

UNANSWERED, POWER_CUT, CONTRADICTED, MISMATCHED = "unanswered", "power cut", "contradicted", "mismatched"
"""Why, in `InDoubt`."""


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="fact"):
    """What all facts share: immutable, and strict when read back."""


class Started(_Fact, tag="started", frozen=True):
    """The station came up."""

    version: str
    """Of the software."""
    tariff: str
    """The version of the tariff in force."""
    clock: str = "unknown"
    """How far the clock could be believed at that moment; `wrong` too."""


class GenerationBegun(_Fact, tag="generation begun", frozen=True):
    """The station goes on in a new journal, and this is its first entry."""

    generation: int
    """Of this journal, from 2."""
    why: str
    """`format`, `behind a mark`, `behind the city`, `beside the city` or `card replaced`."""
    detail: str = ""
    """What shows it: the mark, or what the city holds."""


class PaymentStarted(_Fact, tag="payment started", frozen=True):
    """The bank is about to be asked for this."""

    right: ParkingRight
    clock: str = "unknown"
    """How far the clock that dates it could be believed: `synchronised`, `free running` or `unknown`."""


class RightSold(_Fact, tag="right sold", frozen=True):
    """The money is taken and the right exists."""

    right: ParkingRight
    contactless: bool | None = None
    """How the card was read, where the terminal says."""
    clock: str = "unknown"
    """How far the clock that dates it could be believed: `synchronised`, `free running` or `unknown`."""
    transaction: str = ""
    """The terminal's own name of the debit, by which it is found and reversed; empty where there is none."""
    authorisation: str = ""
    """The bank's number of it, where the terminal says."""


class RightGivenBack(_Fact, tag="given back", frozen=True):
    """The money of a right that was sold was returned: from now on there is no right."""

    reference: str
    cents: int
    """What was returned: all that the right cost."""
    transaction: str = ""
    """As in `RightSold`."""


class PaymentReversed(_Fact, tag="reversed", frozen=True):
    """A debit that sold nothing was returned."""

    reference: str
    """As the terminal carries it."""
    cents: int


class PaymentRefused(_Fact, tag="refused", frozen=True):
    """Nothing was debited, for certain; there is no right."""

    reference: str
    reason: str


class InDoubt(_Fact, tag="in doubt", frozen=True):
    """The terminal had the request and nobody knows the end; the right is promised until someone does."""

    right: ParkingRight
    why: str
    """`unanswered` (the terminal fell silent), `power cut` (found at start), `contradicted` (debited, says the terminal, and
    said before that it was returned), `mismatched` (it debited what cannot buy this)."""
    clock: str = "unknown"
    """How far the clock that dates it could be believed: `synchronised`, `free running` or `unknown`."""


class TicketPrinted(_Fact, tag="ticket printed", frozen=True):
    """The paper is out."""

    reference: str


class TicketFailed(_Fact, tag="ticket failed", frozen=True):
    """The paper is not out; the right is valid all the same."""

    reference: str
    printer: str
    """What the printer said of itself."""


class AlarmRaised(_Fact, tag="alarm raised", frozen=True):
    """Something began to be wrong."""

    alarm: str


class AlarmCleared(_Fact, tag="alarm cleared", frozen=True):
    """It is right again."""

    alarm: str


class UnexpectedEvent(_Fact, tag="strange", frozen=True):
    """Something that should not be able to happen did: an approval nobody asked for, another amount than asked."""

    what: str
    reference: str = ""
    """Of the payment it is about, as the terminal carries it; empty for none, or where it does not say."""
    cents: int | None = None
    """What the terminal says it debited, in hundredths; None where no money moved."""
    currency: str = ""
    """Of that amount, ISO 4217, or as the terminal said it."""
    transaction: str = ""
    """The terminal's own name of the debit."""
    reversal: Literal["", "due", "failed"] = ""
    """`due`: the terminal is asked to return it. `failed`: it could not, or does not know."""


class DoorMoved(_Fact, tag="door", frozen=True):
    """The cabinet's door was opened or closed, or found so at the start."""

    open: bool


class ServiceOpened(_Fact, tag="service opened", frozen=True):
    """A technician gave a right PIN; what follows, up to `ServiceClosed`, is theirs."""

    person: str
    code: str = ""
    """Until when the one-time code was valid that they gave in place of a PIN, ISO 8601: it opens nothing again."""


class ServiceClosed(_Fact, tag="service closed", frozen=True):
    """They left, closed the door, or touched nothing for so long that they must have."""

    person: str


class PinRefused(_Fact, tag="pin refused", frozen=True):
    """A wrong PIN was tried. Nobody need have this number."""

    person: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    """Aware: the lock-out is counted from it."""


class ServiceDone(_Fact, tag="service done", frozen=True):
    """One action of a technician at the machine."""

    person: str
    action: str
    """`keypad test`, `test ticket`, `acceptance`, …"""
    detail: str = ""


class SalesStopped(_Fact, tag="sales stopped", frozen=True):
    """A technician took the machine out of sales; it stays out, through a power cut too, until one puts it back."""

    person: str


class SalesResumed(_Fact, tag="sales resumed", frozen=True):
    """A technician put it back."""

    person: str


class PaperChanged(_Fact, tag="paper changed", frozen=True):
    """A technician put in a new roll."""

    person: str


class CountersCollected(_Fact, tag="counters collected", frozen=True):
    """A statistics ticket was taken, and the counters since the last one begin again."""

    person: str
    number: int
    """Of this collection, from 1."""
    since_seq: int
    """The journal entry after which these counters began; 0 for the first."""
    sales: int
    """Rights that were paid for since then."""
    cents: int
    """What they cost."""


class TestSold(_Fact, tag="test sold", frozen=True):
    """A sale of nothing, to try the machine: no plate, no right, no revenue."""

    person: str
    reference: str


Fact = (
    Started
    | GenerationBegun
    | PaymentStarted
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
    | ServiceOpened
    | ServiceClosed
    | PinRefused
    | ServiceDone
    | SalesStopped
    | SalesResumed
    | PaperChanged
    | CountersCollected
    | TestSold
)
