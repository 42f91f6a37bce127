"""Journal damage: changed, cut short or not a journal; found, named, and not written to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalError, JournalReader, verify
from tests.builders import STATION, new_journal
from tests.firmware.journal.journals import DAY, error_of, sql, write

UNLOCKED = (
    "DROP TRIGGER entries_are_never_changed",
    "DROP TRIGGER entries_are_never_deleted",
    "DROP TRIGGER personal_parts_are_only_deleted",
)


def tampered(path: Path, *statements: str) -> None:
    """Change a journal as someone would who also hides it: the triggers are put back afterwards."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        triggers = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    sql(path, *UNLOCKED, *statements, *triggers)


@pytest.mark.parametrize(
    ("statement", "entry", "reason"),
    [
        ("UPDATE entries SET body = cast(replace(body, 'visitor', 'resident') AS BLOB) WHERE seq = 3", 3, "hash"),
        ("UPDATE entries SET personal = cast(replace(personal, 'AB123CD', 'AB123CE') AS BLOB) WHERE seq = 3", 3, "personal"),
        ("UPDATE entries SET personal = x'00' WHERE seq = 1", 1, "personal"),
        ("UPDATE entries SET body = cast(body || x'20' AS BLOB) WHERE seq = 1", 1, "hash"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 4", 4, "hash"),
        ("UPDATE entries SET hash = x'' WHERE seq = 5", 5, "hash"),
        ("DELETE FROM entries WHERE seq = 1", 1, "missing"),
        ("DELETE FROM entries WHERE seq = 3", 3, "missing"),
        ("UPDATE entries SET seq = -2 WHERE seq = 2", 1, "missing"),
        ("INSERT INTO entries SELECT 6, body, hash, personal FROM entries WHERE seq = 5", 6, "hash"),
        ("INSERT INTO entries SELECT 7, body, hash, personal FROM entries WHERE seq = 5", 6, "missing"),
        ("UPDATE journal SET genesis = cast(replace(genesis, '75011-0042', '75011-0043') AS BLOB)", 1, "hash"),
        ("UPDATE journal SET genesis = x'7b7d'", None, "which station"),
        ("DELETE FROM journal", None, "which station"),
        ("DROP TABLE journal", None, "not those of a journal"),
        ("CREATE TABLE more (x)", None, "not those of a journal"),
    ],
)
def test_tampering_is_named(written: Path, statement: str, entry: int | None, reason: str) -> None:
    tampered(written, statement)
    error = error_of(written)
    assert (error.path, error.entry) == (written, entry)
    assert reason in error.reason
    assert str(written) in str(error)


def test_two_entries_exchanged_are_seen(written: Path) -> None:
    tampered(
        written,
        "UPDATE entries SET seq = 99 WHERE seq = 2",
        "UPDATE entries SET seq = 2 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 99",
    )
    assert error_of(written).entry == 2


def test_the_triggers_are_part_of_the_journal(written: Path) -> None:
    sql(written, UNLOCKED[0])
    assert "not those of a journal" in error_of(written).reason


def test_a_chain_rewritten_for_another_place_is_seen(written: Path) -> None:
    """Hashes made right again, but the text says it is another entry's."""
    with contextlib.closing(JournalReader(written)) as reader:
        last = reader.entries_after(4, 1)[0]
    body = last.body.replace(b'"seq":5', b'"seq":9')
    digest = hashlib.sha256(last.hash + body).digest()
    tampered(written, f"INSERT INTO entries VALUES (6, x'{body.hex()}', x'{digest.hex()}', NULL)")
    assert error_of(written).entry == 6


def test_a_fact_of_a_later_software_is_named_not_guessed(written: Path) -> None:
    with contextlib.closing(JournalReader(written)) as reader:
        last = reader.entries_after(4, 1)[0]
    body = last.body.replace(b'"seq":5', b'"seq":6').replace(b"alarm raised", b"teleported")
    digest = hashlib.sha256(last.hash + body).digest()
    sql(written, f"INSERT INTO entries VALUES (6, x'{body.hex()}', x'{digest.hex()}', NULL)")
    assert verify(written).seq == 6
    with (
        contextlib.closing(JournalReader(written)) as reader,
        pytest.raises(JournalError, match=r"entry 6: .*teleported") as caught,
    ):
        list(reader.facts())
    assert caught.value.entry == 6


def whole_journal() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        new_journal(path, STATION)
        write(path, DAY)
        return path.read_bytes()


WHOLE = whole_journal()


def read_all(data: bytes) -> list[bytes]:
    """The entries of a file with these bytes, verified first."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        path.write_bytes(data)
        try:
            with contextlib.closing(JournalReader(path)) as reader:
                reader.verify()
                return [entry.body for entry in reader.entries()]
        finally:
            assert path.read_bytes() == data, "reading changed the file"


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_named_or_means_nothing(position: int, mask: int) -> None:
    changed = bytearray(WHOLE)
    changed[position] ^= mask
    with contextlib.suppress(JournalError):
        assert read_all(bytes(changed)) == read_all(WHOLE)


@pytest.mark.parametrize("entry", [1, 2, 3, 4, 5])
def test_every_changed_byte_of_a_text_is_seen(entry: int) -> None:
    body = read_all(WHOLE)[entry - 1]
    start = WHOLE.index(body)
    for position in range(start, start + len(body), 7):
        changed = bytearray(WHOLE)
        changed[position] ^= 0x01
        with pytest.raises(JournalError, match=rf"entry {entry}: its hash"):
            read_all(bytes(changed))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 99, 100, 512, 4095, 4096, 5000, 8192, len(WHOLE) - 4096, len(WHOLE) - 1])
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(JournalError):
        read_all(WHOLE[:length])


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00" * 8192, b"\x89PNG\r\n\x1a\n" * 700, json.dumps({"a": 1}).encode()])
def test_what_is_no_journal_is_refused_and_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(data)
    with pytest.raises(JournalError, match=r"journal\.db"):
        Journal.open(path, STATION, "boot-1")
    assert path.read_bytes() == data


def test_a_missing_journal_is_not_made_up(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no journal here"):
        Journal.open(tmp_path / "journal.db", STATION, "boot-1")
    assert list(tmp_path.iterdir()) == []


def test_another_database_is_refused(tmp_path: Path) -> None:
    sql(tmp_path / "journal.db", "CREATE TABLE entries (seq, body, hash)")
    assert "not those of a journal" in error_of(tmp_path / "journal.db").reason


def test_another_stations_journal_is_refused(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(JournalError, match="station 75011-0042, not of 75012-0001"):
        Journal.open(written, "75012-0001", "boot-2")
    assert written.read_bytes() == before


@pytest.mark.parametrize("damage", [lambda data: data[:-4096], lambda data: data.replace(b"visitor", b"visitoR")])
def test_a_bad_journal_is_left_as_it_is(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(damage(WHOLE))
    with pytest.raises(JournalError):
        Journal.open(path, STATION, "boot-2")
    assert path.read_bytes() == damage(WHOLE)


def test_an_entry_that_fell_off_the_end_of_its_page_is_seen() -> None:
    """The page's count of cells (SQLite file format 1.6: offset 3, two bytes) says four where five stand."""
    changed = bytearray(WHOLE)
    changed[WHOLE.index(read_all(WHOLE)[-1]) // 4096 * 4096 + 4] -= 1
    with pytest.raises(JournalError, match="SQLite finds it damaged"):
        read_all(bytes(changed))


def test_a_lost_page_is_named_by_its_first_entry(path: Path) -> None:
    write(path, DAY * 20)
    with contextlib.closing(JournalReader(path)) as reader:
        entries = list(reader.entries())
    data = path.read_bytes()
    page = data.index(entries[-1].body) // 4096 * 4096
    path.write_bytes(data[:page] + b"\xff" * 4096 + data[page + 4096 :])
    first = next(entry.seq for entry in entries if page <= data.index(entry.body) < page + 4096)
    error = error_of(path)
    assert (error.entry, error.reason) == (first, "it cannot be read: database disk image is malformed")
