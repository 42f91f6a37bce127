"""States of the card terminal's serial line: who may speak, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from hal.ports import AT_ONCE, NEVER, Instant

BYTE_TIMEOUT = 3.0
"""Seconds the other end has for its next word."""
TRIES = 3
"""How often ENQ, a request or a NAK is said before giving up."""


@dataclass(frozen=True)
class Quiet:
    """Line state: nobody speaks."""


@dataclass(frozen=True)
class Bidding:
    """Line state: ENQ is out, the right to speak is asked for."""

    until: Instant
    tries: int
    naks: int = 0
    """How many of the tries were answered: the terminal is there, and busy."""


@dataclass(frozen=True)
class Sending:
    """Line state: our request is out, its acknowledgement is awaited."""

    until: Instant
    tries: int


@dataclass(frozen=True)
class Receiving:
    """Line state: the terminal speaks, until its EOT."""

    until: Instant
    naks: int = 0
    held: str | None = None
    """The payment of an answer that is whole and not acknowledged yet: it is not on disk."""
    acknowledge: bool = False
    """It is on disk now: ACK is due."""


LineState = Quiet | Bidding | Sending | Receiving


@dataclass(frozen=True)
class ConcertPayment:
    """The payment under way."""

    reference: str
    cents: int
    frame: bytes
    sent: bool = False
    until: Instant = AT_ONCE
    """When we stop waiting; AT_ONCE before the first `wake` has said what time it is."""


def ends_by(payment: ConcertPayment, line: LineState, answer_within: float) -> Instant:
    """When a payment has its end, at the latest; NEVER before the first `wake`."""
    if payment.until == AT_ONCE:
        return NEVER
    if isinstance(line, Sending):
        return line.until + (TRIES - line.tries) * BYTE_TIMEOUT + answer_within
    return payment.until if payment.sent else payment.until + TRIES * BYTE_TIMEOUT + answer_within
