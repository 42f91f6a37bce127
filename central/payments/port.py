"""Port of a payment provider: an order is opened, captures come for it, some are given back.

The theory. An order is known by the number of its request, and the provider makes one order of one number, however often it is
asked: a request whose answer was lost is sent again. What was captured is told twice, by a notification (`signature.py`) and by
the answer to the next opening, so a notification that never comes is no money that is lost. Every capture has a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProviderAwayError(Exception):
    """The provider did not answer, or not with what it should: what became of the request is not known. Ask again."""


class ProviderRefusedError(ProviderAwayError):
    """The provider answered, and will answer the same: asking again changes nothing. A person has to look."""


class PaymentMeans(StrEnum):
    """How money came; what is given back of it goes the same way."""

    CARD = "card"
    """Taken by the provider."""
    PAYMENT_ORDER = "payment order"
    """Paid by the accountant of a public body: *mandat administratif*."""


@dataclass(frozen=True)
class PaymentOrder:
    """What is to be paid."""

    key: str
    """The number of the request: one order for each."""
    cents: int
    label: str
    """As it stands on the payer's page."""


@dataclass(frozen=True)
class PaymentCapture:
    """Money that was taken."""

    transaction: str
    """The provider's number: the same capture told twice is one."""
    order: str
    cents: int
    at: datetime
    means: PaymentMeans = PaymentMeans.CARD


@dataclass(frozen=True)
class OpenedOrder:
    """An order as the provider has it."""

    page: str
    """Where the payer enters a card: a URL."""
    captures: tuple[PaymentCapture, ...] = ()


class PaymentProvider(Protocol):
    """A payment provider."""

    def open_order(self, order: PaymentOrder) -> OpenedOrder:
        """Open an order, or find the one of this number. Raises ProviderAwayError."""

    def refund(self, transaction: str, cents: int, key: str) -> None:
        """Give money of a capture back; the same `key` again does nothing. Raises ProviderAwayError, ProviderRefusedError."""
