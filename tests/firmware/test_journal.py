"""The journal: nothing acknowledged is lost, nothing changed goes unseen, and a bad file is left alone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import firmware.journal
from firmware.facts import Fact, InDoubt, PaymentStarted, Raised, Refused, RightSold, Started, Strange, TicketPrinted
from firmware.journal import Head, Journal, JournalError, Reader, verify
from firmware.right import Right

STATION = "75011-0042"
PARIS = ZoneInfo("Europe/Paris")
TEN = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
RIGHT = Right(
    reference="75011-0042-000001",
    plate="AB123CD",
    zone=1,
    sector="11D",
    regime="visitor",
    vehicle="car",
    start=TEN,
    end=TEN + timedelta(hours=1),
    units=4,
    cents=600,
    tariff="2021-08-01",
)
DAY: tuple[Fact, ...] = (
    Started("0.1.0", "2021-08-01"),
    PaymentStarted(RIGHT),
    RightSold(RIGHT, True),
    TicketPrinted("75011-0042-000001"),
    Raised("paper out"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty journal, as provisioning leaves it."""
    path = tmp_path / "journal.db"
    Journal.create(path, STATION)
    return path


@pytest.fixture
def written(path: Path) -> Path:
    """A closed journal of five entries."""
    write(path, DAY)
    return path


def write(path: Path, facts: tuple[Fact, ...]) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for number, fact in enumerate(facts):
            journal.append(fact, TEN + timedelta(seconds=number), 100.0 + number)


def error_of(path: Path) -> JournalError:
    with pytest.raises(JournalError) as caught:
        verify(path)
    return caught.value


