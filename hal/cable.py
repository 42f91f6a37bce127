"""Cable ends and serial ports: the `End` protocol of drivers and simulated devices, and what carries their bytes.

The theory. A serial line has two ends that know nothing of each other but bytes and time. Both are written as an
`End`: a deadline (`wake_at`) and two callbacks (`receive`, `wake`), none of which reads a clock, sleeps or touches a
file. Whoever runs the ends (the selector loop on a Pi, a heap of virtual instants at the desk) carries the bytes and
keeps the time. So a driver cannot tell a Pi from a desk, and a test needs neither threads nor patience.

A port method such as `charge` writes nothing itself: it sets `wake_at = AT_ONCE`, and the bytes leave with the next
`wake`.
"""

from __future__ import annotations

import os
import termios
from typing import Protocol

import serial

from hal.ports import Instant


class End(Protocol):
    """One end of a cable. Both methods return the bytes to send to the other end, perhaps none."""

    @property
    def wake_at(self) -> Instant:
        """Deadline of the next `wake`; NEVER if it only waits for bytes; AT_ONCE if it has something to send."""

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Bytes arrived, cut anywhere. Must never raise, whatever they are."""

    def wake(self, now: Instant) -> bytes:
        """`wake_at` has come. Must move `wake_at` past `now`."""


class Cable(Protocol):
    """Carries bytes away from an End; what comes back is handed to `End.receive` by whoever runs it."""

    def write(self, data: bytes) -> None:
        """Send, in order, without waiting."""


MARK = 0xFF
"""Begins what the kernel says of a line error, PARMRK: FF 00 and the byte that came damaged (00 for a break); FF is FF FF."""


class LineErrors:
    """Takes the damaged bytes and breaks that the kernel has marked out of what a line brings, wherever reads are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def without(self, data: bytes) -> bytes:
        """The bytes that arrived undamaged."""
        data, whole = self._rest + data, bytearray()
        at = 0
        while at < len(data):
            length = 1 if data[at] != MARK else 3 if data[at + 1 : at + 2] == b"\x00" else 2
            if at + length > len(data):
                break
            if length < 3:
                whole.append(data[at])
            at += length
        self._rest = data[at:]
        return bytes(whole)


def mark_line_errors(descriptor: int) -> None:
    """Have the kernel mark damaged bytes and breaks: pyserial leaves them to look like good ones, a break like 00.

    Raises termios.error for what is no serial port.
    """
    settings = termios.tcgetattr(descriptor)
    settings[0] |= termios.INPCK | termios.PARMRK
    settings[0] &= ~(termios.IGNPAR | termios.IGNBRK | termios.BRKINT | termios.ISTRIP)
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


class SerialCable:
    """Serial port (or a pty, or /dev/ttyUSB0) through pyserial, never blocking. What comes damaged is dropped.

    `fileno` is for a selector; `pending` says whether to ask it for writability. A line that vanishes (an unplugged USB
    adapter) reads as silence: the driver's own time-outs then say what that means.
    """

    def __init__(self, port: str, baud: int, *, bytesize: int = 8, parity: str = "N") -> None:
        """Open the port. Raises serial.SerialException naming it if it cannot be."""
        self._port = serial.Serial(port, baud, bytesize=bytesize, parity=parity, timeout=0, write_timeout=0, exclusive=True)
        self._unsent, self._errors = b"", LineErrors()
        self.lost = False
        mark_line_errors(self.fileno())

    def fileno(self) -> int:
        """The file descriptor to select on."""
        return int(self._port.fileno())

    @property
    def pending(self) -> bool:
        """Whether bytes wait for the line to take them."""
        return bool(self._unsent)

    def write(self, data: bytes) -> None:
        """Send, in order; what the line does not take now stays in `pending` until `flush`."""
        self._unsent += data
        self.flush()

    def flush(self) -> None:
        """Write what is pending. Not through pyserial, whose `write` turns round for ever on a line that is full."""
        if not self._unsent:
            return
        try:
            sent = os.write(self.fileno(), self._unsent)
        except BlockingIOError:
            return
        except OSError:
            self.lost, self._unsent = True, b""
        else:
            self._unsent = self._unsent[sent:]

    def read(self) -> bytes:
        """Bytes that have arrived; empty when none have, or the line is lost."""
        try:
            return self._errors.without(bytes(self._port.read(4096)))
        except (serial.SerialException, OSError):
            self.lost = True
            return b""

    def close(self) -> None:
        """Close the port."""
        self._port.close()
