"""The journal file (SQLite): append-only, hash-chained, each entry on disk before `append` returns.

The theory. A sale is safe only if the disk has it, so three things must be true and none can be seen by looking at the
entries: the file is in WAL mode, every commit is synchronised (FULL), and the switch to WAL itself survived. The first two
are read back at every start: with NORMAL, a power cut loses acknowledged commits while `integrity_check` says ok. The third
is the trap: the rollback journal SQLite uses for the switch must be gone *durably*, or a later start rolls sales back. So
the file is made once, at provisioning, under another name, with EXTRA and a directory sync, and only then given its name.

What the file says is checked too: SQLite's own structure, our tables, and the chain of hashes (see `entry.py`) from the
first entry to the last. A file that fails is left as it is, for whoever must find out why; this module never repairs,
replaces or shortens one. What no check on this file can see is a tail lost with everything after it: the city, which holds
the last hash it took, sees that.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from firmware.domain.errors import FileError, reason_of
from firmware.journal.durable_file import UNFINISHED, synchronise
from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash, content_in, genesis, position_of
from firmware.protocol.facts import Fact

JOURNAL = "journal.db"
"""Its name in the station's folder."""
_TABLES = (
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE station (id TEXT NOT NULL) STRICT",
    "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)
_SYNCHRONOUS = "PRAGMA synchronous=FULL"
_FULL = 2


class JournalError(FileError):
    """The journal cannot be trusted, or cannot be written: sell nothing."""

    def __init__(self, path: Path, reason: str, entry: int | None = None) -> None:
        """`entry`: the number of the first bad one, where known."""
        super().__init__(str(path), f"entry {entry}" if entry else "", reason)
        self.path, self.entry = path, entry


class Head(NamedTuple):
    """The end of a chain."""

    seq: int
    """Of the last entry, which is also their number; 0 when there is none."""
    hash: bytes


class JournalReader:
    """Reads a journal, perhaps while the station writes it. Never changes the file."""

    def __init__(self, path: Path) -> None:
        """Open read-only. Raises JournalError if there is no journal there."""
        self._begin(path, "ro")

    def _begin(self, path: Path, mode: str) -> None:
        self.path = path
        self._connection = _connected(path, mode)
        with self._closed_on_error():
            self.station = self._station()

    def verify(self) -> Head:
        """Check the whole chain, then that no page of entries fell out of the file behind it.

        Raises JournalError naming the first bad entry.
        """
        head = Head(0, genesis(self.station))
        for entry in self.entries():
            head = _continued(self.path, self.station, head, entry)
        with _as_journal_error(self.path):
            finding = str(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        _require(finding == "ok", self.path, f"SQLite finds it damaged: {' '.join(finding.split())}")
        return head

    def entries(self) -> Iterator[Entry]:
        """Every entry, oldest first. Raises JournalError where the file cannot be read."""
        last = 0
        try:
            for row in self._connection.execute("SELECT seq, body, hash FROM entries ORDER BY seq"):
                yield Entry(*row)
                last = row[0]
        except sqlite3.Error as error:
            raise JournalError(self.path, f"it cannot be read: {error}", self._unreadable(last + 1)) from error

    def entries_after(self, seq: int, limit: int) -> list[Entry]:
        """At most `limit` entries after this one, oldest first."""
        query = "SELECT seq, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
        with _as_journal_error(self.path, seq + 1):
            return [Entry(*row) for row in self._connection.execute(query, (seq, limit))]

    def last(self) -> int:
        """The number of the last entry; 0 when there is none."""
        with _as_journal_error(self.path):
            return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0])

    def facts(self) -> Iterator[Fact]:
        """Every fact, oldest first. Raises JournalError naming an entry whose fact this software does not know."""
        for entry in self.entries():
            yield self.content_of(entry).fact

    def latest(self, limit: int) -> list[EntryContent]:
        """What the last `limit` entries say, oldest first. Raises JournalError as `facts` does."""
        return [self.content_of(entry) for entry in self.entries_after(max(0, self.last() - limit), limit)]

    def content_of(self, entry: Entry) -> EntryContent:
        """What an entry of this journal says. Raises JournalError for a fact this software does not know."""
        try:
            return content_in(entry.body)
        except ValueError as error:
            raise JournalError(self.path, f"not a fact this software knows: {error}", entry.seq) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _unreadable(self, seq: int) -> int:
        """The entry that could not be read, this one or the next: the sqlite3 module reads one row ahead."""
        with contextlib.suppress(sqlite3.Error):
            return seq + len(self._connection.execute("SELECT body, hash FROM entries WHERE seq = ?", (seq,)).fetchall())
        return seq

    def _station(self) -> str:
        with _as_journal_error(self.path):
            tables = {row[0] for row in self._connection.execute("SELECT sql FROM sqlite_master")}
            _require(tables == set(_TABLES), self.path, "its tables are not those of a journal")
            stations = self._connection.execute("SELECT id FROM station").fetchall()
            _require(len(stations) == 1, self.path, "it does not say which station it belongs to")
            return str(stations[0][0])

    @contextlib.contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except JournalError:
            self.close()
            raise


