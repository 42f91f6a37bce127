"""The supervisor's protocol, on a real socket."""

from __future__ import annotations

import socket

import pytest

from firmware.station.sd_notify import notifier_of, watchdog_seconds
from tests.firmware.station.supervisor import received


def test_what_is_told_arrives(supervisor: tuple[socket.socket, str]) -> None:
    line, address = supervisor
    tell = notifier_of({"NOTIFY_SOCKET": address})
    tell("READY=1")
    tell("WATCHDOG=1\nSTATUS=à l’heure")
    assert received(line) == ["READY=1", "WATCHDOG=1\nSTATUS=à l’heure"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_a_supervisor_that_is_not_there_stops_nobody(environment: dict[str, str]) -> None:
    notifier_of(environment)("READY=1")


def test_a_supervisor_that_does_not_listen_holds_nobody_up(supervisor: tuple[socket.socket, str]) -> None:
    line, address = supervisor
    tell = notifier_of({"NOTIFY_SOCKET": address})
    for _ in range(1000):
        tell("WATCHDOG=1")
    assert 0 < len(received(line)) < 1000


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "7"}, 10.0),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_the_watchdog_waits_is_for_the_process_it_names(environment: dict[str, str], seconds: float | None) -> None:
    assert watchdog_seconds(environment, 7) == seconds
