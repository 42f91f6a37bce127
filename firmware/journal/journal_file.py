"""A journal file (SQLite) as it is read: its tables, its entries, and the chain they stand in.

Two formats exist. A journal of today has its genesis document (see `genesis.py`) and, beside each body, the personal part that
no hash covers. One of before generations has neither; it is read and handed in as it is, and nothing is written to it again.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from firmware.domain.errors import FileError, reason_of
from firmware.protocol.entry import Entry, EntryContent, EntryPosition, chain_hash, content_in, position_of
from firmware.protocol.facts import Fact
from firmware.protocol.genesis import Genesis, Position, first_hash, genesis_in

JOURNAL = "journal.db"
"""The name of a station's first journal in its folder; `journal-2.db` is the second."""
_NAME = re.compile(r"journal(?:-([2-9]|[1-9][0-9]{1,3}))?\.db", re.ASCII)
BEFORE_GENERATIONS = (
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE station (id TEXT NOT NULL) STRICT",
    "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)
TABLES = (
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL, personal BLOB) STRICT",
    "CREATE INDEX entries_with_personal_part ON entries (seq) WHERE personal IS NOT NULL",
    "CREATE TABLE journal (genesis BLOB NOT NULL) STRICT",
    "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OF seq, body, hash ON entries"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER personal_parts_are_only_deleted BEFORE UPDATE OF personal ON entries WHEN NEW.personal IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'only deleted'); END",
    "CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)


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


def journal_path(folder: Path, generation: int) -> Path:
    """Where a station's journal of this generation stands."""
    return folder / (JOURNAL if generation == 1 else f"journal-{generation}.db")


def generations_in(folder: Path) -> list[int]:
    """The generations of the journals in a station's folder, the oldest first."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        names = filter(None, (_NAME.fullmatch(entry.name) for entry in os.scandir(folder)))
        return sorted(int(name[1] or 1) for name in names)
    return []


def newest_journal(folder: Path) -> Path:
    """Where a station's newest journal stands; where its first one would, if there is none."""
    return journal_path(folder, max(generations_in(folder), default=1))


