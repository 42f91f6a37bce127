"""The way to the city: at least once, in order, nothing skipped, whatever the city or the network does."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.cli.sync import add_parser, read_cursor, step, write_cursor
from firmware.entry import Entry
from firmware.facts import Raised
from firmware.journal import Journal, Reader
from firmware.sync import Sync

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@dataclass
class Shelf:
    """A journal of numbered entries."""

    count: int

    def after(self, seq: int, limit: int) -> Sequence[Entry]:
        return [entry(number) for number in range(seq + 1, self.count + 1)][:limit]


def entry(number: int) -> Entry:
    return Entry(number, b'{"seq":%d}' % number, bytes([number % 256]) * 32)


def numbers(request: bytes) -> list[int]:
    return [json.loads(sent["body"])["seq"] for sent in json.loads(request)["entries"]]


# --- on the wire --------------------------------------------------------------------------------------------------


def test_a_batch_on_the_wire() -> None:
    assert Sync(Shelf(2).after).wake(0.0) == (
        b'{"entries":[{"body":"{\\"seq\\":1}","hash":"' + b"01" * 32 + b'"},'
        b'{"body":"{\\"seq\\":2}","hash":"' + b"02" * 32 + b'"}],"more":false}'
    )


def test_an_empty_journal_announces_itself() -> None:
    sync = Sync(Shelf(0).after)
    assert sync.wake_at == float("-inf")
    assert sync.wake(0.0) == b'{"entries":[],"more":false}'


def test_a_long_journal_goes_in_batches_of_a_hundred() -> None:
    sync = Sync(Shelf(250).after)
    sizes, more = [], []
    for wanted in (101, 201, 251):
        request = sync.wake(0.0)
        sizes.append(numbers(request))
        more.append(json.loads(request)["more"])
        sync.receive(b'{"next":%d}' % wanted, 0.0)
        assert sync.wake_at == 0.0
    assert sizes == [list(range(1, 101)), list(range(101, 201)), list(range(201, 251))]
    assert more == [True, True, False]
    assert (sync.acknowledged, sync.trouble) == (250, None)


def test_a_new_entry_leaves_within_a_second_and_silence_is_told_every_minute() -> None:
    shelf = Shelf(0)
    sync = Sync(shelf.after)
    sync.wake(0.0)
    sync.receive(b'{"next":1}', 0.0)
    assert sync.wake(0.0) == b""
    assert sync.wake_at == 1.0
    shelf.count = 1
    assert numbers(sync.wake(1.0)) == [1]
    sync.receive(b'{"next":2}', 1.5)
    now, looks = 1.5, 0
    while not (request := sync.wake(now)):
        assert sync.wake_at > now
        now, looks = sync.wake_at, looks + 1
    assert (now, request) == (61.5, b'{"entries":[],"more":false}')
    assert looks == 60


# --- trouble ------------------------------------------------------------------------------------------------------


def test_silence_is_waited_for_ten_seconds_then_twice_as_long_each_time() -> None:
    sync = Sync(Shelf(1).after)
    now, pauses = 0.0, []
    for _ in range(9):
        assert numbers(sync.wake(now)) == [1]
        assert sync.wake_at == now + 10.0
        now += 10.0
        assert sync.wake(now) == b""
        assert "does not answer" in str(sync.trouble)
        pauses.append(sync.wake_at - now)
        now = sync.wake_at
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    sync.wake(now)
    sync.receive(b'{"next":2}', now)
    assert (sync.acknowledged, sync.wake_at) == (1, now)
    assert sync.trouble is None
    sync.wake(now + 60.0)
    sync.lost(now + 60.0)
    assert sync.wake_at == now + 61.0


def test_a_lost_request_does_not_wait_for_the_time_out() -> None:
    sync = Sync(Shelf(1).after)
    sync.wake(0.0)
    sync.lost(0.5)
    assert sync.wake_at == 1.5
    assert numbers(sync.wake(1.5)) == [1]


def test_send_from_is_obeyed() -> None:
    sync = Sync(Shelf(9).after, acknowledged=7)
    assert numbers(sync.wake(0.0)) == [8, 9]
    sync.receive(b'{"send_from":4}', 0.0)
    assert sync.acknowledged == 3
    assert sync.trouble == "the city asks again from entry 4"
    assert numbers(sync.wake(sync.wake_at)) == [4, 5, 6, 7, 8, 9]
    sync.receive(b'{"next":10}', 2.0)
    assert sync.acknowledged == 9
    assert not sync.trouble


def test_a_city_that_lost_entries_gets_them_again_without_a_new_sale() -> None:
    sync = Sync(Shelf(9).after, acknowledged=9)
    assert numbers(sync.wake(0.0)) == []
    sync.receive(b'{"next":5}', 0.0)
    assert numbers(sync.wake(sync.wake_at)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("answer", [b'{"next":1000}', b'{"send_from":1000}'])
def test_the_city_cannot_make_a_station_skip_entries(answer: bytes) -> None:
    shelf = Shelf(3)
    sync = Sync(shelf.after)
    sync.wake(0.0)
    sync.receive(answer, 0.0)
    shelf.count = 5
    assert numbers(sync.wake(1.0)) == [4, 5]


def test_a_fork_stops_the_advance_and_goes_on_being_told() -> None:
    sync = Sync(Shelf(3).after, acknowledged=1)
    now = 0.0
    for _ in range(5):
        assert numbers(sync.wake(now)) == [2, 3]
        sync.receive(b'{"fork":2}', now)
        assert (sync.acknowledged, sync.trouble) == (1, "the city holds another entry 2")
        assert sync.wake_at > now
        now = sync.wake_at


def test_a_problem_document_is_told_in_its_own_words() -> None:
    sync = Sync(Shelf(1).after)
    sync.wake(0.0)
    sync.receive(b'{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"disk full"}', 0.0)
    assert (sync.acknowledged, sync.trouble, sync.wake_at) == (0, "disk full", 1.0)


@given(st.binary() | st.sampled_from([b"{}", b"[]", b"null", b'{"next":0}', b'{"next":-4}', b'{"next":"2"}', b'{"next":2.5}']))
def test_garbage_is_trouble_and_never_raises(data: bytes) -> None:
    sync = Sync(Shelf(3).after, acknowledged=1)
    sync.wake(0.0)
    assert sync.receive(data, 0.0) == b""
    assert sync.acknowledged == 1
    assert sync.trouble
    assert sync.wake_at == 1.0


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    sync = Sync(Shelf(3).after)
    sync.wake(0.0)
    sync.wake(10.0)
    sync.receive(b'{"next":4}', 10.5)
    assert sync.acknowledged == 0


CITY_WITH_A_WILL = st.lists(st.sampled_from(["answers", "loses the request", "loses the answer", "garbles", "forgets"]))


@given(CITY_WITH_A_WILL, st.integers(0, 350), st.integers(0, 350))
def test_once_faults_stop_everything_arrives_in_order(faults: list[str], count: int, cursor: int) -> None:
    sync = Sync(Shelf(count).after, acknowledged=min(cursor, count))
    city: list[int] = []
    now = 0.0
    for fault in [*faults, *["answers"] * 80]:  # a heartbeat's worth of looks, and some batches
        request = sync.wake(now)
        if request and fault != "loses the request":
            answer = b"{'" if fault == "garbles" else answered(city, numbers(request))
            if fault != "loses the answer":
                sync.receive(answer, now)
        if fault == "forgets":
            del city[len(city) // 2 :]
        now = max(now, sync.wake_at)
    assert city == list(range(1, count + 1))
    assert sync.trouble is None


def answered(city: list[int], sent: list[int]) -> bytes:
    """A city that keeps whatever continues what it has."""
    if sent and sent[0] > len(city) + 1:
        return b'{"send_from":%d}' % (len(city) + 1)
    city.extend(number for number in sent if number > len(city))
    return b'{"next":%d}' % (len(city) + 1)


# --- the process --------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of three entries."""
    path = tmp_path / "journal.db"
    Journal.create(path, "75011-0042")
    with contextlib.closing(Journal.open(path, "75011-0042", "boot-1")) as journal:
        for number in range(3):
            journal.append(Raised(str(number)), AT, 1.0)
    return path


