"""A station speaking to the city: it says how it is, numbers what it says, and signs it. Knows no clock, no wire, no disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.entry import Entry
from firmware.protocol.messages import PullRequest, StationStatement, StatusReport, batch_of, pull_of


class Signer:
    """One station's. Whoever speaks for the station speaks through the same one: the numbers are shared."""

    def __init__(
        self, station: str, key: Ed25519PrivateKey, wall: Callable[[], datetime], report: Callable[[], StatusReport]
    ) -> None:
        """`wall`: what the station's clock says, aware; `report`: how the station is, asked each time it speaks."""
        self.station = station
        self.wall = wall
        self._key, self._report = key, report
        self._said = 0

    def batch(self, entries: Sequence[Entry], *, sent_at: datetime, base: bytes, last: int, head: bytes, held: int) -> bytes:
        """A request body that hands these entries in; the members are those of a Statement."""
        statement = StationStatement(self.station, self._next(), sent_at, base.hex(), last, head.hex(), held, self._report())
        return batch_of(statement, entries, self._key)

    def pull(self) -> bytes:
        """A request body that asks for what is published and newer than what the station reports to hold."""
        return pull_of(PullRequest(self.station, self._next(), self._report().holding), self._key)

    def count_from(self, contact: int) -> None:
        """The city has heard more than this start of the station has said: the next number is this one, or a greater one."""
        self._said = max(self._said, contact - 1)

    def _next(self) -> int:
        self._said += 1
        return self._said
