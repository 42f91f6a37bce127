"""Serial port that comes and goes: a USB device that starts again leaves the bus, and returns as another file.

One descriptor that never changes (an epoll) stands for whichever port is open, so the loop of the station watches it as it
watches any cable. The port is opened again by a write, which its driver's greeting makes several times a second.
"""

from __future__ import annotations

import contextlib
import select
from collections.abc import Callable

from serial import SerialException

from hal.cable import SerialCable


class ReopenedSerial:
    """`Cable` over a serial port that is opened again after it was lost, and a `FileCable` for the loop."""

    def __init__(self, open_port: Callable[[], SerialCable]) -> None:
        """`open_port` raises SerialException while there is none."""
        self._open, self._poll = open_port, select.epoll()
        self._port: SerialCable | None = None
        self.lost = False
        """Never: it comes back."""

    def fileno(self) -> int:
        """The descriptor to select on."""
        return self._poll.fileno()

    @property
    def pending(self) -> bool:
        """Never: the epoll watches for writability itself."""
        return False

    def write(self, data: bytes) -> None:
        """Send, in order; dropped while there is no port, which is looked for each time."""
        if data and self._is_open():
            self._do(lambda port: port.write(data))

    def flush(self) -> None:
        """Write as much of the pending bytes as the line takes."""
        self._do(lambda port: port.flush())

    def read(self) -> bytes:
        """Bytes that have arrived; empty when none have, or there is no port."""
        received = b""
        if self._port is not None:
            self.flush()
            received = self._port.read()
            self._do(lambda port: None)
        return received

    def close(self) -> None:
        """Close the port and the descriptor."""
        if self._port is not None:
            self._port.close()
        self._port = None
        self._poll.close()

    def _is_open(self) -> bool:
        if self._port is None:
            with contextlib.suppress(SerialException, OSError):
                self._port = self._open()
                self._poll.register(self._port.fileno(), select.EPOLLIN)
        return self._port is not None

    def _do(self, act: Callable[[SerialCable], None]) -> None:
        """Act on the port, if there is one; let it go if that shows that it is lost, else watch for what it waits for."""
        if self._port is None:
            return
        act(self._port)
        if not self._port.lost:
            self._poll.modify(self._port.fileno(), select.EPOLLIN | (select.EPOLLOUT if self._port.pending else 0))
            return
        with contextlib.suppress(OSError):
            self._poll.unregister(self._port.fileno())
        self._port.close()
        self._port = None
