"""A simulated device behind a real serial port (a pseudo-terminal), and a desk that has it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from msgspec import structs

from firmware.visit.sales_policy import may_take_payment
from hal.board import PrinterWiring
from hal.time_zone import PARIS
from simulator.desk.desk import Desk
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice
from simulator.setting import demonstration

AT = datetime(2026, 3, 4, 10, tzinfo=PARIS)
TICK_S = 0.02
PLATE = ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "OK")


@dataclass
class Port:
    """A pseudo-terminal with a simulated device behind it, in the desk's time: a real port, as far as the desk can tell."""

    device: PrinterDevice | ConcertDevice
    piece: int = 4096
    """How many bytes at a time come over."""

    @property
    def tickets(self) -> list[bytes]:
        """The bytes of the tickets it printed; not the blank piece that is cut off when a driver begins."""
        assert isinstance(self.device, PrinterDevice)
        return [ticket.data for ticket in self.device.tickets if ticket.rows]

    def __post_init__(self) -> None:
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        self.name = os.ttyname(self._slave)
        self._said = b""

    def pump(self, now: float) -> None:
        """Carry what has come, and what the device says."""
        with contextlib.suppress(BlockingIOError):
            self._said += self.device.receive(os.read(self._master, 4096), now)
        if self.device.wake_at <= now:
            self._said += self.device.wake(now)
        os.write(self._master, self._said[: self.piece])
        self._said = self._said[self.piece :]

    def unplug(self) -> None:
        """The device is gone."""
        os.close(self._master)
        os.close(self._slave)


def printer_at(port: str) -> PrinterWiring:
    return PrinterWiring(model="escpos", port=port, baud=115200, columns=48)


def until(desk: Desk, port: Port | None, truth: Callable[[], object], seconds: float = 30.0) -> None:
    """Let the desk's time pass, and the real device have its part of it."""
    limit = desk.time.now + seconds
    while not truth():
        assert desk.time.now < limit, f"nothing after {seconds} s: {desk.state()['lines']}"
        desk.tick(TICK_S)
        if port:
            port.pump(desk.time.now)


def shows(desk: Desk, screen: str) -> Callable[[], bool]:
    return lambda: desk.state()["screen"] == screen


def buy(desk: Desk, port: Port | None) -> None:
    """A whole visit, ticket and all; the hands of the clock stand at ten when the ticket is asked for."""
    until(
        desk,
        port,
        lambda: (
            desk.running and may_take_payment(desk.running.station.context()) and desk.running.station.context().health.prints
        ),
    )
    desk.set_clock(AT)
    for key in PLATE:
        desk.press(key)
    until(desk, port, lambda: desk.card("contactless"))
    until(desk, port, shows(desk, "approved"))
    desk.set_clock(AT)
    desk.press("OK")
    until(desk, port, shows(desk, "take ticket"))


@contextlib.contextmanager
def desk_with(folder: Path, port: Port) -> Iterator[Desk]:
    setting = demonstration(folder, AT)
    with contextlib.closing(
        Desk(replace(setting, board=structs.replace(setting.board, printer=printer_at(port.name))))
    ) as desk:
        yield desk
