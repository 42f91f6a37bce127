"""GPIO lines: the part of the RPi.GPIO interface we use, and the pipe that turns an edge interrupt into a byte.

On a Pi the object is the module `RPi.GPIO` itself (its rpi-lgpio build); at the desk it is a header of simulated pins. An
edge is reported by the library on a thread of its own; `EdgeCable` lets it do nothing there but write one byte to a pipe, so
that the station's single loop meets the edge as it meets serial bytes: readable file, `End.receive`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from typing import Protocol


class Gpio(Protocol):
    """GPIO interface: what we use of RPi.GPIO 0.7, by its own names. Channels are BCM numbers."""

    BCM: int
    IN: int
    OUT: int
    LOW: int
    HIGH: int
    PUD_OFF: int
    PUD_UP: int
    FALLING: int
    BOTH: int

    def setmode(self, mode: int, /) -> None:
        """Choose BCM numbering, before anything else."""

    def setwarnings(self, on: bool, /) -> None:
        """Warnings about channels in use."""

    def setup(self, channels: int | Sequence[int], direction: int, pull_up_down: int = ..., initial: int | None = None) -> None:
        """Make lines inputs (with a pull) or outputs (with a level)."""

    def output(self, channel: int, level: int, /) -> None:
        """Drive an output."""

    def input(self, channel: int, /) -> int:
        """Read a level."""

    def add_event_detect(self, channel: int, edge: int, callback: Callable[[int], None] | None = None) -> None:
        """Call back with the channel at every such edge, on a thread of the library's own."""

    def remove_event_detect(self, channel: int, /) -> None:
        """Stop calling back."""

    def cleanup(self) -> None:
        """Make every line we touched a plain input again."""


class EdgeCable:
    """A pipe from the GPIO library's thread to the loop: one byte an edge, dropped when the pipe is full (one is enough)."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def edge(self, channel: int) -> None:
        """The callback for `add_event_detect`. Safe on any thread."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._writer, bytes([channel & 0xFF]))

    def fileno(self) -> int:
        """The file descriptor to select on."""
        return self._reader

    def read(self) -> bytes:
        """The edges since the last call, a byte each."""
        try:
            return os.read(self._reader, 4096)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> None:
        """Lines carry no bytes outward."""

    @property
    def lost(self) -> bool:
        """Never: the header cannot be unplugged."""
        return False

    @property
    def pending(self) -> bool:
        """Never: lines carry no bytes outward."""
        return False

    def flush(self) -> None:
        """Nothing is ever pending."""

    def close(self) -> None:
        """Close both ends of the pipe."""
        os.close(self._reader)
        os.close(self._writer)
