"""Journals to be rescued, made, spoilt and looked at, for the tests of rescues."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.journal.journal import Journal
from firmware.journal.journal_file import TABLES
from firmware.journal.marks import HeadMark, read_head_mark
from firmware.journal.rescue import ReadJournal, read_rescue
from firmware.protocol.entry import chain_hash, content_in
from firmware.protocol.facts import Fact, PaymentStarted, RightSold
from firmware.protocol.genesis import Position, genesis_document
from firmware.protocol.messages import Sent
from tests.builders import PARIS, STATION, right

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TEN = datetime(2026, 3, 4, 10, tzinfo=PARIS)
ENTRIES = 120
Spoil = Callable[[sqlite3.Connection], object]


def facts(count: int) -> list[Fact]:
    """Sales, each begun and ended."""
    return [kind(right(number)) for number in range(count // 2) for kind in (PaymentStarted, RightSold)]


def make(folder: Path, count: int = ENTRIES, generation: int = 1, parent: Position | None = None) -> Position:
    """A closed journal of so many entries in this folder; its end."""
    path = folder / ("journal.db" if generation == 1 else f"journal-{generation}.db")
    Journal.create(path, genesis_document(STATION, generation, KEY.public_key(), parent))
    with contextlib.closing(Journal.open(path, STATION, "boot")) as journal:
        for number, fact in enumerate(facts(count)):
            journal.append(fact, TEN + timedelta(seconds=number), float(number))
        mark(folder, journal.end())
        return journal.end()


def mark(folder: Path, end: Position) -> None:
    """As a station writes it: of the newest generation."""
    before = read_head_mark(folder)
    if before is None or before.generation <= end.generation:
        with contextlib.closing(HeadMark(folder)) as written:
            written.write(end)


def spoil(path: Path, *statements: str) -> None:
    """Change a journal as no station does."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in (*statements, *(table for table in TABLES if table.startswith("CREATE TRIGGER"))):
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def numbers(journal: ReadJournal) -> list[tuple[int, int]]:
    """First and last entry of each run; every run is proven by its base."""
    found = []
    for run in journal.runs:
        before = bytes.fromhex(run.base)
        for sent in run.entries:
            before = chain_hash(before, sent.body.encode())
            assert before.hex() == sent.hash
        seqs = [content_in(sent.body.encode()).seq for sent in run.entries]
        assert seqs == list(range(seqs[0], seqs[-1] + 1))
        found.append((seqs[0], seqs[-1]))
    return found


def only(folder: Path) -> ReadJournal:
    (journal,) = read_rescue(folder).journals
    return journal


def plates(journal: ReadJournal) -> int:
    """How many entries still have their plate."""
    sent: list[Sent] = [each for run in journal.runs for each in run.entries]
    return sum(each.personal is not None for each in sent)
