"""Process of a simulated station: runs it until it leaves; whoever started it is told, as a supervisor is.

While a slow disk holds it, time passes around it and the devices go on; what they send waits, as in the kernel's buffers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from firmware.app import Station
from firmware.journal.journal_file import JournalError
from firmware.station.equipment import Plug
from hal.ports import NEVER, Instant
from simulator.virtual_time import VirtualTime


class StationProcess:
    """The calls that can end a station's process."""

    def __init__(self, station: Station, time: VirtualTime, left: Callable[[], None]) -> None:
        """`left`: called when the process has ended by itself."""
        self._station, self._time, self._left = station, time, left
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = False

    @property
    def waiting(self) -> int:
        """Calls that wait until it is held no more."""
        return len(self._waiting)

    @property
    def wake_at(self) -> Instant:
        """When `turn` must be called at the latest; never while it is held."""
        return NEVER if self._running else self._station.wake_at

    def turn(self) -> None:
        """As `Station.turn`: something may have changed behind its back."""
        self._run(self._station.turn)

    def wake(self) -> None:
        """As `Station.wake`."""
        self._run(self._station.wake)

    def receive(self, plug: Plug, data: bytes) -> None:
        """As `Station.receive`."""
        self._run(lambda: self._station.receive(plug, data))

    def stall(self, seconds: float) -> None:
        """Hold the process; called from within one of its calls."""
        self._time.run_until(self._time.now + seconds)

    def _run(self, call: Callable[[], None]) -> None:
        self._waiting.append(call)
        if self._running:
            return
        self._running = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        except JournalError:
            self._waiting.clear()
            self._left()
        finally:
            self._running = False
