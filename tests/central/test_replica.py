"""Two real PostgreSQL servers: checks on a streaming replica, acknowledgement after its commit, the primary killed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, select, text

from central.cli.cluster import UNPRIVILEGED, Cluster, _run, installed, running
from central.core.city import City
from central.db.store import connect, open_store
from central.db.tables import checks, entries, stations
from firmware.protocol.facts import RightSold
from tests.central.register_rows import HOUR, MINUTE, TEN, ask, city_of, enrol, report, right, sell
from tests.central.signing_station import STATION, SigningStation, chain
from tests.central.signing_station import city_of as signing_city_of
from tests.central.signing_station import right as right_of_a_sale

KILLS = 3
"""At how many points of the load the primary is killed."""
QUICK = {"max_connections": "20", "wal_level": "replica", "hot_standby": "on", "max_wal_senders": "4", "shared_buffers": "16MB"}


@dataclass(frozen=True)
class Pair:
    """Where the two servers keep their data; who owns it."""

    folder: Path

    @property
    def owner(self) -> str | None:
        return UNPRIVILEGED if Path("/proc/self").stat().st_uid == 0 else None

    def primary(self, **more: str) -> contextlib.AbstractContextManager[Cluster]:
        return running(self.folder / "a", {**QUICK, **more})

    def standby(self) -> contextlib.AbstractContextManager[Cluster]:
        """A copy of the primary as it is now, that follows it."""
        data, source = self.folder / "b" / "data", f"host={self.folder / 'a'} user=horodateur dbname=postgres"
        (self.folder / "b").mkdir(mode=0o700)
        if self.owner:
            shutil.chown(self.folder / "b", self.owner)
        _run([installed() / "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast", "-d", source], self.owner)
        return running(self.folder / "b", QUICK)

    def stop_at_once(self) -> None:
        """The primary is gone between two instructions, as by a power cut of its machine."""
        _run([installed() / "pg_ctl", "-D", self.folder / "a" / "data", "-m", "immediate", "stop"], self.owner)

    def promote(self) -> None:
        _run([installed() / "pg_ctl", "-D", self.folder / "b" / "data", "-w", "promote"], self.owner)


@pytest.fixture
def pair() -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="hdt-") as folder:
        Path(folder).chmod(0o755)
        yield Pair(Path(folder))


def wait_until_replayed(primary: Engine, standby: Engine) -> None:
    with primary.connect() as connection:
        position = connection.scalar(text("SELECT pg_current_wal_lsn()::text"))
    give_up = monotonic() + 30
    while monotonic() < give_up:
        with standby.connect() as connection:
            query = text("SELECT pg_last_wal_replay_lsn() >= CAST(:there AS pg_lsn)")
            if connection.scalar(query, {"there": position}):
                return
        sleep(0.05)
    raise AssertionError("the replica does not follow")


def test_a_check_on_a_replica_is_as_complete_as_the_replica_is(pair: Pair) -> None:
    with pair.primary() as first:
        store = open_store(first.url())
        with pair.standby() as second:
            standby = connect(second.url())
            city: City = replace(city_of(store), replica=standby)
            enrol(store, STATION, TEN + HOUR)
            wait_until_replayed(store, standby)
            refused = ask(city, at=TEN + 30 * MINUTE, now=TEN + HOUR)
            assert (refused.allowed, refused.conclusive) == (False, True)
            with store.begin() as connection:
                assert list(connection.scalars(select(checks.c.id))) == [refused.id]
            with standby.connect() as connection:
                connection.execute(text("SELECT pg_wal_replay_pause()"))
            sell(store, right(start=TEN + 70 * MINUTE))
            report(store, STATION, TEN + 2 * HOUR)
            paused = ask(city, at=TEN + 80 * MINUTE, now=TEN + 2 * HOUR)
            assert (paused.allowed, paused.conclusive, paused.silent) == (False, False, (STATION,))
            assert paused.complete_until == TEN + HOUR
            with standby.connect() as connection:
                connection.execute(text("SELECT pg_wal_replay_resume()"))
            wait_until_replayed(store, standby)
            assert ask(city, at=TEN + 80 * MINUTE, now=TEN + 2 * HOUR).allowed
            standby.dispose()
        store.dispose()


def test_a_station_is_answered_once_the_replica_has_its_entries(pair: Pair) -> None:
    with pair.primary() as first:
        store = open_store(first.url())
        station = SigningStation(signing_city_of(store, STATION))
        with pair.standby():
            pass  # it is copied, and away
        with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = '*'"))
            connection.execute(text("SELECT pg_reload_conf()"))
        sleep(0.5)
        answered = threading.Event()

        def hand_in() -> None:
            station.hand_in(chain([RightSold(right_of_a_sale())]))
            answered.set()

        speaking = threading.Thread(target=hand_in)
        speaking.start()
        assert not answered.wait(2)
        with running(pair.folder / "b", QUICK):
            assert answered.wait(30)
        speaking.join()
        store.dispose()


@pytest.mark.parametrize("number", range(KILLS))
def test_nothing_that_was_acknowledged_is_lost_with_the_primary(pair: Pair, number: int) -> None:
    """A station hands in one entry after the other; the primary is killed; the replica takes over."""
    acknowledged: list[str] = []
    with contextlib.ExitStack() as primary_runs:
        first = primary_runs.enter_context(stopped_or_running(pair))
        store = open_store(first.url())
        signing_city_of(store, STATION)
        with pair.standby() as second:
            with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = '*'"))
                connection.execute(text("SELECT pg_reload_conf()"))
            speaking = threading.Thread(target=write_until_it_fails, args=(store, acknowledged))
            speaking.start()
            while len(acknowledged) < 5 + 7 * number:
                sleep(0.001)
            sleep(0.0007 * number)
            pair.stop_at_once()
            speaking.join()
            pair.promote()
            standby = connect(second.url())
            with standby.connect() as connection:
                there = {row.hash.hex() for row in connection.execute(select(entries.c.hash))}
            assert set(acknowledged) <= there
            assert len(acknowledged) >= 5
            standby.dispose()
        store.dispose()


@contextlib.contextmanager
def stopped_or_running(pair: Pair) -> Iterator[Cluster]:
    """The primary; that it was killed meanwhile is no error."""
    started = pair.primary()
    yield started.__enter__()
    with contextlib.suppress(Exception):
        started.__exit__(None, None, None)


def write_until_it_fails(store: Engine, acknowledged: list[str]) -> None:
    """Entries, each in a transaction of its own, noted once its commit has returned."""
    number = 0
    with contextlib.suppress(Exception):
        while True:
            number += 1
            digest = number.to_bytes(32, "big")
            row = {"station": STATION, "seq": number, "hash": digest, "body": b"{}", "received_at": TEN}
            with store.begin() as connection:
                connection.execute(entries.insert().values(row))
                connection.execute(stations.update().where(stations.c.station == STATION).values(next=number + 1))
            acknowledged.append(digest.hex())
