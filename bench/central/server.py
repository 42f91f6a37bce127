"""The city's server and its PostgreSQL, as a city would start them; only the folder they live in is thrown away afterwards."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import Engine, insert, text

from bench.central import journals
from central.access.tokens import ROLES, issue_token
from central.cli.cluster import USER, Cluster, running
from central.db.store import connect
from central.db.tables import metadata, stations
from firmware.protocol.genesis import first_hash
from hal.time_zone import PARIS

WORKERS = 2
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "effective_cache_size": "4GB", "random_page_cost": "1.1"}
"""What anybody sets on a machine with an SSD. All else, fsync and synchronous_commit too, is as PostgreSQL comes."""
SERVED_BY = f"{WORKERS} server processes, PostgreSQL on the same two processors, fsync on, " + ", ".join(
    f"{name} {value}" for name, value in SETTINGS.items()
)
ENROLLED = datetime(2026, 1, 5, tzinfo=PARIS)
PROGRAM = Path(sys.executable).with_name("horodateur-central")
KEPT = ("tokens", "publications")
"""What a measurement does not begin without."""


@dataclass(frozen=True)
class BenchServer:
    """A running server and its database."""

    port: int
    store: Engine
    process: subprocess.Popen[bytes]
    cluster: Cluster

    def direct(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the driver, for COPY; each statement is a transaction unless one is begun."""
        return psycopg.connect(host=str(self.cluster.folder), user=USER, dbname="postgres", autocommit=True)

    def tokens(self, number: int) -> tuple[str, ...]:
        """Tokens of as many agents: each may ask only so often."""
        now = datetime.now(PARIS)
        return tuple(issue_token(self.store, "bench", ROLES["agent"], timedelta(days=1), "bench", now) for _ in range(number))


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="hdt-bench-") as folder:
        Path(folder).chmod(0o755)  # its owner is nobody, if we are root
        with running(Path(folder) / "pg", SETTINGS) as cluster:
            yield cluster


@contextlib.contextmanager
def running_server(cluster: Cluster) -> Iterator[BenchServer]:
    """The city's server over this cluster, initialised, until the end of the block."""
    port = _free_port()
    given = ["--database", cluster.url(), "--signing-key", str(cluster.folder.parent / "city.key")]
    subprocess.run([PROGRAM, "init", *given], check=True, stdout=subprocess.DEVNULL)
    with (cluster.folder.parent / "server.log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve", *given, "--workers", str(WORKERS), "--port", str(port)], stderr=log)
        store = connect(cluster.url())
        try:
            _wait(port, process)
            yield BenchServer(port, store, process, cluster)
        finally:
            store.dispose()
            process.terminate()
            process.wait()


def enrol_stations(store: Engine, names: Sequence[str]) -> None:
    """Empty the register and enrol these stations, complete until now."""
    now = datetime.now(PARIS)
    with store.begin() as connection:
        emptied = ", ".join(name for name in metadata.tables if name not in KEPT)
        connection.execute(text(f"TRUNCATE {emptied} RESTART IDENTITY CASCADE"))
        connection.execute(insert(stations), [_station(name, now) for name in names])
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE stations"))  # of a table that it saw empty PostgreSQL plans as of one row
        connection.execute(text("CHECKPOINT"))


def _station(name: str, now: datetime) -> dict[str, object]:
    sector = journals.sector_of(name)
    return {
        "station": name,
        "public_key": journals.key_of(name).public_key().public_bytes_raw(),
        "zone": journals.zone_of(sector),
        "sector": sector,
        "enrolled_at": ENROLLED,
        "next": 1,
        "head": first_hash(name, b""),
        "last_contact": now,
        "complete_until": now,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Raises RuntimeError if the server does not come up within a minute. Its port is open before it answers."""
    give_up = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < give_up:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")
