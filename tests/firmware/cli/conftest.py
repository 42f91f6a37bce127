"""What the tests of the commands start from."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from firmware.journal.journal import Journal
from firmware.protocol.facts import Started
from firmware.station.state_folder import JOURNAL, provision
from hal.time_zone import PARIS
from tests.firmware.cli.attempts import STATION, Attempt


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of a station that has been started twice."""
    folder = tmp_path / "state"
    provision(folder, STATION)
    with contextlib.closing(Journal.open(folder / JOURNAL, STATION, "first boot")) as journal:
        for tariff in ("2018-01-01", "2021-08-01"):
            journal.append(Started("0.1.0", tariff), datetime(2026, 3, 4, 10, tzinfo=PARIS), 0.0)
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is taken: a station that starts after all would stop there, not serve for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def attempt(tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: int) -> Attempt:
    return Attempt(tmp_path, capsys, taken)
