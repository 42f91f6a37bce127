"""Surroundings of the emulated card: simulated printer and card terminal, key presses, pictures of the display.

The devices are the desk's (simulator/devices), in real time, on the emulator's serial ports. They outlive a power cut of the
station, as they do in the street: what they debited and printed is what the journal is held against.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from hal.board import load_board
from hal.ports import Instant
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice
from tests.image.emulator import Emulator

ROOT = Path(__file__).parents[2]
PIXELS = 256 * 64
LOOK_EVERY = 0.5
"""Seconds from one look at the glass to the next: each costs the emulated processor something."""


class TrialError(Exception):
    """The image failed a trial: what it did not do."""


class _End(Protocol):
    @property
    def wake_at(self) -> Instant: ...

    def receive(self, data: bytes, now: Instant) -> bytes: ...

    def wake(self, now: Instant) -> bytes: ...


def _keys() -> Mapping[str, tuple[int, int]]:
    keypad = load_board(ROOT / "board" / "paris-v1.toml").keypad
    assert not isinstance(keypad, str)
    return {name: (row, column) for row, names in enumerate(keypad.layout) for column, name in enumerate(names) if name}


@dataclass
class EmulatedStreet:
    """Devices and display around one emulator after another."""

    terminal: ConcertDevice = field(default_factory=ConcertDevice)
    printer: PrinterDevice = field(default_factory=lambda: PrinterDevice(dots=576, baud=19200))
    keys: Mapping[str, tuple[int, int]] = field(default_factory=_keys)
    emulator: Emulator | None = None
    glass: bytes = bytes(PIXELS)
    """The last picture seen."""
    _heard: dict[str, bytes] = field(default_factory=dict)

    def plug(self, emulator: Emulator) -> None:
        """Connect the devices to this emulator."""
        self.emulator, self._heard = emulator, {"panel": b"", "report": b""}

    @property
    def ends(self) -> Mapping[str, _End]:
        """Devices by the emulator's ports."""
        return {"printer": self.printer, "terminal": self.terminal}

    @property
    def now(self) -> datetime:
        """Time of the station's clock."""
        return self._running().now

    def cut(self) -> None:
        """Cut the power at this instant."""
        self._running().cut()
        self.emulator = None

    # --- time ---

    def until(self, truth: Callable[[], object], what: str, seconds: float = 180.0) -> float:
        """Wait until something is true; seconds it took. Raises TrialError if it never is."""
        begun = time.monotonic()
        while not truth():
            self._turn(0.05)
            if time.monotonic() > begun + seconds:
                raise TrialError(f"{what}: not within {seconds:.0f} s")
        return time.monotonic() - begun

    def _turn(self, patience: float) -> None:
        emulator = self._running()
        wanted = min(end.wake_at for end in self.ends.values()) - time.monotonic()
        ready, _, _ = select.select(list(emulator.ports.values()), [], [], max(0.0, min(wanted, patience)))
        for name, port in emulator.ports.items():
            if port in ready:
                self._hear(name, port.recv(65536))
        for name, end in self.ends.items():
            if end.wake_at <= time.monotonic():
                self._send(name, end.wake(time.monotonic()))

    def _hear(self, name: str, data: bytes) -> None:
        if name in self.ends:
            self._send(name, self.ends[name].receive(data, time.monotonic()))
        else:
            self._heard[name] += data

    def _send(self, name: str, data: bytes) -> None:
        if data:
            self._running().ports[name].sendall(data)

    def _running(self) -> Emulator:
        if self.emulator is None or self.emulator.process.poll() is not None:
            raise TrialError("the emulator ended")
        return self.emulator

    # --- hand and eyes ---

    def picture(self) -> bytes:
        """Pixels of the display, a byte each; waits for a station that is starting."""
        self.glass = self._asked("picture\n", PIXELS)
        return self.glass

    def sees(self, wanted: Callable[[bytes], object], what: str, seconds: float = 240.0) -> float:
        """Wait until the display shows this picture; seconds it took."""
        begun = time.monotonic()
        while not wanted(self.picture()):
            if time.monotonic() > begun + seconds:
                raise TrialError(f"the glass never showed {what}")
            self.until(partial(_after, time.monotonic() + LOOK_EVERY), "a pause")
        return time.monotonic() - begun

    def press(self, key: str) -> None:
        """Hold a key until the display changes."""
        before = self.picture()
        row, column = self.keys[key]
        self._asked(f"press {row} {column}\n", 1)
        self.sees(lambda now: now != before, f"anything new at the key {key}")
        self._asked(f"release {row} {column}\n", 1)

    def present(self) -> bool:
        """Hold a card to the terminal; False if it asks for none."""
        return self.terminal.core.present("contactless", time.monotonic())

    def report(self) -> dict[str, Any]:
        """System report (guest/report.py)."""
        self._heard["report"] = b""
        self._send("report", b"?")
        self.until(lambda: b"\n" in self._heard["report"], "a report", 120)
        answer: dict[str, Any] = json.loads(self._heard["report"])
        return answer

    def _asked(self, order: str, size: int) -> bytes:
        self._heard["panel"] = b""
        self._send("panel", order.encode())
        self.until(lambda: len(self._heard["panel"]) >= size, f"{order.strip()}: an answer", 600)
        return self._heard["panel"]


def _after(instant: float) -> bool:
    return time.monotonic() > instant
