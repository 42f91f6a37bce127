"""The journal file (SQLite): append-only, hash-chained, each entry on disk before `append` returns.

The theory. A sale is safe only if the disk has it, so three things must be true and none can be seen by looking at the
entries: the file is in WAL mode, every commit is synchronised (FULL), and the switch to WAL itself survived. The first two
are read back at every start: with NORMAL, a power cut loses acknowledged commits while `integrity_check` says ok. The third
is the trap: the rollback journal SQLite uses for the switch must be gone *durably*, or a later start rolls sales back. So
the file is made once, at provisioning, under another name, with EXTRA and a directory sync, and only then given its name. And
what SQLite does without telling whether it failed (the switch, the log taken into the file when it is closed) is asked for.

What the file says is checked too: SQLite's own structure, our tables, and the chain of hashes (see `entry.py`) from the
first entry to the last. A file that fails is left as it is, for whoever must find out why; this module never repairs,
replaces or shortens one. What no check on this file can see is a tail lost with everything after it: the marks beside it (see
`marks.py`) and the city, which holds the last hash it took, see that.

One thing is ever taken away: the personal part of an entry, which no hash covers. What was there is overwritten
(`secure_delete`), in the file and in its log.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from firmware.journal.durable_file import UNFINISHED, synchronise
from firmware.journal.journal_file import TABLES, Head, JournalError, JournalReader, as_journal_error, connected, require
from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash
from firmware.protocol.facts import Fact
from firmware.protocol.genesis import first_hash, genesis_in
from firmware.protocol.personal import SALT_LENGTH, split

_SYNCHRONOUS = "PRAGMA synchronous=FULL"
_FULL = 2
Draw = Callable[[int], bytes]
"""So many random bytes."""
_INSERT = "INSERT INTO entries (seq, body, hash, personal) VALUES (?, ?, ?, ?)"


class Journal(JournalReader):
    """Writes the station's own journal."""

    def __init__(self, path: Path, head: Head, boot: str, draw: Draw = os.urandom) -> None:
        """Use `Journal.open`."""
        self._begin(path, "rw")
        self.head = head
        self._boot, self._draw = boot, draw
        with self._closed_on_error(), as_journal_error(path):
            self._connection.execute(_SYNCHRONOUS)
            _check_durable(self._connection, path)

    @staticmethod
    def create(path: Path, document: bytes, first: Sequence[EntryContent] = ()) -> None:
        """Make a journal with these first entries, once. Raises JournalError if there is already a file.

        `document`: its genesis. A power cut at any moment leaves either no journal or a whole one.
        """
        require(not path.exists(), path, "there is already a file: a journal is never overwritten")
        unfinished = path.with_name(path.name + UNFINISHED)
        with as_journal_error(path):
            for remnant in path.parent.glob(unfinished.name + "*"):
                remnant.unlink()
            _make(unfinished, document, first)
            synchronise(unfinished)
            unfinished.rename(path)
            synchronise(path.parent)

    @staticmethod
    def open(path: Path, station: str, boot: str, trusted: Head | None = None, draw: Draw = os.urandom) -> Journal:
        """Check everything, then open for writing. Raises JournalError and leaves the file as it was.

        `boot`: a name no other start of this station has had; `trusted`: a head that a signed checkpoint vouches for, so that
        only what follows it is checked now; the whole chain where the journal has no such entry.
        """
        with contextlib.closing(JournalReader(path)) as reader:
            require(reader.station == station, path, f"it is the journal of station {reader.station}, not of {station}")
            is_there = trusted is not None and reader.hash_of(trusted.seq) == trusted.hash
            head = reader.verify_after(trusted) if trusted and is_there else reader.verify()
        return Journal(path, head, boot, draw)

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        """Write a fact down; it is on disk when this returns. Raises JournalError if it is not: then nothing was recorded.

        `at` is aware, wall; `instant` monotonic. Raises ValueError for a naive or infinite time, which could not be read back.
        """
        if at.tzinfo is None or not math.isfinite(instant):
            raise ValueError(f"a fact needs an aware date and a finite instant, not {at!r} and {instant!r}")
        seq = self.head.seq + 1
        told, personal = split(fact, self._draw(SALT_LENGTH))
        body = body_of(EntryContent(seq, self.station, at, instant, self._boot, told, self.generation))
        entry = Entry(seq, body, chain_hash(self.head.hash, body), personal)
        try:
            self._connection.execute(_INSERT, (seq, body, entry.hash, personal))
        except sqlite3.Error as error:
            raise JournalError(self.path, f"could not be written: {error}", seq) from error
        self.head = Head(seq, entry.hash)
        return entry


def delete_personal_parts(path: Path, numbers: Sequence[int]) -> None:
    """Delete the personal parts of these entries, from the file and from its log. The chain stays as it is.

    Raises JournalError if that could not be done, or not yet from the log, which another process reads: to be tried again.
    """
    with contextlib.closing(connected(path, "rw")) as connection, as_journal_error(path):
        connection.execute(_SYNCHRONOUS)
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("UPDATE entries SET personal = NULL WHERE seq = ?", [(each,) for each in numbers])
        connection.execute("COMMIT")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        require(not busy, path, "its log is being read, and keeps what was deleted until it is emptied")
        synchronise(path.with_name(f"{path.name}-wal"))  # SQLite does not: a power cut would bring the log back


def _check_durable(connection: sqlite3.Connection, path: Path) -> None:
    """Raises JournalError unless this connection may write, and each commit will be on disk when it returns."""
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    require(mode == "wal", path, f"journal_mode is {mode}, not wal: it was not made by provisioning")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    require(synchronous == _FULL, path, f"synchronous is {synchronous}, not {_FULL} (FULL): a power cut would lose sales")
    connection.execute("BEGIN IMMEDIATE")  # refused on a file or a disk that may only be read
    connection.execute("ROLLBACK")


def _make(path: Path, document: bytes, first: Sequence[EntryContent]) -> None:
    head = first_hash(genesis_in(document).station, document)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=EXTRA")
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        require(mode == "wal", path, f"the disk failed: journal_mode stays {mode}")
        for table in TABLES:
            connection.execute(table)
        connection.execute("INSERT INTO journal VALUES (?)", (document,))
        for content in first:
            body = body_of(content)
            head = chain_hash(head, body)
            connection.execute(_INSERT, (content.seq, body, head, None))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # closing would do it too, and not tell that it failed
