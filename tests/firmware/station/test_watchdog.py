"""The supervisor's watchdog: fed while a sale can be written, and by nothing else."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import firmware.station.watchdog
from firmware.domain.errors import error_text
from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalError
from firmware.station.watchdog import BEATS, UNWATCHED, Watchdog, check_journal, watchdog_of
from tests.builders import new_journal
from tests.firmware.station.supervisor import received


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "journal.db"
    path.parent.mkdir()
    new_journal(path, "75011-0042")
    return path


# --- the watchdog ----------------------------------------------------------------------------------------------------


class WatchedStation:
    """A station that can be well or not."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.failure: OSError | sqlite3.Error | None = None
        self.watchdog = Watchdog(self.told.append, 3.0, self.check)

    def check(self) -> None:
        if self.failure:
            raise self.failure


def fed(told: list[str]) -> list[bool]:
    return ["WATCHDOG=1" in lines.splitlines() for lines in told]


def test_it_beats_when_it_is_due_and_not_at_every_turn() -> None:
    station = WatchedStation()
    dues = [station.watchdog(now) for now in (100.0, 100.1, 102.9, 103.0, 103.1, 107.0)]
    assert dues == [103.0, 103.0, 103.0, 106.0, 106.0, 110.0]
    assert fed(station.told) == [True, True, True]


def test_the_first_beat_of_a_station_that_is_well_says_ready() -> None:
    station = WatchedStation()
    station.watchdog(0.0)
    assert "READY=1" in station.told[0].splitlines()


@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device", "/var"), sqlite3.OperationalError("disk I/O error")]
)
def test_a_station_that_could_write_no_sale_feeds_no_watchdog_and_says_why(failure: OSError | sqlite3.Error) -> None:
    station = WatchedStation()
    station.watchdog(0.0)
    station.failure = failure
    station.watchdog(3.0)
    station.failure = None
    station.watchdog(6.0)
    assert fed(station.told) == [True, False, True]
    assert station.told[1] == f"STATUS={error_text(failure)}"
    assert "READY" not in station.told[1]


def fine() -> None:
    """Nothing waits to be written."""


def test_a_supervised_process_beats_thrice_within_the_patience_of_its_watchdog(
    supervisor: tuple[socket.socket, str], journal: Path
) -> None:
    line, address = supervisor
    watchdog = watchdog_of(
        journal.parent, fine, {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "9000000", "WATCHDOG_PID": str(os.getpid())}
    )
    assert watchdog(0.0) == 9.0 / BEATS == 3.0
    assert fed(received(line)) == [True]
    assert watchdog_of(journal.parent, fine, {})(0.0) == UNWATCHED


@pytest.mark.parametrize("first", ["kept", "gone"])
def test_the_journal_that_is_looked_at_is_the_newest(supervisor: tuple[socket.socket, str], journal: Path, first: str) -> None:
    """Of a card that replaced one that could not be read there is no other."""
    line, address = supervisor
    watchdog = watchdog_of(journal.parent, fine, {"NOTIFY_SOCKET": address})
    newest = journal.with_name("journal-2.db")
    new_journal(newest, "75011-0042", 2)
    if first == "gone":
        journal.unlink()
    watchdog(0.0)
    newest.write_bytes(b"This is no database at all. " * 100)
    watchdog(UNWATCHED)
    assert fed(received(line)) == [True, False]


def test_a_station_with_something_to_write_down_feeds_no_watchdog_though_the_disk_works(
    supervisor: tuple[socket.socket, str], journal: Path
) -> None:
    def check() -> None:
        raise JournalError(journal, "could not be written: disk I/O error")

    line, address = supervisor
    watchdog_of(journal.parent, check, {"NOTIFY_SOCKET": address})(0.0)
    assert fed(received(line)) == [False]


# --- the self-check -----------------------------------------------------------------------------------------------


def test_a_journal_that_is_well_is_looked_at_and_not_touched(journal: Path) -> None:
    before = journal.read_bytes()
    with contextlib.closing(Journal.open(journal, "75011-0042", "a boot")):
        for _ in range(10):
            check_journal(journal)
    assert journal.read_bytes() == before


def removed(journal: Path) -> None:
    journal.unlink()


def replaced(journal: Path) -> None:
    journal.write_bytes(b"This is no database at all. " * 100)


@pytest.mark.parametrize("harm", [removed, replaced])
def test_a_journal_that_is_gone_or_no_database_fails(journal: Path, harm: Callable[[Path], None]) -> None:
    harm(journal)
    with pytest.raises(sqlite3.DatabaseError):
        check_journal(journal)
    assert [path.name for path in journal.parent.glob("*.db*")] in ([], ["journal.db"]), "it makes no new one"


def test_a_journal_somebody_holds_fails_within_the_patience(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware.station.watchdog, "PATIENCE", 0.05)
    with contextlib.closing(sqlite3.connect(journal, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            check_journal(journal)
        other.execute("ROLLBACK")
    check_journal(journal)


class Disk:
    """What `statvfs` says of a disk."""

    def __init__(self, flag: int, free: int) -> None:
        self.f_flag, self.f_frsize, self.f_bavail = flag, 4096, free // 4096


@pytest.mark.parametrize(
    ("disk", "reason"), [(Disk(os.ST_RDONLY, 1 << 30), "Read-only file system"), (Disk(0, 8 << 19), "No space left on device")]
)
def test_a_disk_that_takes_no_writes_or_has_no_room_fails(
    journal: Path, disk: Disk, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that fails is remounted read-only by the kernel, under the feet of whoever has the file open."""
    monkeypatch.setattr(os, "statvfs", lambda path: disk)
    with pytest.raises(OSError, match=reason):
        check_journal(journal)


def test_a_technician_at_a_broken_journal_is_not_thrown_out(supervisor: tuple[socket.socket, str], tmp_path: Path) -> None:
    """There is no journal at all here; the watchdog is fed while somebody reads the menu over it, and not after."""
    line, address = supervisor
    there = [True]
    watchdog = watchdog_of(tmp_path / "none", fine, {"NOTIFY_SOCKET": address}, attended=lambda: there[0])
    watchdog(0.0)
    there[0] = False
    watchdog(UNWATCHED)
    assert fed(received(line)) == [True, False]