class JournalReader:
    """Reads a journal, perhaps while the station writes it. Never changes the file."""

    def __init__(self, path: Path) -> None:
        """Open read-only. Raises JournalError if there is no journal there."""
        self._begin(path, "ro")

    def _begin(self, path: Path, mode: str) -> None:
        self.path = path
        self._columns = "seq, body, hash, personal"
        self._connection = connected(path, mode)
        with self._closed_on_error():
            self.genesis_document = self._genesis_document()
            genesis = self._genesis()
            self.station, self.generation, self.parent = genesis.station, genesis.generation, genesis.parent
            self.start = first_hash(self.station, self.genesis_document)
            """What the first entry continues from."""

    def verify(self) -> Head:
        """Check the whole chain, then that no page of entries fell out of the file behind it.

        Raises JournalError naming the first bad entry.
        """
        head = self._continued(Head(0, self.start), self.entries())
        with as_journal_error(self.path):
            finding = str(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        require(finding == "ok", self.path, f"SQLite finds it damaged: {' '.join(finding.split())}")
        return head

    def verify_after(self, head: Head, limit: int = 1 << 40) -> Head:
        """Check at most `limit` entries after a head that is known to be good; the next such head.

        Raises JournalError naming the first bad entry.
        """
        return self._continued(head, self.entries_after(head.seq, limit))

    def _continued(self, head: Head, entries: Iterable[Entry]) -> Head:
        origin = EntryPosition(1, self.station, self.generation)
        for entry in entries:
            head = _continued(self.path, origin, head, entry)
        return head

    def entries(self) -> Iterator[Entry]:
        """Every entry, oldest first. Raises JournalError where the file cannot be read."""
        last = 0
        try:
            for row in self._connection.execute(f"SELECT {self._columns} FROM entries ORDER BY seq"):
                yield Entry(*row)
                last = row[0]
        except sqlite3.Error as error:
            raise JournalError(self.path, f"it cannot be read: {error}", self._unreadable(last + 1)) from error

    def entries_after(self, seq: int, limit: int) -> list[Entry]:
        """At most `limit` entries after this one, oldest first."""
        query = f"SELECT {self._columns} FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
        with as_journal_error(self.path, seq + 1):
            return [Entry(*row) for row in self._connection.execute(query, (seq, limit))]

    def last(self) -> int:
        """The number of the last entry; 0 when there is none."""
        with as_journal_error(self.path):
            return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0])

    def has(self, position: Position) -> bool:
        """Whether this journal has come so far, and by the same entries."""
        if position.generation != self.generation:
            return False
        return position.hash == self.hash_of(position.seq).hex()

    def hash_of(self, seq: int) -> bytes:
        """The hash of this entry; of 0, what the first one continues from; empty if there is no such entry."""
        if seq == 0:
            return self.start
        found = self.entries_after(seq - 1, 1)
        return found[0].hash if found and found[0].seq == seq else b""

    def end(self) -> Position:
        """Where this journal ends now."""
        last = self.last()
        return Position(self.generation, last, self.hash_of(last).hex())

    def with_personal_part(self, until: int) -> list[Entry]:
        """The entries up to this number whose personal part is still there, oldest first."""
        if not self.genesis_document:
            return []
        query = f"SELECT {self._columns} FROM entries WHERE personal IS NOT NULL AND seq <= ? ORDER BY seq"
        with as_journal_error(self.path):
            return [Entry(*row) for row in self._connection.execute(query, (until,))]

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
            return content_in(entry.body, entry.personal)
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

    def _genesis_document(self) -> bytes:
        """The document this journal begins with; empty for one of before generations."""
        with as_journal_error(self.path):
            tables = {row[0] for row in self._connection.execute("SELECT sql FROM sqlite_master")}
            require(tables in (set(TABLES), set(BEFORE_GENERATIONS)), self.path, "its tables are not those of a journal")
            if tables == set(BEFORE_GENERATIONS):
                self._columns = "seq, body, hash, NULL"
                return b""
            documents = self._connection.execute("SELECT genesis FROM journal").fetchall()
        is_one = len(documents) == 1 and isinstance(documents[0][0], bytes)
        require(is_one, self.path, "it does not say which station it belongs to")
        return bytes(documents[0][0])

    def _genesis(self) -> Genesis:
        if self.genesis_document:
            try:
                return genesis_in(self.genesis_document)
            except ValueError as error:
                raise JournalError(self.path, f"it does not say which station it belongs to: {error}") from error
        with as_journal_error(self.path):
            stations = self._connection.execute("SELECT id FROM station").fetchall()
            require(len(stations) == 1, self.path, "it does not say which station it belongs to")
            return Genesis(str(stations[0][0]), 1, "")

    @contextlib.contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except JournalError:
            self.close()
            raise


def verify(path: Path) -> Head:
    """Check a whole journal without touching it; its head. Raises JournalError naming the first bad entry."""
    with contextlib.closing(JournalReader(path)) as reader:
        return reader.verify()


def connected(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a journal that is there; `mode` is `ro` or `rw`. Raises JournalError."""
    require(path.is_file(), path, "there is no journal here: it is made when the station is provisioned")
    with as_journal_error(path):
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)


def _continued(path: Path, origin: EntryPosition, head: Head, entry: Entry) -> Head:
    """The head with this entry behind it. Raises JournalError naming the entry if it does not belong there."""
    due = head.seq + 1
    require(entry.seq == due, path, f"it is missing: in its place is {entry.seq}", due)
    require(isinstance(entry.body, bytes) and isinstance(entry.hash, bytes), path, "it is not kept as bytes", due)
    require(entry.hash == chain_hash(head.hash, entry.body), path, "its hash does not match its text and predecessor", due)
    try:
        place = position_of(entry.body)
        if entry.personal is not None:
            content_in(entry.body, entry.personal)
    except ValueError as error:
        raise JournalError(path, f"its text is not that of an entry: {error}", due) from error
    due_place = EntryPosition(due, origin.station, origin.generation)
    said = f"its text says {place.station}, generation {place.generation}, {place.seq}"
    require(place == due_place, path, said, due)
    return Head(due, entry.hash)


def require(truth: bool, path: Path, otherwise: str, entry: int | None = None) -> None:
    """Raise JournalError of this file, and of this entry where one is named, unless it is true."""
    if not truth:
        raise JournalError(path, otherwise, entry)


@contextlib.contextmanager
def as_journal_error(path: Path, entry: int | None = None) -> Iterator[None]:
    """Say whose file it is when SQLite or the disk complains."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise JournalError(path, reason_of(error), entry) from error