def test_the_cursor_outlives_the_process(path: Path) -> None:
    with contextlib.closing(Reader(path)) as reader:
        assert read_cursor(reader) == 0
        write_cursor(reader, 2)
        assert read_cursor(reader) == 2
        write_cursor(reader, 0)
        assert read_cursor(reader) == 2
    assert not list(path.parent.glob("*.new"))


@pytest.mark.parametrize("text", ["", "2", "two " + "00" * 32, "2 " + "00" * 32, "999 " + "00" * 32, "\udcff"])
def test_a_cursor_that_is_not_of_this_journal_counts_for_nothing(path: Path, text: str) -> None:
    path.with_name("journal.db.cursor").write_bytes(text.encode("utf-8", "surrogateescape"))
    with contextlib.closing(Reader(path)) as reader:
        assert read_cursor(reader) == 0


class Stopped:
    """A clock that stands."""

    def now(self) -> float:
        return 5.0

    def wall(self) -> datetime:
        return AT


def test_one_step_carries_a_request_and_its_answer() -> None:
    sync = Sync(Shelf(2).after)
    step(sync, lambda request: b'{"next":%d}' % (numbers(request)[-1] + 1), Stopped())
    assert (sync.acknowledged, sync.wake_at) == (2, 5.0)


def test_one_step_without_a_network() -> None:
    sync = Sync(Shelf(2).after)
    step(sync, lambda _: None, Stopped())
    assert (sync.acknowledged, sync.trouble, sync.wake_at) == (0, "the city does not answer", 6.0)


@pytest.mark.parametrize("address", ["central.paris.fr", "ftp://central", "http://", ""])
def test_what_is_no_address_is_refused_at_once(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["sync", "--journal", "x", "--central", address])
    assert "--central" in capsys.readouterr().err


def test_a_missing_journal_ends_the_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["sync", "--journal", str(tmp_path / "x.db"), "--central", "http://127.0.0.1:9"])
    assert arguments.run(arguments) == 1
    assert "x.db: there is no journal here" in capsys.readouterr().err
