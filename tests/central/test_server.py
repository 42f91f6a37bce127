"""The real thing: `horodateur-central serve` and the sync process, two processes and a socket between them."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from firmware.facts import InDoubt, PaymentStarted, RightSold
from firmware.journal import Journal
from firmware.right import Right

PARIS = ZoneInfo("Europe/Paris")
STATION = "75011-0042"
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


@pytest.fixture
def city(tmp_path: Path) -> Iterator[str]:
    """The base URL of a city that runs for this test."""
    with process(CENTRAL, "serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/central.db") as running:
        yield said(running, r"running on (http://[0-9.:]+) ")[1]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal of a station that is running."""
    Journal.create(tmp_path / "journal.db", STATION)
    journal = Journal.open(tmp_path / "journal.db", STATION, "boot-1")
    yield journal
    journal.close()


def right(number: int, plate: str) -> Right:
    start = datetime.now(PARIS) - timedelta(minutes=1)
    reference = f"{STATION}-{number:06d}"
    return Right(reference, plate, 1, "11D", "visitor", "car", start, start + timedelta(hours=1), 4, 600, "2021-08-01")


def test_a_sale_reaches_enforcement_and_so_does_the_next_one(city: str, journal: Journal) -> None:
    first, second = right(1, "AB123CD"), right(2, "EF456GH")
    journal.append(PaymentStarted(first), datetime.now(PARIS), 1.0)
    journal.append(RightSold(first, True), datetime.now(PARIS), 2.0)
    with process(SYNC, "sync", "--journal", str(journal.path), "--central", city) as sync:
        said(sync, "acknowledged to entry 2")
        assert check(city, "AB-123-CD")["status"] == "sold"
        journal.append(InDoubt(second, "unanswered"), datetime.now(PARIS), 3.0)
        said(sync, "acknowledged to entry 3")
        assert check(city, "EF-456-GH")["status"] == "provisional"
        sync.send_signal(signal.SIGTERM)
        assert sync.wait(20) == 0
    with process(SYNC, "sync", "--journal", str(journal.path), "--central", city) as again:
        journal.append(RightSold(second), datetime.now(PARIS), 4.0)
        said(again, "acknowledged to entry 4")
        assert check(city, "EF-456-GH")["status"] == "sold"
        again.send_signal(signal.SIGINT)
        assert again.wait(20) == 0


def check(city: str, plate: str) -> dict[str, object]:
    answer = httpx.post(f"{city}/v1/checks", json={"plate": plate, "zone": 1}).json()
    assert answer["allowed"]
    assert answer["complete_until"]
    assert answer["silent"] == []
    right: dict[str, object] = answer["right"]
    return right


def test_a_city_that_is_away_is_told_and_survived(journal: Journal) -> None:
    with process(SYNC, "sync", "--journal", str(journal.path), "--central", "http://127.0.0.1:9") as sync:
        said(sync, "the city does not answer")
        sync.send_signal(signal.SIGTERM)
        assert sync.wait(20) == 0
