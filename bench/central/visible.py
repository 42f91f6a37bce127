"""How long after a sale whoever checks the plate can see it, with the very `Sync` of a station and its pauses."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bench.central import journals
from bench.central.delays import percentile
from bench.central.scale import BenchScale
from bench.central.server import BenchServer, enrol_stations
from bench.central.wire import Connection, request
from bench.table import Figure
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Entries, Sync
from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash
from firmware.protocol.facts import RightSold
from firmware.protocol.genesis import Position, first_hash
from hal.time_zone import PARIS


@dataclass
class MemoryJournal:
    """Entries in memory: the disk of a station has a benchmark of its own."""

    station: str
    entries: list[Entry] = field(default_factory=list)

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """As `Sync` reads them."""
        return self.entries[seq : seq + limit]

    def last(self) -> int:
        """The number of the last."""
        return len(self.entries)

    generation = 1
    genesis_document = b""

    @property
    def start(self) -> bytes:
        """What the first entry continues from."""
        return first_hash(self.station, b"")

    @property
    def journals(self) -> Sequence[Entries]:
        """Only this one."""
        return (self,)

    def look(self) -> None:
        """Nothing else is ever begun."""

    def held(self, generation: int) -> int:
        """The last entry."""
        return self.last()

    def has(self, position: Position) -> bool:
        """Whether it has come so far."""
        return position.seq <= len(self.entries)

    def sell(self, plate: str) -> None:
        """Write a sale down."""
        now, seq = datetime.now(PARIS), len(self.entries) + 1
        fact = RightSold(journals.sale(self.station, seq, plate, now), True)
        body = body_of(EntryContent(seq, self.station, now, time.monotonic(), "bench", fact))
        head = self.entries[-1].hash if self.entries else self.start
        self.entries.append(Entry(seq, body, chain_hash(head, body)))


@dataclass
class Seller:
    """A station with buyers to come."""

    journal: MemoryJournal
    sync: Sync
    sales: list[float]
    """When they buy, by the monotonic clock."""
    bought: list[float] = field(default_factory=list)
    """When they bought."""

    def plate(self, seq: int) -> str:
        """Whose sale this is."""
        return f"{self.journal.station[3:5]}{self.journal.station[6:]}X{seq}"

    @property
    def wake_at(self) -> float:
        """When something happens here."""
        return min([self.sync.wake_at, *self.sales[:1]])


@dataclass(frozen=True)
class Ways:
    """To the city: as a station, as an agent."""

    station: Connection
    agent: Connection


def figures(server: BenchServer, scale: BenchScale) -> Iterator[Figure]:
    """From the moment a sale is written down to the answer of a check that says it is allowed."""
    names = journals.names(scale.sellers)
    enrol_stations(server.store, names)
    tokens = server.tokens(len(names))
    with contextlib.closing(Connection(server.port)) as station, contextlib.closing(Connection(server.port)) as agent:
        seen = _all_seen(_sellers(names, scale), tokens, Ways(station, agent))
    how = (
        f"{len(seen)} sales of {len(names)} stations whose sync looks at the journal every second; until a check over HTTP, "
        "asked once the city has acknowledged, has answered that the vehicle may stay"
    )
    yield Figure("from a sale to a check that sees it, p50", percentile(seen, 50) / 1e3, "s", how)
    yield Figure("from a sale to a check that sees it, p95", percentile(seen, 95) / 1e3, "s", "the same sales", at_most=5)


def _all_seen(sellers: Sequence[Seller], tokens: Sequence[str], ways: Ways) -> list[float]:
    """Until the last sale is seen; the seconds of each."""
    seen: list[float] = []
    while any(seller.sales or seller.sync.acknowledged < seller.journal.last() for seller in sellers):
        time.sleep(max(0.0, min(seller.wake_at for seller in sellers) - time.monotonic()))
        for seller, token in zip(sellers, tokens, strict=True):
            seen += _step(seller, ways, token)
    return seen


def _sellers(names: Sequence[str], scale: BenchScale) -> list[Seller]:
    """From now on, at moments by chance."""
    chosen, now = random.Random(4), time.monotonic()
    length = scale.pause * scale.sales
    return [_seller(name, sorted(now + chosen.uniform(0, length) for _ in range(scale.sales))) for name in names]


def _seller(name: str, sales: list[float]) -> Seller:
    journal = MemoryJournal(name)
    signer = Signer(name, journals.key_of(name), lambda: datetime.now(PARIS), lambda: journals.REPORT)
    return Seller(journal, Sync(journal, signer), sales)


def _step(seller: Seller, ways: Ways, token: str) -> Iterator[float]:
    """Let happen what is due; the seconds of each sale that was seen."""
    while seller.sales and seller.sales[0] <= time.monotonic():
        seller.bought.append(time.monotonic())
        seller.journal.sell(seller.plate(len(seller.bought)))
        seller.sales.pop(0)
    before = seller.sync.acknowledged
    if seller.sync.wake_at <= time.monotonic():
        _carry(seller, ways.station)
    for seq in range(before + 1, seller.sync.acknowledged + 1):
        _see(seller, seq, ways.agent, token)
        yield time.monotonic() - seller.bought[seq - 1]


def _carry(seller: Seller, connection: Connection) -> None:
    body = seller.sync.wake(time.monotonic())
    if body:
        path = f"/v1/stations/{seller.journal.station}/entries"
        seller.sync.receive(connection.post(request(path, body)).body, time.monotonic())
    if seller.sync.problem:
        raise RuntimeError(seller.sync.problem)


def _see(seller: Seller, seq: int, connection: Connection, token: str) -> None:
    sector = journals.sector_of(seller.journal.station)
    asked = {"plate": seller.plate(seq), "zone": journals.zone_of(sector), "sector": sector}
    answer = connection.post(request("/v1/checks", json.dumps(asked).encode(), token))
    if json.loads(answer.body).get("because") != "right":
        raise RuntimeError(f"sold, acknowledged and not seen: {answer.body!r}")
