"""The city at the far end of a station's network, in the same process. Knows no wire.

The request bodies that cross the simulated network are given to the very function the city's HTTP endpoint calls.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from central import intake
from hal.ports import NEVER, Instant


class CityEnd:
    """Answers each request body with the city's answer."""

    wake_at: Instant = NEVER

    def __init__(self, store: Engine, station: str, wall: Callable[[], datetime]) -> None:
        self._store, self._station, self._wall = store, station, wall

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take a batch."""
        return intake.take(self._store, self._station, data, self._wall()).body

    def wake(self, now: Instant) -> bytes:
        """The city never speaks first."""
        return b""
