"""Journal: an acknowledged entry is on disk and chained; what does not fit is refused."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import firmware.journal.journal
from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal import Journal
from firmware.journal.journal_file import Head, JournalError, JournalReader, verify
from firmware.protocol.facts import (
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    UnexpectedEvent,
)
from tests.builders import PARIS, STATION, new_journal
from tests.firmware.journal.journals import DAY, RIGHT, TEN, sql

GENESIS = b'{"station":"75011-0042","generation":1,"public_key":"ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ","parent":null}'
"""The document that `new_journal` begins a journal with."""

# --- what is written ----------------------------------------------------------------------------------------------


def test_the_text_of_an_entry_and_its_hash(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        first = journal.append(PaymentRefused("75011-0042-000001", "refused"), TEN, 12.5)
        second = journal.append(AlarmRaised("paper out"), TEN, 13.5)
    assert first.body == (
        b'{"seq":1,"station":"75011-0042","at":"2026-03-04T10:00:00+01:00","instant":12.5,"boot":"boot-1",'
        b'"fact":{"fact":"refused","reference":"75011-0042-000001","reason":"refused"}}'
    )
    origin = hashlib.sha256(b"horodateur journal 2\n" + GENESIS).digest()
    assert first.hash == hashlib.sha256(origin + first.body).digest()
    assert second.hash == hashlib.sha256(first.hash + second.body).digest()
    assert verify(path) == (2, second.hash)


def test_an_empty_journal_is_whole(path: Path) -> None:
    assert verify(path) == Head(0, hashlib.sha256(b"horodateur journal 2\n" + GENESIS).digest())


moments = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, PARIS]))  # noqa: DTZ001
rights = st.builds(ParkingRight, *[st.text(max_size=12)] * 2, st.integers(1, 2), *[st.text(max_size=8)] * 3, moments, moments)
facts = st.one_of(
    st.builds(Started, st.text(), st.text()),
    st.builds(PaymentStarted, st.just(RIGHT)),
    st.builds(RightSold, st.just(RIGHT), st.none() | st.booleans()),
    st.builds(InDoubt, st.just(RIGHT), st.text()),
    st.builds(PaymentRefused, st.text(), st.text()),
    st.builds(UnexpectedEvent, st.text()),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.tuples(facts, moments, st.floats(-1e9, 1e9)), max_size=5), max_size=4))
def test_what_was_appended_is_read_back_after_any_number_of_starts(days: list[list[tuple[Fact, datetime, float]]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "journal.db")
        new_journal(path, STATION)
        for number, day in enumerate(days):
            with contextlib.closing(Journal.open(path, STATION, f"boot-{number}")) as journal:
                for fact, at, instant in day:
                    journal.append(fact, at, instant)
        with contextlib.closing(JournalReader(path)) as reader:
            entries = list(reader.entries())
            recorded = [reader.content_of(entry) for entry in entries]
            assert list(reader.facts()) == [fact for day in days for fact, _, _ in day]
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert [each.at.timestamp() for each in recorded] == [at.timestamp() for day in days for _, at, _ in day]
        assert [each.boot for each in recorded] == [f"boot-{number}" for number, day in enumerate(days) for _ in day]


def test_entries_after_a_number(written: Path) -> None:
    with contextlib.closing(JournalReader(written)) as reader:
        assert [entry.seq for entry in reader.entries_after(2, 2)] == [3, 4]
        assert [entry.seq for entry in reader.entries_after(0, 100)] == [1, 2, 3, 4, 5]
        assert reader.entries_after(5, 100) == []


def test_a_time_that_could_not_be_read_back_is_refused(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        with pytest.raises(ValueError, match="aware"):
            journal.append(AlarmRaised("x"), TEN.replace(tzinfo=None), 1.0)
        with pytest.raises(ValueError, match="finite"):
            journal.append(AlarmRaised("x"), TEN, float("inf"))
        assert journal.head.seq == 0
    assert verify(path).seq == 0


def test_another_process_reads_while_the_station_writes(path: Path) -> None:
    with contextlib.closing(JournalReader(path)) as early, contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
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
        assert again.append(AlarmRaised("cover open"), TEN, 1.0).seq == 6


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_planted_a_connection_that_does_not_synchronise_is_refused(
    written: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setattr(firmware.journal.journal, "_SYNCHRONOUS", f"PRAGMA synchronous={level}")
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
    new_journal(path, STATION)
    os.close(directory)
    assert synchronised == [(False, False), (True, True), (True, True)]  # what SQLite was not seen to do is done again
    assert sorted(each.name for each in tmp_path.glob("*.db*")) == ["journal.db"]


def test_the_switch_to_wal_is_made_with_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = sqlite3.connect

    def connect(path: Path, isolation_level: None) -> sqlite3.Connection:
        connection = real(path, isolation_level=isolation_level)
        connection.set_trace_callback(said.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    new_journal(tmp_path / "journal.db", STATION)
    assert said[:2] == ["PRAGMA synchronous=EXTRA", "PRAGMA journal_mode=WAL"]


def test_creation_never_overwrites(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(JournalError, match="never overwritten"):
        new_journal(written, STATION)
    assert written.read_bytes() == before


def test_creation_begins_again_after_a_power_cut(tmp_path: Path) -> None:
    for name in ("journal.db.new", "journal.db.new-wal", "journal.db.new-journal"):
        (tmp_path / name).write_bytes(b"half of something")
    new_journal(tmp_path / "journal.db", STATION)
    assert verify(tmp_path / "journal.db").seq == 0


def test_a_disk_that_takes_no_more_acknowledges_nothing(path: Path) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for fact in DAY:
            journal.append(fact, TEN, 1.0)
        before = journal.head
        with no_larger_file(path.with_name("journal.db-wal").stat().st_size + 1000):
            for _ in range(3):
                with pytest.raises(JournalError, match="entry 6: could not be written"):
                    journal.append(AlarmRaised("disk full"), TEN, 1.0)
        assert journal.head == before
        assert journal.verify() == before
        assert journal.append(AlarmRaised("disk was full"), TEN, 1.0).seq == 6
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
        one.append(AlarmRaised("x"), TEN, 1.0)
        with pytest.raises(JournalError, match="entry 1: could not be written"):
            two.append(AlarmRaised("y"), TEN, 1.0)
    assert verify(path).seq == 1


@pytest.mark.parametrize("statement", ["UPDATE entries SET body = x'00' WHERE seq = 2", "DELETE FROM entries"])
def test_the_file_itself_refuses_changes(written: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sql(written, statement)
    assert verify(written).seq == 5
