"""When each driver of a station wants to be woken, and its waking. Each is asked once a turn, and after it was spoken to."""

from __future__ import annotations

from collections.abc import Sequence

from firmware.station.device_calls import DeviceCalls
from firmware.station.equipment import Plug
from hal.ports import NEVER, Instant


class DriverDeadlines:
    """The deadlines of the drivers of one station."""

    def __init__(self, plugs: Sequence[Plug], calls: DeviceCalls) -> None:
        self._plugs, self._calls = plugs, calls
        self.ask()

    def ask(self) -> None:
        """Ask every driver: bytes, or a connection, may have moved its deadline."""
        self._deadlines = [plug.end.wake_at for plug in self._plugs]

    def _follow_calls(self) -> None:
        """Ask again if a port was called."""
        if self._calls.take_used():
            self.ask()

    @property
    def next(self) -> Instant:
        """The earliest; NEVER where there is none."""
        self._follow_calls()
        return min(self._deadlines, default=NEVER)

    def wake_due(self, now: Instant) -> bool:
        """Wake the drivers whose deadline has come; whether there was one."""
        self._follow_calls()
        due = [place for place, deadline in enumerate(self._deadlines) if deadline <= now]
        for place in due:
            plug = self._plugs[place]
            plug.cable.write(plug.end.wake(now))
            self._deadlines[place] = plug.end.wake_at
        return bool(due)
