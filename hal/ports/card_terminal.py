"""Card terminal port: what a terminal is asked, and how a payment can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

EURO = "EUR"
"""ISO 4217. The only currency that is asked for."""
ANSWER_WITHIN = 120.0
"""Seconds a terminal has for its answer, once it has the request."""


class Reason(Enum):
    """Reason of a `Declined` payment: why no money moved. As much as the terminal says of it, and no more."""

    REFUSED = "refused"
    """The terminal said no, and not why: the bank, a wrong code, a card pulled out, no card, its red key."""
    BUSY = "busy"
    """The terminal had no time for the request (it said so, or spoke all the while): it was never sent."""
    NOT_TAKEN = "not taken"
    """The terminal refused the request itself each time it was sent: no bank heard of it."""
    NOT_ASKED = "not asked"
    """The terminal gave no sign of life, so the request was never sent."""
    WITHDRAWN = "withdrawn"
    """We took the request back before the terminal had it."""


@dataclass(frozen=True)
class Approved:
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


@dataclass(frozen=True)
class Declined:
    """Payment declined: it is certain that nothing was debited."""

    reference: str
    reason: Reason


@dataclass(frozen=True)
class Unanswered:
    """Payment with unknown outcome: the terminal took the request and gave no result (in doubt)."""

    reference: str


@dataclass(frozen=True)
class TerminalIs:
    """Terminal availability: whether it answers on its line. Reported on change, and once after the first answer."""

    ready: bool


class CardTerminal(Protocol):
    """Card terminal: one payment at a time."""

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking. Ends in one `Declined`, one `Approved`, or one `Unanswered` with perhaps a late answer after it.

        `reference`: 1 to 10 ASCII letters and digits, never used before. `cents`: 1 to 99 999 999.
        Raises ValueError outside those, or while a payment is under way: then nothing is asked.
        """

    def acknowledge(self, reference: str) -> None:
        """The ending of this payment is on disk: only now may the terminal forget it."""

    def withdraw(self) -> None:
        """Take the request back if the terminal has not had it yet; otherwise nothing: the answer will come."""

    def look(self) -> None:
        """Probe the line now; ends in a `TerminalIs`, even if nothing changed."""
