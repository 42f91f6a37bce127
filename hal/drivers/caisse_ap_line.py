"""States of a Caisse-AP terminal's connection, and the payment under way."""

from __future__ import annotations

from dataclasses import dataclass

from hal.ports import NEVER, Instant
from hal.wire.caisse_ap import CaisseApRequest


@dataclass(frozen=True)
class NotConnected:
    """Connection state: there is none."""


@dataclass(frozen=True)
class Connecting:
    """Connection state: it is being made."""

    until: Instant


@dataclass(frozen=True)
class Made:
    """Connection state: made, and nothing was said on it yet."""


@dataclass(frozen=True)
class Asked:
    """Connection state: this request has left. No other ever will on it, so whatever is answered answers this one."""

    request: CaisseApRequest
    until: Instant
    """The end of the wait; NEVER once the payment has ended without an answer, which may still come."""
    received: bytes = b""
    settled: Instant = NEVER
    """When what was received is looked at, if nothing more comes."""


@dataclass(frozen=True)
class Lost:
    """Connection state: refused, or lost. What that means is said at the next `wake`."""

    before: Connecting | Made | Asked


ConnectionState = NotConnected | Connecting | Made | Asked | Lost


@dataclass(frozen=True)
class CaisseApPayment:
    """The payment under way."""

    request: CaisseApRequest
    frame: bytes
    sent: bool = False
