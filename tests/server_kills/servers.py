"""PostgreSQL servers that are killed: the primary and every process of it at once, by SIGKILL; a replica that takes over."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from central.cli.cluster import UNPRIVILEGED, Cluster, ClusterError, _run, installed, running
from central.db.store import connect

SETTINGS: Mapping[str, str] = {
    "max_connections": "20",
    "shared_buffers": "16MB",
    "wal_level": "replica",
    "hot_standby": "on",
    "max_wal_senders": "4",
}
"""What is on disk is what counts: `fsync` and `synchronous_commit` stay on, as they are by default."""
PATIENCE_S = 60.0


@dataclass(frozen=True)
class KilledServer:
    """A server in a folder of its own."""

    folder: Path

    @property
    def data(self) -> Path:
        """Its data."""
        return self.folder / "data"

    def start(self) -> Cluster:
        """Start it, or start it again after a kill: it recovers by its log."""
        if not self.data.exists():
            with running(self.folder, SETTINGS):
                pass  # its data is made
        merged = {"listen_addresses": "", "unix_socket_directories": str(self.folder), **SETTINGS}
        options = " ".join(f"-c {name}='{value}'" for name, value in merged.items())
        control: list[str | Path] = [installed() / "pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log"]
        control += ["-o", options, "start"]
        try:
            _run(control, owner())
        except ClusterError as error:
            raise ClusterError(f"{error}: {(self.folder / 'log').read_text()[-2000:]}") from error
        return Cluster(self.folder)

    def copy_of(self, source: KilledServer) -> Cluster:
        """Make it a replica of another one as that is now, and start it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        if owner():
            shutil.chown(self.folder, UNPRIVILEGED)
        where = f"host={source.folder} user=horodateur dbname=postgres"
        base: list[str | Path] = [installed() / "pg_basebackup", "-D", self.data, "-R", "-X", "stream"]
        base += ["-c", "fast", "-d", where]
        _run(base, owner())
        return self.start()

    def kill(self) -> None:
        """End every process of it between two instructions. Those are ours: started by this folder's postmaster."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # it starts nobody any more
        family = [postmaster, *children_of(postmaster)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + PATIENCE_S
        while any(is_running(pid) for pid in family):
            assert time.monotonic() < give_up, "a killed server goes on"
            time.sleep(0.002)
        for left in (self.data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)  # where nobody reaps orphans, the dead one still has its number

    def promote(self) -> None:
        """Let a replica take over."""
        _run([installed() / "pg_ctl", "-D", self.data, "-w", "promote"], owner())


def owner() -> str | None:
    """Whose the servers are, if we are root."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in tasks.read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for_replica(store: Engine) -> None:
    """Let the primary acknowledge nothing that its replica has not on disk, and wait until there is one."""
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = '*'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        give_up = time.monotonic() + PATIENCE_S
        while connection.scalar(text("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) != 1:
            assert time.monotonic() < give_up, "no replica follows"
            time.sleep(0.01)


def wait_for_nobody(cluster: Cluster) -> None:
    """Let a server that was promoted, or has lost its replica, acknowledge by itself."""
    with opened(cluster) as store, store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM RESET synchronous_standby_names"))
        connection.execute(text("SELECT pg_reload_conf()"))


@contextlib.contextmanager
def opened(cluster: Cluster) -> Iterator[Engine]:
    """A connection to a server once it answers and may be written."""
    store, give_up = connect(cluster.url()), time.monotonic() + PATIENCE_S
    while True:
        try:
            with store.connect() as connection:
                if not connection.scalar(text("SELECT pg_is_in_recovery()")):
                    break
        except SQLAlchemyError:
            pass
        assert time.monotonic() < give_up, "the server does not come back"
        time.sleep(0.02)
    try:
        yield store
    finally:
        store.dispose()
