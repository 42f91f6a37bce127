"""Simulated front board: the firmware that ships, run by an interpreter of its own over simulated pins, in virtual time.

Nothing of the firmware is imitated here: `pico/run.py` is the far side of its modules, this file is what stands around the
chip. The clock of the chip moves only when a byte, a contact or a deadline is handed over, so an hour costs what happens
in it, and the same run gives the same bytes.

MicroPython runs it where its wheel exists; any CPython does otherwise (`interpreter`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from hal.ports import NEVER, Instant

RUN = Path(__file__).parent / "pico" / "run.py"
HEAP = "400k"
"""Of MicroPython on 64 bits: an object takes twice what it takes on the chip, which leaves some 190 kB."""
POWER_ON, BY_WATCHDOG = 1, 3
"""Causes of a reset, as the chip says them."""
START_S = 0.3
"""Seconds from a reset to the first turn: the interpreter starts, and the firmware is compiled."""


def interpreter() -> tuple[str, ...]:
    """The program that runs the firmware: MicroPython if it is installed, else this Python."""
    if find_spec("micropython_unix") is None:
        return (sys.executable, "-I", "-S")
    return (str(Path(sys.executable).with_name("micropython")), "-X", f"heapsize={HEAP}")


class PanelDevice:
    """The front board on its line: an `End` whose far side is the station, and the contacts around the chip."""

    def __init__(self, firmware: Path, contacts: Sequence[int], program: Sequence[str] = ()) -> None:
        """`firmware`: its files, as they lie on the board; `contacts`: pins that are grounded while all is well."""
        self._firmware, self._program = firmware, tuple(program or interpreter())
        self._joined: set[tuple[int, int]] = set()
        self._grounded = set(contacts)
        self._scratch = self._starts = 0
        self._lux: int | None = None
        self._process: subprocess.Popen[str] | None = None
        self._base: Instant = 0.0
        self._touched = True
        self._cause = POWER_ON
        self.outputs: dict[int, int] = {}
        """Pin -> level, of outputs that have moved since it has power; a light's is 0 to 255."""
        self.moved: Callable[[int, int], None] = lambda pin, level: None
        """Called with each output that moves."""
        self.second_line = SecondLine()
        self.starts = 0
        """How often the chip has started."""
        self.hung = False
        self.wake_at: Instant = 0.0

    # --- what hands and accidents do; afterwards its wire is to `look`

    def join(self, row: int, column: int, closed: bool) -> None:
        """Close or open a contact between two pins."""
        (self._joined.add if closed else self._joined.discard)((row, column))
        self._touch()

    def ground(self, pin: int, closed: bool) -> None:
        """Close or open a contact between a pin and ground."""
        (self._grounded.add if closed else self._grounded.discard)(pin)
        self._touch()

    def shine(self, lux: int | None) -> None:
        """So much light on its sensor; None: there is none, or it is broken."""
        self._lux = lux
        self._touched = True

    def power(self, on: bool, now: Instant) -> None:
        """Give it power, or take it away: it remembers nothing."""
        self._stop()
        self._scratch, self._starts, self._cause, self.outputs = 0, 0, POWER_ON, {}
        self.wake_at = now + START_S if on else NEVER

    def reset(self, now: Instant, cause: int = BY_WATCHDOG) -> None:
        """A glitch: the chip starts again, and says this cause."""
        self._stop()
        self._cause, self.wake_at = cause, now + START_S

    def hang(self, on: bool, now: Instant) -> None:
        """Its program stands still; once it goes on, its watchdog may have bitten."""
        self.hung = on
        self.wake_at = NEVER if on else now

    def close(self) -> None:
        """End the process."""
        self._stop()
        self.wake_at = NEVER

    def _touch(self) -> None:
        self._touched = True
        if self._process is not None and not self.hung:
            self.wake_at = 0.0

    # --- the end of the cable

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Bytes for a chip that runs; another does not hear them."""
        return self._step(data, now) if self._process is not None and not self.hung else b""

    def wake(self, now: Instant) -> bytes:
        """Its deadline has come, or it starts."""
        if self._process is None:
            self._start(now)
        return self._step(b"", now)

    def free(self, now: Instant) -> int:
        """Bytes of its heap that are free, after a collection."""
        answer = self._exchange({**self._told(b"", now), "free": True})
        self._exchange(self._told(b"", now))
        free = answer["free"]
        assert isinstance(free, int)
        return free

    def _step(self, data: bytes, now: Instant) -> bytes:
        answer = self._exchange(self._told(data, now))
        for pin, level in dict(answer["moved"] or {}).items():  # type: ignore[call-overload]
            self.outputs[int(pin)] = level
            self.moved(int(pin), level)
        self.second_line.receive(bytes.fromhex(str(answer["line"])))
        self._scratch, self._starts = int(str(answer["scratch"])), int(str(answer["starts"]))
        if "reset" in answer:
            self._stop()
            self._cause, self.wake_at = int(str(answer["reset"])), now + START_S
        else:
            self.wake_at = now + int(str(answer["wait"])) / 1000 if answer["wait"] else now + 0.001
        return bytes.fromhex(str(answer["data"]))

    def _told(self, data: bytes, now: Instant) -> dict[str, object]:
        told: dict[str, object] = {"now": round((now - self._base) * 1000), "data": data.hex()}
        if self._touched:
            told |= {"contacts": sorted(self._joined), "grounded": sorted(self._grounded), "lux": self._lux}
        self._touched = False
        return told

    # --- the process

    def _start(self, now: Instant) -> None:
        command = [*self._program, str(RUN), str(self._firmware), str(self._scratch), str(self._starts), str(self._cause)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._base, self._touched = now, True
        self.starts += 1
        self._read()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _exchange(self, told: dict[str, object]) -> dict[str, object]:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, object]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._stop()
            raise RuntimeError("the front board's interpreter has ended")
        answer: dict[str, object] = json.loads(line)
        return answer


class SecondLine:
    """HD44780 of sixteen characters behind a PCF8574, on four data lines: what stands on it."""

    def __init__(self) -> None:
        self._half: int | None = None
        self._at = 0
        self._cells = bytearray(b" " * 16)
        self._four_bits = 0

    @property
    def text(self) -> str:
        """What a person reads."""
        return self._cells.decode("ascii", "replace").rstrip()

    def receive(self, data: bytes) -> None:
        """Take a half byte at each fall of the enable line."""
        for before, after in pairwise(data):
            if before & 4 and not after & 4:
                self._clock(before)

    def _clock(self, lines: int) -> None:
        if self._half is None:
            self._half = lines & 0xF0
            return
        byte, self._half = self._half | lines >> 4, None
        if lines & 1:
            self._cells[self._at % 16] = byte
            self._at += 1
        elif byte & 0x80:
            self._at = byte & 0x7F
        elif byte == 1:
            self._cells[:], self._at = b" " * 16, 0
