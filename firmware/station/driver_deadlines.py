"""When each driver of a station wants to be woken, and its waking.

Who was spoken to is asked again; each of them is, in a turn of the station that heard something.
"""

from __future__ import annotations

from collections.abc import Sequence

from firmware.station.device_calls import DeviceCalls
from firmware.station.equipment import Plug
from hal.ports import NEVER, Instant


class DriverDeadlines:
    """The deadlines of the drivers of one station."""

    def __init__(self, plugs: Sequence[Plug], calls: DeviceCalls) -> None:
        self._plugs, self._calls = plugs, calls
        self._deadlines: dict[str, Instant] = {}
        self._next = NEVER
        self.ask()

    def ask(self, *spoken_to: Plug) -> None:
        """Ask the drivers of these plugs, or every one: bytes, or a connection, may have moved their deadlines."""
        for plug in spoken_to or self._plugs:
            self._deadlines[plug.name] = plug.end.wake_at
        self._next = min(self._deadlines.values(), default=NEVER)

    def _follow_calls(self) -> None:
        """Ask again if a port was called."""
        if self._calls.take_used():
            self.ask()

    @property
    def next(self) -> Instant:
        """The earliest; NEVER where there is none."""
        self._follow_calls()
        return self._next

    def wake_due(self, now: Instant) -> None:
        """Wake the drivers whose deadline has come, until none has."""
        self._follow_calls()
        while self._next <= now:
            due = [plug for plug in self._plugs if self._deadlines[plug.name] <= now]
            for plug in due:
                plug.cable.write(plug.end.wake(now))
            self.ask(*due)
            self._follow_calls()
