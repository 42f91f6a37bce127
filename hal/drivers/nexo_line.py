"""Connection to a nexo terminal: dialled when there is something to say, framed, one question at a time beside the payment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hal.link import Link
from hal.ports import NEVER, Instant
from hal.wire.nexo.framing import NexoFraming

DIAL_WITHIN = 5.0
"""Seconds for a connection to be made."""
UNANSWERED = ("Abort", "Refusal")
"""What has no answer of the protocol's is answered all the same where messages come in pairs, by nothing."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class NexoDown:
    """Connection state: none."""


@dataclass(frozen=True)
class NexoDialling:
    """Connection state: dialled."""

    until: Instant


@dataclass(frozen=True)
class Up:
    """Connection state: bytes may travel."""


@dataclass(frozen=True)
class NexoExchange:
    """A question whose answer is awaited."""

    service_id: str
    category: str
    about: str
    """The ServiceID of the transaction it is about; empty where it is about none."""
    until: Instant


class NexoLine:
    """The connection, and the question that is out on it."""

    def __init__(self, link: Link, framing: NexoFraming) -> None:
        self._link, self._framing = link, framing
        self._state: NexoDown | NexoDialling | Up = NexoDown()
        self.exchange: NexoExchange | None = None
        self.lost = False
        """Whether the connection was lost since it was last looked at."""
        self.refused = False
        """Whether what was lost was no connection yet."""

    def connected(self) -> None:
        """The connection is there."""
        self._state = Up()

    def disconnected(self) -> None:
        """The connection was refused, or is lost."""
        self.lost, self.refused = True, not isinstance(self._state, Up)
        self._state = NexoDown()

    @property
    def until(self) -> Instant:
        """When dialling, or waiting for an answer, has lasted too long."""
        dialling = self._state.until if isinstance(self._state, NexoDialling) else NEVER
        return min(dialling, self.exchange.until if self.exchange is not None else NEVER)

    @property
    def answered(self) -> bool:
        """Whether no answer is to come any more for anything that was asked: only a framing that pairs them can tell."""
        return self._framing.pairs and self._framing.free

    @property
    def pairs(self) -> bool:
        """Whether whatever is said is answered, if only by an empty answer."""
        return self._framing.pairs

    @property
    def up(self) -> bool:
        """Whether bytes may travel."""
        return isinstance(self._state, Up)

    def when(self, at: Instant) -> Instant:
        """When to go on with something to be said at `at`: not while a connection is made, or its answer is in the way."""
        waits = isinstance(self._state, NexoDialling) or (self.up and not self._framing.free and self.exchange is not None)
        return NEVER if waits else at

    def opened(self, now: Instant) -> bool:
        """Whether a message may leave now; if not, whatever brings that about is begun."""
        if self.up and self._framing.free:
            return True
        if self.up:
            self.hang_up()
        self._state = NexoDialling(now + DIAL_WITHIN)
        self._link.dial()
        return False

    def say(self, message: bytes, exchange: NexoExchange | None) -> bytes:
        """The bytes of a message; `exchange` if an answer to it is awaited."""
        framed = self._framing.frame(message)
        if exchange is not None and (self.pairs or exchange.category not in UNANSWERED):
            self.exchange = exchange
        return framed

    def hear(self, data: bytes) -> list[bytes]:
        """Messages that are whole. After the last that can be understood, the connection counts as lost."""
        if not self.up:
            return []
        messages = self._framing.feed(data)
        if self._framing.broken:
            self._link.hang_up()
            self.disconnected()
        return messages

    def end(self) -> list[bytes]:
        """After a loss: what the end of the connection completed."""
        self.lost = False
        return self._framing.end()

    def hang_up(self) -> None:
        """Close. What is out is not answered any more."""
        self._link.hang_up()
        self._framing.end()
        self._state, self.exchange = NexoDown(), None


class ServiceIds:
    """Numbers of our messages that are no payments: `-` and nine digits of base 36. No reference of a payment has a `-`.

    Not used twice in 48 hours, nor by a driver started anew: the time of day stands in front, a count behind.
    """

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall, self._count = wall, 0

    def next(self) -> str:
        """One that was not used before."""
        self._count += 1
        return f"-{_base36(int(self._wall().timestamp() * 1000), 6)}{_base36(self._count, 3)}"


def _base36(number: int, digits: int) -> str:
    return "".join(_DIGITS[number // 36**place % 36] for place in reversed(range(digits)))


class NexoDue(NamedTuple):
    """What is to be said next."""

    at: Instant
    say: Callable[[Instant], bytes]


NOTHING_DUE = NexoDue(NEVER, lambda now: b"")
