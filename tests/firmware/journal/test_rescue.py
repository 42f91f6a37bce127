"""Every intact entry of a card is rescued, out of damaged journals too, and what is not whole is never called so."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.journal.journal import Journal
from firmware.journal.journal_file import BEFORE_GENERATIONS, TABLES
from firmware.journal.marks import CURSOR, HEAD_MARK, HeadMark, read_head_mark, write_cursor
from firmware.journal.rescue import ReadJournal, read_rescue
from firmware.protocol.entry import EntryContent, body_of, chain_hash, content_in
from firmware.protocol.facts import Fact, PaymentStarted, RightSold, Started
from firmware.protocol.genesis import Position, first_hash, genesis_document
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


# --- whole ----------------------------------------------------------------------------------------------------------


def test_a_whole_journal_is_one_run_with_its_plates(tmp_path: Path) -> None:
    make(tmp_path)
    journal = only(tmp_path)
    assert (numbers(journal), journal.whole, journal.flaw, plates(journal)) == ([(1, ENTRIES)], True, "", ENTRIES)
    assert journal.runs[0].base == first_hash(STATION, journal.genesis.encode()).hex()


def test_every_generation_is_read_and_named(tmp_path: Path) -> None:
    make(tmp_path, 6, generation=2, parent=make(tmp_path, 4))
    found = read_rescue(tmp_path)
    assert [(each.generation, numbers(each), each.whole) for each in found.journals] == [
        (1, [(1, 4)], True),
        (2, [(1, 6)], True),
    ]
    assert (found.station, found.unreadable, len(found.public_keys)) == (STATION, (), 1)


def test_one_file_is_read_alone(tmp_path: Path) -> None:
    make(tmp_path, 6, generation=2, parent=make(tmp_path, 4))
    assert [each.generation for each in read_rescue(tmp_path / "journal.db").journals] == [1]


def test_an_empty_journal_is_whole_and_has_no_run(tmp_path: Path) -> None:
    make(tmp_path, 0)
    assert (only(tmp_path).runs, only(tmp_path).whole) == ((), True)


def test_a_journal_of_before_generations_is_read_as_it_is(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as connection:
        for table in BEFORE_GENERATIONS:
            connection.execute(table)
        connection.execute("INSERT INTO station VALUES (?)", (STATION,))
        body = body_of(EntryContent(1, STATION, TEN, 1.0, "boot", Started("0.1", "2021-08-01")))
        connection.execute("INSERT INTO entries VALUES (1, ?, ?)", (body, chain_hash(first_hash(STATION, b""), body)))
    found = read_rescue(tmp_path)
    assert (found.journals[0].genesis, numbers(found.journals[0]), found.journals[0].whole) == ("", [(1, 1)], False)
    assert found.public_keys == frozenset()


def test_nothing_beside_the_journals_is_made_or_changed(tmp_path: Path) -> None:
    make(tmp_path)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    only(tmp_path)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


# --- the log --------------------------------------------------------------------------------------------------------


@pytest.fixture
def pulled(tmp_path: Path) -> Path:
    """A folder as it lies when the power goes: the entries stand in the log, and a mark says how far they go."""
    work, folder = tmp_path / "work", tmp_path / "card"
    work.mkdir()
    folder.mkdir()
    make(work, 0)
    with contextlib.closing(Journal.open(work / "journal.db", STATION, "boot")) as journal:
        for number, fact in enumerate(facts(8)):
            journal.append(fact, TEN, float(number))
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(work / name, folder)
        mark = HeadMark(folder)
        mark.write(journal.end())
        mark.close()
    return folder


def test_what_stands_in_the_log_is_rescued(pulled: Path) -> None:
    assert (numbers(only(pulled)), only(pulled).whole) == ([(1, 8)], True)


def test_a_journal_copied_without_its_log_is_read_as_it_is_and_is_not_whole(pulled: Path) -> None:
    (pulled / "journal.db-wal").unlink()
    journal = only(pulled)
    assert (journal.runs, journal.whole) == ((), False)
    said = "it ends at entry 0, and journal.mark says entry 8: its tail is missing; copied without journal.db-wal?"
    assert journal.flaw == said


@pytest.mark.parametrize("by", [CURSOR, HEAD_MARK])
def test_a_mark_that_says_there_was_more_is_believed(tmp_path: Path, by: str) -> None:
    end = make(tmp_path, 8)
    more = Position(1, 9, "ab" * 32)
    if by == CURSOR:
        write_cursor(tmp_path, more)
    else:
        mark(tmp_path, more)
    assert not only(tmp_path).whole
    assert f"{by} says entry 9: its tail is missing" in only(tmp_path).flaw
    write_cursor(tmp_path, end)
    mark(tmp_path, end)
    assert only(tmp_path).whole


def test_without_any_mark_nobody_can_say_that_it_is_whole(tmp_path: Path) -> None:
    """As somebody copies a journal by its name, without its log: it may be any shorter than it was."""
    make(tmp_path, 8)
    (tmp_path / HEAD_MARK).unlink()
    assert only(tmp_path).flaw == "journal.mark is not beside it, or cannot be read: nobody can say how far it had come"


def test_what_later_generations_hold_is_not_given_up(tmp_path: Path) -> None:
    """One file alone, or a later one that cannot be read: the city must go on waiting."""
    make(tmp_path, 6, generation=2, parent=make(tmp_path, 4))
    said = "generation 2 of this card is not in this file"
    assert [each.flaw for each in read_rescue(tmp_path / "journal.db").journals] == [said]
    (tmp_path / "journal-2.db").write_bytes(b"\0" * 100)
    assert [each.flaw for each in read_rescue(tmp_path).journals] == [said]


def test_a_mark_of_another_entry_or_another_generation_is_believed_too(tmp_path: Path) -> None:
    make(tmp_path, 8)
    write_cursor(tmp_path, Position(1, 3, "ab" * 32))
    assert only(tmp_path).flaw == "journal.db.cursor says another entry 3: it is not the journal that was here"
    write_cursor(tmp_path, Position(2, 3, "ab" * 32))
    assert only(tmp_path).flaw == "journal.db.cursor says generation 2: its journal is missing"


def test_a_journal_is_not_whole_that_ends_before_the_next_one_begins(tmp_path: Path) -> None:
    make(tmp_path, 4, generation=2, parent=Position(1, 9, "ab" * 32))
    make(tmp_path, 8)
    first, second = read_rescue(tmp_path).journals
    assert (first.whole, second.whole) == (False, True)
    assert "journal-2.db says entry 9: its tail is missing" in first.flaw
