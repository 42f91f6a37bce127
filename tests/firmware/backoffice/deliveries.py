"""A numbered journal in memory, its delivery to the city, and what the city reads of a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.protocol.entry import Entry, position_of
from firmware.protocol.envelope import STATEMENT, open_envelope
from firmware.protocol.genesis import Position, first_hash
from firmware.protocol.messages import ClockQuality, StationStatement, StatusReport, batch_in, statement_in

STATION = "75011-0042"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
REPORT = StatusReport("1.2.3", ClockQuality.SYNCHRONISED, {"tariffs": 3})


@dataclass
class Numbered:
    """A journal of numbered entries, and a clock that moves when somebody looks; `looks` tells in what order."""

    count: int
    looks: list[str] = field(default_factory=list)
    sold_after: str = ""
    """An entry more is written right after this look."""
    generation: int = 1
    genesis_document: bytes = b""
    start: bytes = first_hash(STATION, b"")

    @property
    def journals(self) -> Sequence[Numbered]:
        return (self,)

    def look(self) -> None:
        """There is only this one."""

    def held(self, generation: int) -> int:
        return self.last()

    def has(self, position: Position) -> bool:
        return position.generation == self.generation and position.seq <= self.count

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        found = [entry(number) for number in range(seq + 1, self.count + 1)][:limit]
        self._looked("entries")
        return found

    def last(self) -> int:
        last = self.count
        self._looked("last")
        return last

    def wall(self) -> datetime:
        now = AT + timedelta(seconds=len(self.looks))
        self._looked("wall")
        return now

    def _looked(self, what: str) -> None:
        self.looks.append(what)
        self.count += what == self.sold_after


def entry(number: int) -> Entry:
    return Entry(number, b'{"seq":%d,"station":"%s"}' % (number, STATION.encode()), bytes([number % 256]) * 32)


def signer(wall: Callable[[], datetime] = lambda: AT) -> Signer:
    return Signer(STATION, KEY, wall, lambda: REPORT)


def sync_of(journal: Numbered, acknowledged: int = 0) -> Sync:
    return Sync(journal, signer(), Position(1, acknowledged, "0" * 64) if acknowledged else None)


def numbers(request: bytes) -> list[int]:
    return [position_of(sent.body.encode()).seq for sent in batch_in(request).entries]


def stated(request: bytes) -> StationStatement:
    """What the station signed, its signature checked."""
    return statement_in(open_envelope(STATEMENT, batch_in(request).envelope, KEY.public_key()))
