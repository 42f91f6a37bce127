"""`horodateur sync`: the cursor, the carrying over HTTP, and what it must not start on."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from firmware.backoffice.courier import LONGEST_ANSWER, Errand, http_post, run_errand
from firmware.cli import main
from firmware.cli.sync import add_parser
from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalReader
from firmware.journal.marks import acknowledged_of, write_cursor
from firmware.protocol.facts import AlarmRaised
from firmware.protocol.genesis import Position
from firmware.station.state_folder import CITY, JOURNAL, KEY, provision
from tests.builders import ROOT

STATION = ROOT / "board" / "demo-station.toml"
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a station with three entries, switched off."""
    provision(tmp_path / "state", "75011-0042")
    with contextlib.closing(Journal.open(tmp_path / "state" / JOURNAL, "75011-0042", "boot-1")) as journal:
        for number in range(3):
            journal.append(AlarmRaised(str(number)), AT, 1.0)
    return tmp_path / "state"


# --- the cursor ---------------------------------------------------------------------------------------------------


def test_the_cursor_outlives_the_process(folder: Path) -> None:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        assert acknowledged_of(reader) == 0
        write_cursor(folder, Position(1, 2, reader.hash_of(2).hex()))
        assert acknowledged_of(reader) == 2
        write_cursor(folder, Position(2, 1, "00" * 32))
        assert acknowledged_of(reader) == 3
    assert not list(folder.glob("*.new"))


@pytest.mark.parametrize("text", ["", "2", "two " + "00" * 32, "2 " + "00" * 32, "999 " + "00" * 32, "\udcff"])
def test_a_cursor_that_is_not_of_this_journal_counts_for_nothing(folder: Path, text: str) -> None:
    (folder / f"{JOURNAL}.cursor").write_bytes(text.encode("utf-8", "surrogateescape"))
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        assert acknowledged_of(reader) == 0


# --- one step -----------------------------------------------------------------------------------------------------


class Waiting:
    """Somebody who asks once, at 5 seconds."""

    time_out = 10.0
    problem: str | None = None
    wake_at = 5.0

    def __init__(self) -> None:
        self.heard: list[object] = []

    def wake(self, now: float) -> bytes:
        return b"please"

    def receive(self, data: bytes, now: float) -> bytes:
        self.heard.append((data, now))
        return b""

    def lost(self, now: float) -> None:
        self.heard.append(("lost", now))


class Stopped:
    """A clock that stands, or moves by some seconds each time it is asked."""

    def __init__(self, instant: float = 5.0, pace: float = 0.0) -> None:
        self._instant, self._pace = instant, pace

    def now(self) -> float:
        self._instant += self._pace
        return self._instant

    def wall(self) -> datetime:
        return AT

    def synchronised(self) -> bool | None:
        return None


def test_one_step_carries_a_request_and_its_answer() -> None:
    asker = Waiting()
    run_errand(Errand(asker, lambda request: request + b": here"), Stopped())
    assert asker.heard == [(b"please: here", 5.0)]


def test_one_step_without_a_network() -> None:
    asker = Waiting()
    run_errand(Errand(asker, lambda _: None), Stopped())
    assert asker.heard == [("lost", 5.0)]


def test_nobody_is_woken_before_time() -> None:
    """Two share one loop: the one that has trouble must not be woken whenever the other is."""
    asker = Waiting()
    run_errand(Errand(asker, lambda _: pytest.fail("it was not time")), Stopped(4.9))
    assert asker.heard == []


# --- over HTTP ----------------------------------------------------------------------------------------------------


def posted(answer: httpx.Response, clock: Stopped | None = None) -> bytes | None:
    """What a body posted over HTTP brings back."""
    asked: list[tuple[str, str, bytes, str]] = []

    def city(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, str(request.url), request.read(), request.headers["content-type"]))
        return answer

    with httpx.Client(transport=httpx.MockTransport(city)) as client:
        brought = http_post(client, "https://central/v1/stations/75011-0042/entries", 10.0, clock or Stopped())(b"{}")
    assert asked == [("POST", "https://central/v1/stations/75011-0042/entries", b"{}", "application/json")]
    return brought


def pieces(piece: bytes, count: int) -> Iterator[bytes]:
    yield from (piece for _ in range(count))


def test_an_answer_is_brought_back_whatever_its_status() -> None:
    assert posted(httpx.Response(200, content=b'{"next":1}')) == b'{"next":1}'
    assert posted(httpx.Response(409, content=b'{"send_from":1}')) == b'{"send_from":1}'


def test_an_answer_that_drips_is_lost_when_its_time_is_up() -> None:
    assert posted(httpx.Response(200, content=pieces(b" ", 8)), Stopped(pace=1.0)) == b" " * 8
    assert posted(httpx.Response(200, content=pieces(b" ", 20)), Stopped(pace=1.0)) is None


def test_an_answer_without_end_is_lost_before_it_fills_the_memory() -> None:
    piece = b" " * (LONGEST_ANSWER // 8)
    assert posted(httpx.Response(200, content=pieces(piece, 8))) == piece * 8
    assert posted(httpx.Response(200, content=pieces(piece, 9))) is None


def test_a_connection_that_breaks_loses_the_answer() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    with httpx.Client(transport=httpx.MockTransport(broken)) as client:
        assert http_post(client, "http://central/", 10.0, Stopped())(b"{}") is None


# --- what it must not start on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["central.paris.fr", "ftp://central", "http://", ""])
def test_what_is_no_address_is_refused_at_once(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["sync", "--state", "x", "--station", "x", "--central", address])
    assert "--central" in capsys.readouterr().err


def refused(folder: Path, capsys: pytest.CaptureFixture[str], station: Path = STATION) -> str:
    assert main(["sync", "--state", str(folder), "--station", str(station), "--central", "http://127.0.0.1:9"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_a_missing_journal_ends_the_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "journal.db: is missing" in refused(tmp_path, capsys)


def test_a_missing_key_ends_the_process(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / KEY).unlink()
    assert "station.key: no Ed25519 key of 32 bytes here" in refused(folder, capsys)


def test_a_key_of_the_city_that_is_none_ends_the_process(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / CITY).write_text("the city\n")
    assert "central.pub: a public key is 43 characters of base64url" in refused(folder, capsys)


def test_the_journal_of_another_station_is_not_sent(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "station.toml"
    other.write_text(STATION.read_text("utf-8").replace("75011-0042", "75012-0001"), "utf-8")
    assert "it is the journal of station 75011-0042, not of 75012-0001" in refused(folder, capsys, other)
