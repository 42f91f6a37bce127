"""The front panel's own starts: counted and explained by the board, told once by the driver, whichever protocol it speaks."""

from __future__ import annotations

import struct

import pytest

from hal.drivers.panel import FrontPanel
from hal.ports import Key, LightIs, PanelIs, PanelStarted, PanelState, StartCause
from hal.wire import panel as wire
from tests.hal.panel_rig import PanelRig

BOARD = b"\xe6SIMULAT".hex()


def starts(rig: PanelRig) -> list[tuple[StartCause, int | None, bool]]:
    """What the station was told of starts: cause, number, whether it had seen the panel before."""
    told = [event for _, event in rig.events if isinstance(event, PanelStarted)]
    assert {event.board for event in told} == {BOARD}
    return [(event.cause, event.number, event.again) for event in told]


def act_and_run(rig: PanelRig, seconds: float = 2.0) -> None:
    rig.wire.look()
    rig.run(seconds)


def test_it_counts_through_its_own_restarts_and_begins_anew_with_its_power(rig: PanelRig) -> None:
    for _ in range(2):
        rig.device.reset(rig.time.now)
        act_and_run(rig)
    rig.device.power(False, rig.time.now)
    rig.run(1.0)
    rig.device.power(True, rig.time.now)
    act_and_run(rig)
    rig.device.power(True, rig.time.now)
    act_and_run(rig)
    again = [(StartCause.WATCHDOG, 2, True), (StartCause.WATCHDOG, 3, True)]
    assert starts(rig) == [(StartCause.POWER, 1, False), *again, (StartCause.POWER, 1, True), (StartCause.POWER, 1, True)]


def test_a_hang_is_told_as_its_watchdog_s_start(rig: PanelRig) -> None:
    rig.device.hang(True, rig.time.now)
    rig.run(9.0)
    rig.device.hang(False, rig.time.now)
    act_and_run(rig, 5.0)
    assert starts(rig)[-1] == (StartCause.WATCHDOG, 2, True)


@pytest.mark.parametrize(("chip", "cause"), [(2, StartCause.RESET_LINE), (3, StartCause.WATCHDOG), (5, StartCause.PROGRAM)])
def test_every_cause_that_the_chip_tells_is_told(rig: PanelRig, chip: int, cause: StartCause) -> None:
    rig.device.reset(rig.time.now, chip)
    act_and_run(rig)
    assert starts(rig)[-1] == (cause, 2, True)


def test_a_silence_without_a_start_is_no_start(rig: PanelRig) -> None:
    """A bad cable for minutes, and a station whose process begins anew: the board goes on, and says so."""
    rig.wire.line.garbled = True
    rig.run(120.0)
    rig.wire.line.garbled = False
    rig.run(10.0)
    assert starts(rig) == [(StartCause.POWER, 1, False)]
    rig.stop_station()
    rig.start_station()
    rig.run(1.0)
    assert starts(rig) == [(StartCause.POWER, 1, False)] * 2, "a new process knows nothing; the record on disk does"


@pytest.mark.parametrize("protocol", [1, 2])
def test_an_older_station_is_answered_in_its_own_protocol(rig: PanelRig, protocol: int) -> None:
    rig.stop_station()
    got: list[bytes] = []
    rig.wire.on_data = got.append
    rig.wire.write(wire.encode(wire.HELLO, 0, struct.pack(wire.HELLO_FORM, 7, protocol)))
    rig.run(0.2)
    frames = wire.PanelFrames().take(b"".join(got))
    (status,) = [payload for kind, _, payload in frames if kind == wire.STATUS]
    assert status[4] == protocol
    assert len(status) == {1: 30, 2: 32}[protocol]


def greeted(status: bytes) -> FrontPanel:
    """A driver whose HELLO was answered so; the first four bytes are the token's."""
    driver = FrontPanel([[Key.OK] + [None] * 6] * 7, (b"12345678",), 5, light=True)
    ((_, _, hello),) = wire.PanelFrames().take(driver.wake(0.0))
    driver.receive(wire.encode(wire.STATUS, 0, hello[:4] + status), 0.1)
    return driver


def test_an_older_panel_goes_on_without_a_count_and_without_light() -> None:
    driver = greeted(struct.pack(wire.STATUS_FORM, 0, 1, b"12345678", b"abcdefgh", 3, 0, 0, 0)[4:])
    started = PanelStarted(b"abcdefgh".hex(), StartCause.WATCHDOG)
    assert driver.take() == [started, PanelIs(PanelState.OK, b"12345678".hex())]
    assert driver.readings.starts is None


@pytest.mark.parametrize("cut", range(1, 31))
def test_a_status_that_is_cut_begins_nothing(cut: int) -> None:
    whole = struct.pack(wire.STATUS_FORM, 0, 2, b"12345678", b"abcdefgh", 3, 0, 0, 0)[4:] + b"\x04\0"
    driver = greeted(whole[:-cut])
    assert not any(isinstance(event, PanelStarted | LightIs) for event in driver.take())
