"""The real thing: `horodateur-central serve` and the sync process, processes of their own and a socket between them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import Engine

from central.cli import main
from central.cli.serve import opened
from central.core.signing import key_in
from central.operations.fleet import Enrolment, enrol
from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal import Journal
from firmware.protocol.facts import InDoubt, PaymentStarted, RightSold
from firmware.station.state_folder import JOURNAL, open_signing_key, provision

PARIS = ZoneInfo("Europe/Paris")
SITE = Path(__file__).parents[2] / "board" / "demo-station.toml"
STATION: str = tomllib.loads(SITE.read_text())["station"]
CENTRAL = "from central.cli import main; raise SystemExit(main())"
SYNC = """
import argparse
from firmware.cli.sync import add_parser
parser = argparse.ArgumentParser()
add_parser(parser.add_subparsers())
arguments = parser.parse_args()
raise SystemExit(arguments.run(arguments))
"""


@contextlib.contextmanager
def process(code: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", code, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0) as running:
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def said(running: subprocess.Popen[bytes], pattern: str) -> re.Match[str]:
    """What it says next that has this in it. Fails if it ends, or says nothing for half a minute."""
    assert running.stderr is not None
    text = ""
    while not (found := re.search(pattern, text)):
        assert select.select([running.stderr], [], [], 30)[0], f"waited for {pattern} after {text}"
        more = os.read(running.stderr.fileno(), 4096)
        assert more, f"ended without saying {pattern}: {text}"
        text += more.decode()
    return found


@dataclass(frozen=True)
class City:
    """A register that was initialised, and how to serve it."""

    store: Engine
    folder: Path
    operator: str
    """A token."""

    @contextlib.contextmanager
    def served(self, *words: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Its base URL while it is served."""
        where = ["--database", self.url, "--signing-key", str(self.folder / "city.key"), "--port", "0"]
        with process(CENTRAL, "serve", *where, *words) as running:
            yield said(running, r"running on (http://[0-9.:]+) ")[1], running

    @property
    def url(self) -> str:
        return self.store.url.render_as_string(hide_password=False)

    def get(self, url: str) -> httpx.Response:
        return httpx.get(url, headers={"authorization": f"Bearer {self.operator}"}, timeout=30)


@pytest.fixture
def city(bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> City:
    """A city of each kind of database."""
    city = City(bare, tmp_path, "")
    assert main(["init", "--database", city.url, "--signing-key", str(tmp_path / "city.key")]) == 0
    return City(bare, tmp_path, capsys.readouterr().out.split()[-1])


@pytest.fixture
def journal(city: City, tmp_path: Path) -> Iterator[Journal]:
    """The journal of a station that the city let in."""
    provision(tmp_path / "station", STATION, key_in(tmp_path / "city.key").public_key())
    public = open_signing_key(tmp_path / "station").public_key()
    enrol(city.store, Enrolment(STATION, public, 1, "11D"), "the test", datetime.now(PARIS) - timedelta(minutes=5))
    journal = Journal.open(tmp_path / "station" / JOURNAL, STATION, "boot-1")
    yield journal
    journal.close()


def sync(journal: Journal, url: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """The process that carries a journal to the city."""
    return process(SYNC, "sync", "--state", str(journal.path.parent), "--station", str(SITE), "--central", url)


def right(number: int, plate: str) -> ParkingRight:
    start = datetime.now(PARIS) - timedelta(minutes=1)
    reference = f"{STATION}-{number:06d}"
    return ParkingRight(reference, plate, 1, "11D", "visitor", "car", start, start + timedelta(hours=1), 4, 600, "2021-08-01")


def status(city: City, url: str, plate: str) -> object:
    """The status of the right that a check finds."""
    asked = {"plate": plate, "zone": 1, "sector": "11D"}
    answer = httpx.post(f"{url}/v1/checks", json=asked, headers={"authorization": f"Bearer {city.operator}"}, timeout=30).json()
    assert answer["allowed"]
    assert answer["complete_until"]
    assert answer["silent"] == []
    return answer["right"]["status"]


def test_a_sale_reaches_enforcement_and_so_does_the_next_one(city: City, journal: Journal) -> None:
    first, second = right(1, "AB123CD"), right(2, "EF456GH")
    journal.append(PaymentStarted(first), datetime.now(PARIS), 1.0)
    journal.append(RightSold(first, True), datetime.now(PARIS), 2.0)
    with city.served() as (url, _):
        with sync(journal, url) as syncing:
            said(syncing, "acknowledged to entry 2")
            assert status(city, url, "AB-123-CD") == "sold"
            journal.append(InDoubt(second, "unanswered"), datetime.now(PARIS), 3.0)
            said(syncing, "acknowledged to entry 3")
            assert status(city, url, "EF-456-GH") == "provisional"
            syncing.send_signal(signal.SIGTERM)
            assert syncing.wait(20) == 0
        with sync(journal, url) as again:
            journal.append(RightSold(second), datetime.now(PARIS), 4.0)
            said(again, "acknowledged to entry 4")
            assert status(city, url, "EF-456-GH") == "sold"
            again.send_signal(signal.SIGINT)
            assert again.wait(20) == 0


def test_a_city_that_is_away_is_told_and_survived(journal: Journal) -> None:
    with sync(journal, "http://127.0.0.1:9") as syncing:
        said(syncing, "the city does not answer")
        syncing.send_signal(signal.SIGTERM)
        assert syncing.wait(20) == 0


def test_several_workers_count_together_and_end_together(city: City) -> None:
    with city.served("--workers", "2") as (url, running):
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


def test_what_is_revoked_at_the_console_is_refused_by_every_worker(city: City) -> None:
    with city.served("--workers", "2") as (url, _):
        assert {city.get(f"{url}/v1/stations").status_code for _ in range(6)} == {200}
        assert main(["token", "revoke", "--database", city.url, city.operator[4:16]]) == 0
        assert {city.get(f"{url}/v1/stations").status_code for _ in range(6)} == {401}


def test_what_it_says_is_json_line_by_line(city: City) -> None:
    with city.served() as (url, running):
        httpx.get(f"{url}/AB-123-CD", timeout=30)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        lines = [json.loads(line) for line in running.stderr.read().splitlines()]
        assert running.wait(30) == 0
    assert {"answered", "refused"} <= {line["event"] for line in lines}
    assert "AB-123-CD" not in str(lines)


def test_a_port_that_is_taken_is_named(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    with city.served() as (url, _):
        port = url.rpartition(":")[2]
        words = ["--database", city.url, "--signing-key", str(city.folder / "city.key"), "--port", port]
        assert main(["serve", *words]) == 1
    assert f"--port {port}: Address already in use" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "text", "help"), [("--port", "65536", "0 to 65535"), ("--workers", "0", "1 to 64")])
def test_a_number_that_cannot_be_is_refused(option: str, text: str, help: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", option, text])
    assert help in capsys.readouterr().err


def test_an_answer_is_sent_at_once_and_not_when_its_head_is_acknowledged() -> None:
    with (
        opened("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
