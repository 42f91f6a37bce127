"""`horodateur-central serve` and `horodateur sync` as real processes with a socket between them."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from central.cli import main
from central.cli.serve import listen
from central.core.remembered import LAG
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, PaymentStarted, RightSold
from tests.central.processes import PARIS, RealStation, Register, ask_server, initialised, provisioned_station, wait_for_line
from tests.central.signing_station import STATION


@pytest.fixture
def register(bare: Engine, tmp_path: Path) -> Register:
    """An initialised register on each kind of database."""
    return initialised(bare, tmp_path)


@pytest.fixture
def station(register: Register, tmp_path: Path) -> Iterator[RealStation]:
    """A station of sector 11D that was enrolled five minutes ago."""
    with provisioned_station(tmp_path, STATION, register, datetime.now(PARIS) - timedelta(minutes=5)) as station:
        yield station


def right(number: int, plate: str) -> ParkingRight:
    start = datetime.now(PARIS) - timedelta(minutes=1)
    reference = f"{STATION}-{number:06d}"
    return ParkingRight(reference, plate, 1, "11D", "visitor", "car", start, start + timedelta(hours=1), 4, 600, "2021-08-01")


def status(register: Register, url: str, plate: str) -> object:
    """The status of the right that a check finds."""
    answer = ask_server(f"{url}/v1/checks", register.operator, {"plate": plate, "zone": 1, "sector": "11D"}).json()
    assert answer["allowed"]
    assert answer["complete_until"]
    assert answer["silent"] == []
    return answer["right"]["status"]


def test_a_sale_reaches_enforcement_and_so_does_the_next_one(register: Register, station: RealStation) -> None:
    first, second = right(1, "AB123CD"), right(2, "EF456GH")
    station.journal.append(PaymentStarted(first), datetime.now(PARIS), 1.0)
    station.journal.append(RightSold(first, True), datetime.now(PARIS), 2.0)
    with register.served() as url:
        with station.sync(url) as syncing:
            wait_for_line(syncing, "acknowledged to entry 2")
            assert status(register, url, "AB-123-CD") == "sold"
            station.journal.append(InDoubt(second, "unanswered"), datetime.now(PARIS), 3.0)
            wait_for_line(syncing, "acknowledged to entry 3")
            assert status(register, url, "EF-456-GH") == "provisional"
            syncing.send_signal(signal.SIGTERM)
            assert syncing.wait(20) == 0
        with station.sync(url) as again:
            station.journal.append(RightSold(second), datetime.now(PARIS), 4.0)
            wait_for_line(again, "acknowledged to entry 4")
            assert status(register, url, "EF-456-GH") == "sold"
            again.send_signal(signal.SIGINT)
            assert again.wait(20) == 0


def test_a_city_that_is_away_is_told_and_survived(station: RealStation) -> None:
    with station.sync("http://127.0.0.1:9") as syncing:
        wait_for_line(syncing, "the city does not answer")
        syncing.send_signal(signal.SIGTERM)
        assert syncing.wait(20) == 0


def test_several_workers_count_together_and_end_together(register: Register) -> None:
    with register.serve("--workers", "2") as (url, running):
        asked = 12
        for _ in range(asked):
            assert httpx.get(f"{url}/health", timeout=30).status_code == 200  # each on a connection of its own: any worker
        figures = {httpx.get(f"{url}/metrics", timeout=30).text for _ in range(4)}
        counts = {re.search(r'seconds_count\{method="GET",route="/health",status="200"\} (\S+)', text) for text in figures}
        assert {count and float(count[1]) for count in counts} == {asked}
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_what_is_revoked_at_the_console_is_soon_refused_by_every_worker(register: Register) -> None:
    with register.served("--workers", "2") as url:
        assert {ask_server(f"{url}/v1/stations", register.operator).status_code for _ in range(6)} == {200}
        assert main(["token", "revoke", "--database", register.url, register.operator[4:16]]) == 0
        known_by = time.monotonic() + LAG.total_seconds() + 5
        while 200 in {ask_server(f"{url}/v1/stations", register.operator).status_code for _ in range(6)}:
            assert time.monotonic() < known_by


def test_what_it_says_is_json_line_by_line(register: Register) -> None:
    with register.serve() as (url, running):
        httpx.get(f"{url}/AB-123-CD", timeout=30)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        lines = [json.loads(line) for line in running.stderr.read().splitlines()]
        assert running.wait(30) == 0
    assert {"answered", "refused"} <= {line["event"] for line in lines}
    assert "AB-123-CD" not in str(lines)


def test_a_port_that_is_taken_is_named(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    with register.served() as url:
        port = url.rpartition(":")[2]
        words = ["--database", register.url, "--signing-key", str(register.folder / "city.key"), "--port", port]
        assert main(["serve", *words]) == 1
    assert f"--port {port}: Address already in use" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "text", "help"), [("--port", "65536", "0 to 65535"), ("--workers", "0", "1 to 64")])
def test_a_number_that_cannot_be_is_refused(option: str, text: str, help: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", option, text])
    assert help in capsys.readouterr().err


def test_an_answer_is_sent_at_once_and_not_when_its_head_is_acknowledged() -> None:
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
