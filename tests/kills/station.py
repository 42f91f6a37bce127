"""`python -m tests.kills.station FD BEGAN ARGUMENT …`: `horodateur run` on a computer without a header.

The command, its loop, drivers, serial port, sockets and files are the real ones. Stood in for are the two libraries of C that
need a Raspberry Pi (`lgpio`, `spidev`), by the simulated header; and time, which goes as everywhere in the trial (`hurry.py`):
it began at BEGAN. FD is a socket: lines `press KEY`, `release KEY`, `open`, `close` come in, `StationSeen` as JSON goes out.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from types import ModuleType

import msgspec

from firmware.app import Station
from firmware.assemble import StationLines, assemble
from firmware.cli import main, run_station
from firmware.station.equipment import Devices, Plug
from firmware.visit.sales_policy import may_take_payment
from hal.board import Board, ContactWiring, load_board
from hal.drivers.keypad import KeypadEvent, MatrixKeypad
from hal.ports import NEVER, Instant, KeyPressed
from hal.shipped import BOARDS
from simulator.devices.header import GROUND, Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.matrix import KeyMatrix
from simulator.devices.ssd1322 import SpiPort, Ssd1322
from tests.kills.hurry import HURRY, HurriedClock

COMPUTER = {"RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"}
"""What tells rpi-lgpio that this is a Raspberry Pi."""


class StationSeen(msgspec.Struct, frozen=True):
    """What a test waits for; nothing is proven by it."""

    screen: str = ""
    """The screen's name; empty before the first."""
    keys: int = 0
    """Presses that the keypad's driver has told."""
    sells: bool = False
    """Whether a payment may begin."""
    door_open: bool = False
    closed: bool = False
    """Whether a technician must put it back into sales."""
    settled: bool = False
    """Whether no payment is without an end, and nothing is to be given back."""
    scanning: bool = False
    """Whether the keypad's driver believes that a key is down, or may be."""


class StationPanel:
    """The simulated half of the station's own computer: an End, whose cable is the test's socket."""

    wake_at: Instant = NEVER

    def __init__(self) -> None:
        board = load_board(BOARDS / "paris-v1.toml")
        assert not isinstance(board.keypad, str)
        assert board.display != "simulated"
        assert isinstance(board.door, ContactWiring)
        assert isinstance(board.mains, ContactWiring)
        self.header, self._door, self._received = Header(), board.door.pin, b""
        self.spi = SpiPort(Ssd1322(), self.header, dc=board.display.dc, reset=board.display.reset)
        self.keys = 0
        self._matrix = KeyMatrix(self.header, board.keypad.rows, board.keypad.columns)
        self._keys = {name: (row, at) for row, names in enumerate(board.keypad.layout) for at, name in enumerate(names)}
        for contact in (board.door, board.mains):
            self.header.join(contact.pin, GROUND)

    def counted(self, take: Callable[[], Sequence[KeypadEvent]]) -> Callable[[], Sequence[KeypadEvent]]:
        """The `take` of a keypad's driver, its keys counted."""

        def counting() -> Sequence[KeypadEvent]:
            events = take()
            self.keys += sum(isinstance(event, KeyPressed) for event in events)
            return events

        return counting

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Obey the lines that are whole."""
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._obey(*line.decode().split())
        return b""

    def wake(self, now: Instant) -> bytes:
        """It never does anything by itself."""
        return b""

    def _obey(self, order: str, key: str = "") -> None:
        match order:
            case "press":
                self._matrix.press(*self._keys[key])
            case "release":
                self._matrix.release(*self._keys[key])
            case "open":
                self.header.part(self._door, GROUND)
            case "close":
                self.header.join(self._door, GROUND)


class ControlCable:
    """The test's socket, as the loop wants a cable."""

    lost = pending = False

    def __init__(self, far: socket.socket) -> None:
        self._far = far

    def fileno(self) -> int:
        return self._far.fileno()

    def read(self) -> bytes:
        return self._far.recv(4096)

    def write(self, data: bytes) -> None:
        if data:
            self._far.sendall(data)

    def flush(self) -> None:
        pass


def seen_in(station: Station, panel: StationPanel) -> StationSeen:
    """The station as it is between two turns."""
    context, keypad = station.context(), keypad_of(station.plugs)
    ledger, screen = context.ledger, station.machine.screen
    return StationSeen(
        screen.name,
        panel.keys,
        may_take_payment(context),
        bool(context.health.door_open),
        context.health.doubts or ledger.stopped,
        not ledger.started and not ledger.reversals.due,
        keypad.wake_at != NEVER,
    )


def keypad_of(plugs: Sequence[Plug]) -> MatrixKeypad:
    """The keypad's driver among a station's ends, wherever it stands."""
    return next(plug.end for plug in plugs if isinstance(plug.end, MatrixKeypad))


def stand_in(panel: StationPanel, control: ControlCable, clock: HurriedClock) -> None:
    """Put panel and clock where the station looks for its computer's, and let it tell what a test waits for."""
    spidev = ModuleType("spidev")
    spidev.SpiDev = lambda: panel.spi  # type: ignore[attr-defined]
    sys.modules |= {"lgpio": LgpioChip(panel.header), "spidev": spidev}
    turn, select, last = Station.turn, selectors.DefaultSelector.select, [StationSeen()]

    def with_panel(board: Board, lines: StationLines, wall: Callable[[], datetime]) -> Devices:
        devices = assemble(board, lines, wall)
        keypad = keypad_of(devices.plugs)
        keypad.take = panel.counted(keypad.take)  # type: ignore[method-assign]
        return replace(devices, plugs=(*devices.plugs, Plug("panel", panel, control)))

    def telling_turn(station: Station, *heard: Plug) -> None:
        turn(station, *heard)
        if (seen := seen_in(station, panel)) != last[0]:
            last[0] = seen
            control.write(msgspec.json.encode(seen) + b"\n")

    def hurried_select(selector: selectors.DefaultSelector, seconds: float | None) -> object:
        return select(selector, None if seconds is None else seconds / HURRY)

    patches: tuple[tuple[object, str, object], ...] = (
        (run_station, "assemble", with_panel),
        (run_station, "SystemClock", lambda: clock),
        (Station, "turn", telling_turn),
        (selectors.DefaultSelector, "select", hurried_select),
    )
    for owner, name, value in patches:
        setattr(owner, name, value)


if __name__ == "__main__":
    os.environ |= COMPUTER
    descriptor, began, *words = sys.argv[1:]
    stand_in(StationPanel(), ControlCable(socket.socket(fileno=int(descriptor))), HurriedClock(float(began)))
    sys.exit(main(words))
