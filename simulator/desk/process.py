"""Process of a simulated station: runs it until it leaves; whoever started it is told, as a supervisor is."""

from __future__ import annotations

from collections.abc import Callable

from firmware.app import Station
from firmware.journal.journal_file import JournalError
from firmware.station.equipment import Plug


class StationProcess:
    """The calls that can end a station's process."""

    def __init__(self, station: Station, left: Callable[[], None]) -> None:
        """`left`: called when the process has ended by itself."""
        self._station, self._left = station, left

    def turn(self) -> None:
        """As `Station.turn`."""
        self._run(self._station.turn)

    def receive(self, plug: Plug, data: bytes) -> None:
        """As `Station.receive`."""
        self._run(lambda: self._station.receive(plug, data))

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except JournalError:
            self._left()
