"""Card terminal port: what a terminal can do, what it is asked, what it tells, and how a payment can end."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct

from hal.ports.clock import Instant

EURO = "EUR"
"""ISO 4217. The only currency that is asked for."""
ANSWER_WITHIN = 120.0
"""Seconds a terminal has for its answer, once it has the request."""


class Capabilities(Struct, frozen=True):
    """What the protocol of a terminal has, beyond asking for a payment. The least of them has nothing of it."""

    asks: bool = False
    """Whether it can be asked what became of a payment."""
    aborts: bool = False
    """Whether a request that it has can be taken back."""
    reverses: bool = False
    """Whether a debit can be given back."""
    confirms: bool = False
    """Whether it reverses, of itself, an approval that is not confirmed (`acknowledge`)."""
    progress: bool = False
    """Whether it says what the motorist does there."""


class Reason(Enum):
    """Reason of a `Declined` payment: why no money moved. As much as the terminal says of it, and no more."""

    REFUSED = "refused"
    """The terminal said no, and not why: the bank, a wrong code, a card pulled out, no card, its red key."""
    BANK = "bank refused"
    """The bank said no."""
    WRONG_PIN = "wrong pin"
    """The code was wrong, as often as the card allows."""
    CARD = "card not accepted"
    """The terminal does not take this card, or cannot read it."""
    CARD_OUT = "card removed"
    """The card was taken out before the end."""
    NO_CARD = "no card"
    """Nobody showed a card in time."""
    CANCELLED = "cancelled"
    """The motorist's red key, or our `abort`: the terminal took the request back."""
    NO_BANK = "bank not reached"
    """The terminal could not reach the bank."""
    BUSY = "busy"
    """The terminal had no time for the request (it said so, or spoke all the while): no bank heard of it."""
    NOT_TAKEN = "not taken"
    """The terminal refused the request itself each time it was sent: no bank heard of it."""
    NOT_ASKED = "not asked"
    """The terminal gave no sign of life, so the request was never sent."""
    WITHDRAWN = "withdrawn"
    """We took the request back before the terminal had it."""
    REVERSED = "reversed"
    """It was debited, and given back since, of which the terminal told with its answer."""


class Step(Enum):
    """Step of a payment, as the motorist takes it at the terminal."""

    CARD_IN = "card inserted"
    CARD_OUT = "card removed"
    ENTERING_PIN = "entering pin"
    ASKING_BANK = "asking bank"


class Approved(Struct, frozen=True):
    """Payment approved by the bank: the amount and the currency are those of its answer, which may not be those asked for.

    May come long after the wait ended.
    """

    reference: str
    """Empty if the terminal did not say of which payment it speaks."""
    cents: int
    """In hundredths of the currency."""
    contactless: bool | None = None
    """None where the protocol does not say."""
    currency: str = EURO
    """ISO 4217: three letters, or whatever the terminal said in their place."""
    transaction: str = ""
    """The terminal's own name of it, by which it is reversed; empty where there is none. No card number is in it."""
    authorisation: str = ""
    """The bank's number of it, where the terminal says."""


class Declined(Struct, frozen=True):
    """Payment declined: it is certain that nothing was debited, or that it was given back."""

    reference: str
    reason: Reason


class Unanswered(Struct, frozen=True):
    """Payment with unknown outcome: the terminal took the request and gave no result (in doubt)."""

    reference: str


class Reversed(Struct, frozen=True):
    """A debit was given back: at our request, or by the terminal of itself."""

    reference: str


class NotReversed(Struct, frozen=True):
    """A debit that we wanted to give back stands, or nobody knows."""

    reference: str
    why: str
    """In the terminal's words; no card number is in it."""


class Progress(Struct, frozen=True):
    """What the motorist has just done at the terminal."""

    reference: str
    step: Step


class TerminalIs(Struct, frozen=True):
    """Terminal availability: whether it answers on its line. Reported on change, and once after the first answer."""

    ready: bool


class CardTerminal(Protocol):
    """Card terminal: one payment at a time. What it cannot do (`capabilities`) raises ValueError and does nothing."""

    @property
    def capabilities(self) -> Capabilities:
        """What its protocol has; the same for ever."""

    @property
    def ends_by(self) -> Instant:
        """When the payment under way has its end, at the latest; NEVER where none is, or nothing is begun with it yet."""

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking. Ends in one `Declined`, one `Approved`, or one `Unanswered` with perhaps a late answer after it.

        `reference`: 1 to 10 ASCII letters and digits, never used before. `cents`: 1 to 99 999 999.
        Raises ValueError outside those, TerminalBusyError (one of them) while a payment is under way: then nothing is asked.
        """

    def acknowledge(self, reference: str) -> None:
        """What was told of this payment is on disk: only now may the terminal forget it. To one that confirms, a yes."""

    def abort(self, reference: str) -> None:
        """Take a payment back: always if the terminal has not had it yet, else where `aborts`; otherwise nothing.

        The answer is the end of the payment: `Declined`, or `Approved` where it was too late. One that a driver before this
        one began is taken back where it also `asks`, and asked about then.
        """

    def ask(self, reference: str) -> None:
        """Ask what became of an earlier payment: its end, if that is new; `Unanswered` where the terminal does not know.

        Asked again by itself until the terminal answers. While another payment is under way it waits.
        """

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        """Give a debit back; ends in one `Reversed` or `NotReversed`. `transaction`: as in `Approved`."""

    def look(self) -> None:
        """Probe the line now; ends in a `TerminalIs`, even if nothing changed."""
