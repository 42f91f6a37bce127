"""A serial port that comes and goes, over real pseudo-terminals; and the panel's own firmware behind one, in real time."""

from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.loop import run
from firmware.station.equipment import Plug
from hal.cable import SerialCable
from hal.clock import SystemClock
from hal.drivers.panel import FrontPanel
from hal.panel_firmware import firmware_version, write_firmware
from hal.ports import AT_ONCE, DeviceEvent, Instant, Key, KeyPressed, PanelIs, PanelState
from hal.reopened import ReopenedSerial
from simulator.devices.panel import PanelDevice
from tests.hal.panel_rig import panel_wiring


class Socket:
    """A place where a USB device is plugged in: a link whose target comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "panel"
        self.far = -1

    def plug(self) -> int:
        """A new port behind the same name; its far end."""
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.path.symlink_to(os.ttyname(near))
        os.set_blocking(self.far, False)
        self.near = near
        return self.far

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self.near)
        os.close(self.far)


@pytest.fixture
def socket(tmp_path: Path) -> Socket:
    return Socket(tmp_path)


@pytest.fixture
def line(socket: Socket) -> Iterator[ReopenedSerial]:
    found = ReopenedSerial(lambda: SerialCable(str(socket.path), 115200))
    yield found
    found.close()


def readable(line: ReopenedSerial) -> bool:
    return bool(select.select([line], [], [], 2.0)[0])


def test_it_is_there_once_somebody_writes_and_the_device_is_plugged_in(socket: Socket, line: ReopenedSerial) -> None:
    line.write(b"lost: nobody is there")
    assert line.read() == b""
    far = socket.plug()
    line.write(b"hello")
    assert os.read(far, 100) == b"hello"
    os.write(far, b"here")
    assert readable(line)
    assert line.read() == b"here"
    assert not line.lost


def test_unplugged_it_is_silent_and_comes_back_as_another_file(socket: Socket, line: ReopenedSerial) -> None:
    socket.plug()
    line.write(b"hello")
    socket.unplug()
    assert readable(line)
    assert line.read() == b""
    assert line.fileno() >= 0
    assert not select.select([line], [], [], 0.05)[0], "a loop would turn round for ever"
    line.write(b"lost")
    far = socket.plug()
    line.write(b"again")
    assert os.read(far, 100) == b"again"


class Pump(threading.Thread):
    """Runs the board's firmware behind the far end of the port, in real time."""

    def __init__(self, far: int, device: PanelDevice) -> None:
        super().__init__(daemon=True)
        self.far, self.device, self.over = far, device, False
        self.closed: set[tuple[int, int]] = set()

    def run(self) -> None:
        start = time.monotonic()
        shown: set[tuple[int, int]] = set()
        while not self.over:
            now = time.monotonic() - start
            for row, column in shown ^ self.closed:
                self.device.join(row, column, (row, column) in self.closed)
            shown = set(self.closed)
            out = self.device.wake(now) if self.device.wake_at <= now else b""
            if select.select([self.far], [], [], 0.001)[0]:
                out += self.device.receive(os.read(self.far, 4096), now)
            if out:
                os.write(self.far, out)


class Watched:
    """What the loop runs in place of a station: the driver, and what it told."""

    def __init__(self, driver: FrontPanel, line: ReopenedSerial) -> None:
        self.driver, self.plugs = driver, (Plug("panel", driver, line),)
        self.events: list[DeviceEvent] = []

    @property
    def wake_at(self) -> Instant:
        return self.driver.wake_at

    def receive(self, plug: Plug, data: bytes) -> None:
        plug.cable.write(self.driver.receive(data, time.monotonic()))
        self.turn()

    def turn(self) -> None:
        while self.driver.wake_at <= time.monotonic() or self.driver.wake_at == AT_ONCE:
            self.plugs[0].cable.write(self.driver.wake(time.monotonic()))
        self.events += self.driver.take()


class Until:
    """Stops the loop when something was told, or after a while."""

    def __init__(self, watched: Watched, wanted: DeviceEvent, seconds: float) -> None:
        self._watched, self._wanted, self._end = watched, wanted, time.monotonic() + seconds
        self._reader, _ = os.pipe()

    @property
    def asked(self) -> bool:
        return self._wanted in self._watched.events or time.monotonic() > self._end

    def fileno(self) -> int:
        return self._reader


def test_the_production_driver_and_loop_over_a_pseudo_terminal(socket: Socket, line: ReopenedSerial, tmp_path: Path) -> None:
    write_firmware(tmp_path / "firmware")
    wiring = panel_wiring()
    pins = wiring.pins
    device = PanelDevice(tmp_path / "firmware", (pins.door, pins.tamper, pins.mains))
    pump = Pump(socket.plug(), device)
    pump.start()
    driver = FrontPanel(wiring.keys, (firmware_version(),), 1)
    watched = Watched(driver, line)
    try:
        there = PanelIs(PanelState.OK, firmware_version().hex())
        run(watched, SystemClock(), Until(watched, there, 20.0))
        assert there in watched.events
        pump.closed = {(pins.rows[0], pins.columns[4])}
        run(watched, SystemClock(), Until(watched, KeyPressed(Key.D5), 20.0))
        assert watched.events[-1] == KeyPressed(Key.D5)
    finally:
        pump.over = True
        pump.join()
        device.close()
