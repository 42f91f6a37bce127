"""Simulated panel inside the emulator: header and display, and the port through which a test presses keys and reads pixels.

The emulated computer has neither header nor SPI. So `lgpio` and `spidev` are stood in for, in the station's own process, by
the electricity the desk simulates; what runs above them (rpi-lgpio, luma, every driver) is what is on the card. A thread
obeys a line of words on a port of the emulator: `press ROW COLUMN`, `release ROW COLUMN`, `picture`.
"""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

from hal.board import ContactWiring, load_board
from simulator.devices.header import Header, HeaderLines, PullResistor
from simulator.devices.matrix import KeyMatrix
from simulator.devices.ssd1322 import Ssd1322

SITE = Path("/opt/horodateur/lib/python3.11/site-packages")
PORT = Path("/dev/hdt-panel")


class SharedHeader(Header):
    """Simulated header with a lock: the station's thread and the port's use it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        super().__init__()

    def make_input(self, lines: HeaderLines, pull: PullResistor = PullResistor.OFF) -> None:
        with self._lock:
            super().make_input(lines, pull)

    def drive(self, lines: HeaderLines, level: int) -> None:
        with self._lock:
            super().drive(lines, level)

    def join(self, one: int, other: int) -> None:
        with self._lock:
            super().join(one, other)

    def part(self, one: int, other: int) -> None:
        with self._lock:
            super().part(one, other)

    def level(self, line: int) -> int:
        with self._lock:
            return super().level(line)


def real(name: str) -> ModuleType:
    """Load the card's own module of this name, which a substitute hides: it must load, though its hardware is not there."""
    compiled = SITE / f"{name}.cpython-311-aarch64-linux-gnu.so"
    path, kind = (compiled, ExtensionFileLoader) if compiled.exists() else (SITE / f"{name}.py", SourceFileLoader)
    loader = kind(name, str(path))
    spec = spec_from_loader(name, loader)
    assert spec
    stand_in = sys.modules[name]
    module = module_from_spec(spec)
    loader.exec_module(module)
    sys.modules[name] = stand_in  # a compiled module puts itself there
    return module


BOARD = load_board("/opt/horodateur/board/paris-v1.toml")
assert not isinstance(BOARD.keypad, str)
assert BOARD.display != "simulated"
HEADER, GLASS = SharedHeader(), Ssd1322()
KEYS = KeyMatrix(HEADER, BOARD.keypad.rows, BOARD.keypad.columns)
for contact in (BOARD.door, BOARD.mains):
    if isinstance(contact, ContactWiring):
        HEADER.join(contact.pin, 0)  # closed while all is well
HEADER.drive(0, 0)


def serve() -> None:
    """Serve the port for as long as the process lives."""
    with PORT.open("r+b", buffering=0) as port:
        words = b""
        while True:
            words += port.read(256) or b""
            while b"\n" in words:
                line, _, words = words.partition(b"\n")
                port.write(_obeyed(*line.decode().split()))


def _obeyed(order: str, *numbers: str) -> bytes:
    if order == "picture":
        return GLASS.picture().tobytes()
    row, column = map(int, numbers)
    (KEYS.press if order == "press" else KEYS.release)(row, column)
    return b"."


threading.Thread(target=serve, daemon=True).start()