class Journal(JournalReader):
    """Writes the station's own journal."""

    def __init__(self, path: Path, head: Head, boot: str) -> None:
        """Use `Journal.open`."""
        self._begin(path, "rw")
        self.head = head
        self._boot = boot
        with self._closed_on_error(), _as_journal_error(path):
            self._connection.execute(_SYNCHRONOUS)
            _check_durable(self._connection, path)

    @staticmethod
    def create(path: Path, station: str) -> None:
        """Make an empty journal, once, when the station is provisioned. Raises JournalError if there is already a file.

        A power cut at any moment leaves either no journal or a whole one.
        """
        _require(not path.exists(), path, "there is already a file: a journal is never overwritten")
        unfinished = path.with_name(path.name + UNFINISHED)
        with _as_journal_error(path):
            for remnant in path.parent.glob(unfinished.name + "*"):
                remnant.unlink()
            _make(unfinished, station)
            synchronise(unfinished)
            unfinished.rename(path)
            synchronise(path.parent)

    @staticmethod
    def open(path: Path, station: str, boot: str) -> Journal:
        """Check everything, then open for writing. Raises JournalError and leaves the file as it was.

        `boot`: a name no other start of this station has had.
        """
        with contextlib.closing(JournalReader(path)) as reader:
            _require(reader.station == station, path, f"it is the journal of station {reader.station}, not of {station}")
            head = reader.verify()
        return Journal(path, head, boot)

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        """Write a fact down; it is on disk when this returns. Raises JournalError if it is not: then nothing was recorded.

        `at` is aware, wall; `instant` monotonic. Raises ValueError for a naive or infinite time, which could not be read back.
        """
        if at.tzinfo is None or not math.isfinite(instant):
            raise ValueError(f"a fact needs an aware date and a finite instant, not {at!r} and {instant!r}")
        seq = self.head.seq + 1
        body = body_of(EntryContent(seq, self.station, at, instant, self._boot, fact))
        digest = chain_hash(self.head.hash, body)
        try:
            self._connection.execute("INSERT INTO entries VALUES (?, ?, ?)", (seq, body, digest))
        except sqlite3.Error as error:
            raise JournalError(self.path, f"not written, and not to be acted upon: {error}", seq) from error
        self.head = Head(seq, digest)
        return Entry(seq, body, digest)


def verify(path: Path) -> Head:
    """Check a whole journal without touching it; its head. Raises JournalError naming the first bad entry."""
    with contextlib.closing(JournalReader(path)) as reader:
        return reader.verify()


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    _require(path.is_file(), path, "there is no journal here: it is made when the station is provisioned")
    with _as_journal_error(path):
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)


def _check_durable(connection: sqlite3.Connection, path: Path) -> None:
    """Raises JournalError unless this connection may write, and each commit will be on disk when it returns."""
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    _require(mode == "wal", path, f"journal_mode is {mode}, not wal: it was not made by provisioning")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    _require(synchronous == _FULL, path, f"synchronous is {synchronous}, not {_FULL} (FULL): a power cut would lose sales")
    connection.execute("BEGIN IMMEDIATE")  # refused on a file or a disk that may only be read
    connection.execute("ROLLBACK")


def _make(path: Path, station: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("PRAGMA journal_mode=WAL")
        for table in _TABLES:
            connection.execute(table)
        connection.execute("INSERT INTO station VALUES (?)", (station,))


def _continued(path: Path, station: str, head: Head, entry: Entry) -> Head:
    """The head with this entry behind it. Raises JournalError naming the entry if it does not belong there."""
    due = head.seq + 1
    _require(entry.seq == due, path, f"it is missing: in its place is {entry.seq}", due)
    _require(isinstance(entry.body, bytes) and isinstance(entry.hash, bytes), path, "it is not kept as bytes", due)
    _require(entry.hash == chain_hash(head.hash, entry.body), path, "its hash is not that of its text and its past", due)
    try:
        place = position_of(entry.body)
    except ValueError as error:
        raise JournalError(path, f"its text is not that of an entry: {error}", due) from error
    _require((place.seq, place.station) == (due, station), path, f"its text says {place.station}, {place.seq}", due)
    return Head(due, entry.hash)


def _require(truth: bool, path: Path, otherwise: str, entry: int | None = None) -> None:
    if not truth:
        raise JournalError(path, otherwise, entry)


@contextlib.contextmanager
def _as_journal_error(path: Path, entry: int | None = None) -> Iterator[None]:
    """Say whose file it is when SQLite or the disk complains."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise JournalError(path, reason_of(error), entry) from error