def sql(path: Path, *statements: str) -> None:
    """What somebody with a SQLite shell could do."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# --- what is written ----------------------------------------------------------------------------------------------


def test_the_text_of_an_entry_and_its_hash(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        first = journal.append(Refused("75011-0042-000001", "refused"), TEN, 12.5)
        second = journal.append(Raised("paper out"), TEN, 13.5)
    assert first.body == (
        b'{"seq":1,"station":"75011-0042","at":"2026-03-04T10:00:00+01:00","instant":12.5,"boot":"boot-1",'
        b'"fact":{"fact":"refused","reference":"75011-0042-000001","reason":"refused"}}'
    )
    origin = hashlib.sha256(b"horodateur journal 75011-0042").digest()
    assert first.hash == hashlib.sha256(origin + first.body).digest()
    assert second.hash == hashlib.sha256(first.hash + second.body).digest()
    assert verify(path) == (2, second.hash)


def test_an_empty_journal_is_whole(path: Path) -> None:
    assert verify(path) == Head(0, hashlib.sha256(b"horodateur journal 75011-0042").digest())


moments = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, PARIS]))  # noqa: DTZ001
rights = st.builds(Right, *[st.text(max_size=12)] * 2, st.integers(1, 2), *[st.text(max_size=8)] * 3, moments, moments)
facts = st.one_of(
    st.builds(Started, st.text(), st.text()),
    st.builds(PaymentStarted, st.just(RIGHT)),
    st.builds(RightSold, st.just(RIGHT), st.none() | st.booleans()),
    st.builds(InDoubt, st.just(RIGHT), st.text()),
    st.builds(Refused, st.text(), st.text()),
    st.builds(Strange, st.text()),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.tuples(facts, moments, st.floats(-1e9, 1e9)), max_size=5), max_size=4))
def test_what_was_appended_is_read_back_after_any_number_of_starts(days: list[list[tuple[Fact, datetime, float]]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        Journal.create(path, STATION)
        for number, day in enumerate(days):
            with contextlib.closing(Journal.open(path, STATION, f"boot-{number}")) as journal:
                for fact, at, instant in day:
                    journal.append(fact, at, instant)
        with contextlib.closing(Reader(path)) as reader:
            entries = list(reader.entries())
            recorded = [reader.recorded(entry) for entry in entries]
            assert list(reader.facts()) == [fact for day in days for fact, _, _ in day]
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert [each.at.timestamp() for each in recorded] == [at.timestamp() for day in days for _, at, _ in day]
        assert [each.boot for each in recorded] == [f"boot-{number}" for number, day in enumerate(days) for _ in day]


def test_entries_after_a_number(written: Path) -> None:
    with contextlib.closing(Reader(written)) as reader:
        assert [entry.seq for entry in reader.entries_after(2, 2)] == [3, 4]
        assert [entry.seq for entry in reader.entries_after(0, 100)] == [1, 2, 3, 4, 5]
        assert reader.entries_after(5, 100) == []


def test_a_time_that_could_not_be_read_back_is_refused(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        with pytest.raises(ValueError, match="aware"):
            journal.append(Raised("x"), TEN.replace(tzinfo=None), 1.0)
        with pytest.raises(ValueError, match="finite"):
            journal.append(Raised("x"), TEN, float("inf"))
        assert journal.head.seq == 0
    assert verify(path).seq == 0


def test_another_process_reads_while_the_station_writes(path: Path) -> None:
    with contextlib.closing(Reader(path)) as early, contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for number, fact in enumerate(DAY, 1):
            entry = journal.append(fact, TEN, 1.0)
            assert early.entries_after(number - 1, 10) == [entry]
        assert early.verify() == journal.head


# --- what is durable ----------------------------------------------------------------------------------------------


def test_a_power_cut_loses_nothing_that_was_acknowledged(path: Path, tmp_path: Path) -> None:
    """What the disk holds at the cut: the file and its WAL as they are, without shared memory and without a clean close."""
    after = tmp_path / "after"
    after.mkdir()
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for fact in DAY:
            journal.append(fact, TEN, 1.0)
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(tmp_path / name, after / name)
        head = journal.head
    with contextlib.closing(Journal.open(after / "journal.db", STATION, "boot-2")) as again:
        assert again.head == head
        assert list(again.facts()) == list(DAY)
        assert again.append(Raised("cover open"), TEN, 1.0).seq == 6


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_planted_a_connection_that_does_not_synchronise_is_refused(
    written: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setattr(firmware.journal, "_SYNCHRONOUS", f"PRAGMA synchronous={level}")
    with pytest.raises(JournalError, match=r"synchronous is [01], not 2"):
        Journal.open(written, STATION, "boot-2")


def test_a_journal_that_left_wal_mode_is_refused_and_not_converted(written: Path) -> None:
    sql(written, "PRAGMA journal_mode=DELETE")
    before = written.read_bytes()
    with pytest.raises(JournalError, match="journal_mode is delete, not wal"):
        Journal.open(written, STATION, "boot-2")
    assert written.read_bytes() == before


def test_creation_synchronises_the_file_then_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synchronised: list[tuple[bool, bool]] = []
    path = tmp_path / "journal.db"
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synchronised.append((os.path.sameopenfile(descriptor, directory), path.exists()))
        real(descriptor)

    directory = os.open(tmp_path, os.O_RDONLY)
    monkeypatch.setattr(os, "fsync", fsync)
    Journal.create(path, STATION)
    os.close(directory)
    assert synchronised == [(False, False), (True, True)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["journal.db"]


def test_the_switch_to_wal_is_made_with_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = sqlite3.connect

    def connect(path: Path, isolation_level: None) -> sqlite3.Connection:
        connection = real(path, isolation_level=isolation_level)
        connection.set_trace_callback(said.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    Journal.create(tmp_path / "journal.db", STATION)
    assert said[:2] == ["PRAGMA synchronous=EXTRA", "PRAGMA journal_mode=WAL"]


def test_creation_never_overwrites(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(JournalError, match="never overwritten"):
        Journal.create(written, STATION)
    assert written.read_bytes() == before


def test_creation_begins_again_after_a_power_cut(tmp_path: Path) -> None:
    for name in ("journal.db.new", "journal.db.new-wal", "journal.db.new-journal"):
        (tmp_path / name).write_bytes(b"half of something")
    Journal.create(tmp_path / "journal.db", STATION)
    assert verify(tmp_path / "journal.db").seq == 0


def test_a_disk_that_takes_no_more_acknowledges_nothing(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for fact in DAY:
            journal.append(fact, TEN, 1.0)
        before = journal.head
        with no_larger_file(path.with_name("journal.db-wal").stat().st_size + 1000):
            for _ in range(3):
                with pytest.raises(JournalError, match="entry 6: not written"):
                    journal.append(Raised("disk full"), TEN, 1.0)
        assert journal.head == before
        assert journal.verify() == before
        assert journal.append(Raised("disk was full"), TEN, 1.0).seq == 6
    assert verify(path).seq == 6


@contextlib.contextmanager
def no_larger_file(size: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_second_writer_cannot_break_the_chain(path: Path) -> None:
    one, two = (Journal.open(path, STATION, boot) for boot in ("boot-1", "boot-2"))
    with contextlib.closing(one), contextlib.closing(two):
        one.append(Raised("x"), TEN, 1.0)
        with pytest.raises(JournalError, match="entry 1: not written"):
            two.append(Raised("y"), TEN, 1.0)
    assert verify(path).seq == 1


@pytest.mark.parametrize("statement", ["UPDATE entries SET body = x'00' WHERE seq = 2", "DELETE FROM entries"])
def test_the_file_itself_refuses_changes(written: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sql(written, statement)
    assert verify(written).seq == 5


# --- what is seen -------------------------------------------------------------------------------------------------

UNLOCKED = ("DROP TRIGGER entries_are_never_changed", "DROP TRIGGER entries_are_never_deleted")


def tampered(path: Path, *statements: str) -> None:
    """Change a journal as someone would who also hides it: the triggers are put back afterwards."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        triggers = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    sql(path, *UNLOCKED, *statements, *triggers)


