"""Every intact entry of a card is rescued, out of damaged journals too, and what is not whole is never called so."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from firmware.journal.journal import Journal
from firmware.journal.journal_file import BEFORE_GENERATIONS
from firmware.journal.marks import CURSOR, HEAD_MARK, HeadMark, write_cursor
from firmware.journal.rescue import read_rescue
from firmware.protocol.entry import EntryContent, body_of, chain_hash
from firmware.protocol.facts import Started
from firmware.protocol.genesis import Position, first_hash
from tests.builders import STATION
from tests.firmware.journal.rescue_journals import ENTRIES, TEN, facts, make, mark, numbers, only, plates

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
