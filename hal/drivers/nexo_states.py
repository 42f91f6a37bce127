"""States of a nexo terminal's driver: the payment under way, and what is asked afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hal.ports import AT_ONCE, NEVER, Instant, Step


class NexoSession(Enum):
    """Whether the terminal knows us."""

    OUT = "not logged in"
    IN = "logged in"
    NEEDLESS = "it has no login"


class NexoStage(Enum):
    """How far a payment is."""

    WAITING = "not sent"
    SENT = "it may have the request, its answer is awaited"
    ASKING = "it is asked what became of it"


@dataclass(frozen=True)
class NexoPayment:
    """The payment under way."""

    reference: str
    cents: int
    stage: NexoStage = NexoStage.WAITING
    until: Instant = AT_ONCE
    """When this stage has lasted too long; AT_ONCE before the first `wake` has said what time it is."""
    next_at: Instant = AT_ONCE
    """When to try again, or ask again."""
    tries: int = 0
    abort_at: Instant = NEVER
    """When it is to be taken back; NEVER if it is not, or no more."""
    kept: bool = False
    """Whether the terminal is certainly the one that was asked, without a restart since: it knows our login still."""
    missing: int = 0
    """How often the terminal said that it has no such payment."""
    card: Step | None = None
    """What it last told of a card for it."""


@dataclass(frozen=True)
class NexoQuestion:
    """What became of an earlier payment."""

    reference: str
    next_at: Instant = AT_ONCE
    abort: bool = False
    """Whether it is to be taken back before it is asked about."""


@dataclass(frozen=True)
class NexoReversal:
    """A debit to be given back."""

    reference: str
    cents: int
    transaction: str
    service_id: str
    """Of the request; the same after a restart, unless the terminal did not begin with it."""
    unsent: bool = False
    """Whether the terminal has certainly none of it: it is sent; else asked after."""
    next_at: Instant = AT_ONCE
    tries: int = 0


NexoTask = NexoQuestion | NexoReversal