@pytest.mark.parametrize(
    ("statement", "entry", "reason"),
    [
        ("UPDATE entries SET body = cast(replace(body, 'AB123CD', 'AB123CE') AS BLOB) WHERE seq = 3", 3, "hash"),
        ("UPDATE entries SET body = cast(body || x'20' AS BLOB) WHERE seq = 1", 1, "hash"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 4", 4, "hash"),
        ("UPDATE entries SET hash = x'' WHERE seq = 5", 5, "hash"),
        ("DELETE FROM entries WHERE seq = 1", 1, "missing"),
        ("DELETE FROM entries WHERE seq = 3", 3, "missing"),
        ("UPDATE entries SET seq = -2 WHERE seq = 2", 1, "missing"),
        ("INSERT INTO entries SELECT 6, body, hash FROM entries WHERE seq = 5", 6, "hash"),
        ("INSERT INTO entries SELECT 7, body, hash FROM entries WHERE seq = 5", 6, "missing"),
        ("UPDATE station SET id = '75011-0043'", 1, "hash"),
        ("DELETE FROM station", None, "which station"),
        ("DROP TABLE station", None, "not those of a journal"),
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
    with contextlib.closing(Reader(written)) as reader:
        last = reader.entries_after(4, 1)[0]
    body = last.body.replace(b'"seq":5', b'"seq":9')
    digest = hashlib.sha256(last.hash + body).digest()
    tampered(written, f"INSERT INTO entries VALUES (6, x'{body.hex()}', x'{digest.hex()}')")
    assert error_of(written).entry == 6


def test_a_fact_of_a_later_software_is_named_not_guessed(written: Path) -> None:
    with contextlib.closing(Reader(written)) as reader:
        last = reader.entries_after(4, 1)[0]
    body = last.body.replace(b'"seq":5', b'"seq":6').replace(b"alarm raised", b"teleported")
    digest = hashlib.sha256(last.hash + body).digest()
    sql(written, f"INSERT INTO entries VALUES (6, x'{body.hex()}', x'{digest.hex()}')")
    assert verify(written).seq == 6
    with contextlib.closing(Reader(written)) as reader, pytest.raises(JournalError, match=r"entry 6: .*teleported") as caught:
        list(reader.facts())
    assert caught.value.entry == 6


def whole_journal() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        Journal.create(path, STATION)
        write(path, DAY)
        return path.read_bytes()


WHOLE = whole_journal()


def read_all(data: bytes) -> list[bytes]:
    """The entries of a file with these bytes, verified first."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        path.write_bytes(data)
        try:
            with contextlib.closing(Reader(path)) as reader:
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


@pytest.mark.parametrize("damage", [lambda data: data[:-4096], lambda data: data.replace(b"AB123CD", b"AB123CE")])
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
    with contextlib.closing(Reader(path)) as reader:
        entries = list(reader.entries())
    data = path.read_bytes()
    page = data.index(entries[-1].body) // 4096 * 4096
    path.write_bytes(data[:page] + b"\xff" * 4096 + data[page + 4096 :])
    first = next(entry.seq for entry in entries if page <= data.index(entry.body) < page + 4096)
    error = error_of(path)
    assert (error.entry, error.reason) == (first, "it cannot be read: database disk image is malformed")
