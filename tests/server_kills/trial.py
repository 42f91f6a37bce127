"""The trial: stations hand their journals in, the primary is killed at a moment drawn from a seed, again and again.

The theory. What a station was told is taken (the answer's `holds`) it may forget one day, so it must outlast any death of the
server. After each kill the server starts again by its log (`restart`), or its synchronous replica takes over (`promote`); then
every entry that was acknowledged is looked for by its hash, and the stations go on from what they were told, as real ones do:
at the end the register holds each journal whole, each entry once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from central.cli.cluster import Cluster
from central.core.city import City
from central.db.store import connect, open_store
from central.db.tables import entries, rights
from firmware.protocol.facts import RightSold
from tests.central.signing_station import NOW, EntryText, SigningStation, chained, city_of, entry_text, genesis, right
from tests.server_kills.servers import KilledServer, opened, wait_for_nobody, wait_for_replica

WAYS = ("restart", "promote")
STATIONS = ("75011-0042", "75011-0043", "75011-0044")
LONGEST_S = 0.6
"""After the stations have begun: the kill comes within it."""
BATCH = 4


class ServerKillError(Exception):
    """A guarantee that did not hold."""


@dataclass(frozen=True)
class ServerKillTotals:
    """What came of a trial."""

    kills: int
    acknowledged: int
    """Entries, before the kills."""
    lost: int
    in_flight: int
    """Kills during which a request waited for its answer."""
    kept: int
    """Of those, how often its entries were there although nobody was told."""

    def __str__(self) -> str:
        unanswered = f"{self.in_flight} requests in flight, of which {self.kept} were on disk unacknowledged"
        return f"{self.kills} kills, {self.acknowledged} entries acknowledged, {self.lost} lost; {unanswered}"


@dataclass
class DurableStation:
    """A station with its journal, which sends again what it was not told is taken."""

    name: str
    journal: list[EntryText] = field(default_factory=list)
    taken: int = 0
    """Entries that the city said it has."""
    request_number: int = 0
    waits: bool = False

    def sell(self) -> None:
        """Write the next sale down."""
        seq = len(self.journal) + 1
        sold = RightSold(right(seq, reference=f"{self.name}-{seq:06d}"))
        previous = self.journal[-1][1] if self.journal else genesis(self.name)
        self.journal.append(chained(previous, entry_text(seq, sold, self.name, NOW - timedelta(hours=1))))

    def hand_in(self, city: City, batch: int) -> None:
        """Hand in what comes next. Raises SQLAlchemyError if the register is gone; what was sent is sent again then."""
        while len(self.journal) < self.taken + batch:
            self.sell()
        speaking = SigningStation(city, self.name, self.request_number)
        self.waits = True
        upto = self.taken + batch
        try:
            status, answer = speaking.hand_in(self.journal[self.taken : upto], held=len(self.journal))
        finally:
            self.request_number = speaking.request_number
        self.waits = False
        if status == 200:
            self.taken = upto
        elif status != 503:
            raise ServerKillError(f"{self.name} is answered {status} {answer}")


@dataclass
class KillTrial:
    """A primary, a replica where there is one, and stations that outlive both."""

    way: str
    random: Random
    folder: Path
    stations: list[DurableStation] = field(default_factory=lambda: [DurableStation(name) for name in STATIONS])
    turn: int = 0

    def server(self) -> KilledServer:
        """The folder of the next server."""
        self.turn += 1
        return KilledServer(self.folder / f"s{self.turn % 2}")

    def speak_until_killed(self, cluster: Cluster, primary: KilledServer) -> None:
        """Let every station speak at once, and kill the primary under them."""
        store = connect(cluster.url())
        city, broken = City(store, city_of(store).key, city_of(store).tariffs), []

        def speak(station: DurableStation, random: Random) -> None:
            try:
                while True:
                    station.hand_in(city, random.randint(1, BATCH))
            except SQLAlchemyError:
                pass
            except Exception as error:
                broken.append(error)

        speaking = [threading.Thread(target=speak, args=(each, Random(self.random.random()))) for each in self.stations]
        before = self.taken
        for each in speaking:
            each.start()
        while self.taken == before and any(each.is_alive() for each in speaking):
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, LONGEST_S))
        primary.kill()
        for each in speaking:
            each.join()
        store.dispose()
        if broken:
            raise ServerKillError(f"a station stopped: {broken[0]}") from broken[0]

    @property
    def taken(self) -> int:
        """Entries that stations were told are taken."""
        return sum(each.taken for each in self.stations)

    def look(self, cluster: Cluster) -> tuple[int, int, int]:
        """How many acknowledged entries are missing, requests were in flight, and of those are on disk."""
        lost = in_flight = kept = 0
        with opened(cluster) as store, store.connect() as connection:
            for each in self.stations:
                mine = select(entries.c.hash).where(entries.c.station == each.name).order_by(entries.c.seq)
                there = [digest.hex() for digest in connection.scalars(mine)]
                told = [digest for _, digest in each.journal[: each.taken]]
                lost += len(set(told) - set(there))
                in_flight += each.waits
                kept += each.waits and len(there) > each.taken
                each.waits = False
                if there != [digest for _, digest in each.journal[: len(there)]]:
                    raise ServerKillError(f"the register holds another journal of {each.name}")
        return lost, in_flight, kept

    def end(self, cluster: Cluster) -> None:
        """Hand the rest in, and hold the register against the journals: each entry once, each sale a right."""
        with opened(cluster) as store:
            city = city_of(store)
            for each in self.stations:
                while each.taken < len(each.journal):
                    each.hand_in(city, min(BATCH, len(each.journal) - each.taken))
            with store.connect() as connection:
                for each in self.stations:
                    mine = select(entries.c.hash).where(entries.c.station == each.name).order_by(entries.c.seq)
                    there = [digest.hex() for digest in connection.scalars(mine)]
                    sold = select(rights.c.reference).where(rights.c.station == each.name)
                    references = sorted(connection.scalars(sold))
                    if there != [digest for _, digest in each.journal] or len(references) != len(set(references)) != len(there):
                        raise ServerKillError(
                            f"{each.name}: {len(there)} entries, {len(references)} rights of {len(each.journal)}"
                        )


def run_trial(way: str, kills: int, seed: int, folder: Path, tell: Callable[[str], None]) -> ServerKillTotals:
    """Kill so many primaries. Raises ServerKillError for what did not hold."""
    trial = KillTrial(way, Random(f"{way} {seed}"), folder)
    primary = trial.server()
    cluster = primary.start()
    store = open_store(cluster.url())
    city_of(store, *STATIONS)
    store.dispose()
    sums = [0, 0, 0]
    for number in range(1, kills + 1):
        primary, cluster = _killed_once(trial, primary, cluster)
        found = trial.look(cluster)
        sums = [one + other for one, other in zip(sums, found, strict=True)]
        if found[0]:
            raise ServerKillError(f"kill {number}: {found[0]} acknowledged entries are lost")
        if number % 10 == 0:
            tell(f"{number} kills, {trial.taken} entries acknowledged")
    acknowledged = trial.taken
    trial.end(cluster)
    primary.kill()
    return ServerKillTotals(kills, acknowledged, *sums)


def _killed_once(trial: KillTrial, primary: KilledServer, cluster: Cluster) -> tuple[KilledServer, Cluster]:
    """Kill the primary under load; the server that goes on."""
    if trial.way == "restart":
        trial.speak_until_killed(cluster, primary)
        return primary, primary.start()
    replica = trial.server()
    second = replica.copy_of(primary)
    with opened(cluster) as store:
        wait_for_replica(store)
    trial.speak_until_killed(cluster, primary)
    replica.promote()
    wait_for_nobody(second)
    return replica, second
