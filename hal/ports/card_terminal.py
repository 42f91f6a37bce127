"""Card terminal port: what a terminal is asked, and how a payment can end."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct


class Reason(Enum):
    """Reason of a `Declined` payment: why no money moved."""

    REFUSED = "refused"
    """The terminal or the bank said no, or the motorist cancelled on the terminal."""
    NOT_ASKED = "not asked"
    """The terminal never took the request: nothing can have been debited."""
    WITHDRAWN = "withdrawn"
    """We took the request back before the terminal had it."""


class Approved(Struct, frozen=True):
    """Payment approved by the bank for exactly this amount. May come long after the wait ended."""

    reference: str
    cents: int
    contactless: bool | None = None
    """None where the protocol does not say."""


class Declined(Struct, frozen=True):
    """Payment declined: it is certain that nothing was debited."""

    reference: str
    reason: Reason


class Unanswered(Struct, frozen=True):
    """Payment with unknown outcome: the terminal took the request and gave no result (in doubt)."""

    reference: str


class TerminalIs(Struct, frozen=True):
    """Terminal availability: whether it answers on its line. Reported on change, and once after the first answer."""

    ready: bool


class CardTerminal(Protocol):
    """Card terminal: one payment at a time."""

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking. Ends in one `Declined`, one `Approved`, or one `Unanswered` with perhaps a late answer after it.

        `reference`: 1 to 10 ASCII letters and digits, never used before. `cents`: 1 to 99 999 999.
        Raises ValueError outside those, or while a payment is under way.
        """

    def withdraw(self) -> None:
        """Take the request back if the terminal has not had it yet; otherwise nothing: the answer will come."""

    def look(self) -> None:
        """Probe the line now; ends in a `TerminalIs`, even if nothing changed."""
