"""Fixtures of tests/simulator."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hal.time_zone import PARIS
from simulator.devices.printer import PrinterDevice
from simulator.setting import Setting, demonstration
from tests.simulator.machine import DeskRig, switched_on
from tests.simulator.real_port import Port
from tests.simulator.recorder import Recorder


@pytest.fixture
def paper() -> Iterator[Port]:
    port = Port(PrinterDevice(dots=576, baud=115200))
    yield port
    with contextlib.suppress(OSError):
        port.unplug()


@pytest.fixture
def desk() -> Recorder:
    return Recorder()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return demonstration(tmp_path, datetime(2026, 3, 4, 10, tzinfo=PARIS))


@pytest.fixture
def machine(setting: Setting) -> Iterator[DeskRig]:
    with switched_on(setting) as machine:
        yield machine
