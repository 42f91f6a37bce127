"""What is written down. Knows no clock, no wire, no disk.

A fact is on disk before the world is touched: `PaymentStarted` before the bank is asked, `RightSold` before the screen says
paid or a ticket is printed. A sale is `PaymentStarted` and then exactly one of:

    RightSold      the bank said yes; the right exists
    Refused        it is certain that nothing was debited; no right
    InDoubt        nobody knows; the right is promised meanwhile. A late answer adds RightSold or Refused after it.

Facts are encoded as JSON objects whose member `fact` names the type; a field may be added with a default, never renamed.
"""

from __future__ import annotations

import msgspec

from firmware.right import Right


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="fact"):
    """What all facts share: immutable, and strict when read back."""


class Started(_Fact, tag="started", frozen=True):
    """The station came up."""

    version: str
    """Of the software."""
    tariff: str
    """The version of the tariff in force."""


class PaymentStarted(_Fact, tag="payment started", frozen=True):
    """The bank is about to be asked for this."""

    right: Right


class RightSold(_Fact, tag="right sold", frozen=True):
    """The money is taken and the right exists."""

    right: Right
    contactless: bool | None = None
    """How the card was read, where the terminal says."""


class Refused(_Fact, tag="refused", frozen=True):
    """Nothing was debited, for certain; there is no right."""

    reference: str
    reason: str


class InDoubt(_Fact, tag="in doubt", frozen=True):
    """The terminal had the request and nobody knows the end; the right is promised until someone does."""

    right: Right
    why: str
    """`unanswered` (the terminal fell silent) or `power cut` (found at start)."""


class TicketPrinted(_Fact, tag="ticket printed", frozen=True):
    """The paper is out."""

    reference: str


class TicketFailed(_Fact, tag="ticket failed", frozen=True):
    """The paper is not out; the right is valid all the same."""

    reference: str
    printer: str
    """What the printer said of itself."""


class Raised(_Fact, tag="alarm raised", frozen=True):
    """Something began to be wrong."""

    alarm: str


class Cleared(_Fact, tag="alarm cleared", frozen=True):
    """It is right again."""

    alarm: str


class Strange(_Fact, tag="strange", frozen=True):
    """Something that should not be able to happen did: an approval nobody asked for, another amount than asked."""

    what: str


Fact = Started | PaymentStarted | RightSold | Refused | InDoubt | TicketPrinted | TicketFailed | Raised | Cleared | Strange
