"""Wire of a connection in virtual time: between the station, which dials, and a simulated device that listens.

Bytes arrive in the pieces they were sent in, after the line's latency and with its faults (`VirtualLine`). A cut line says
nothing to either side, as on a real network; a device that does not listen refuses at once. A station that loses its power
says no goodbye: the device hears of it when the station dials again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from hal.link import LinkedEnd
from simulator.virtual_time import Tap, Timer, VirtualLine, VirtualTime, discard


class ListeningEnd(LinkedEnd, Protocol):
    """The device at the far end."""

    @property
    def listens(self) -> bool:
        """Whether it takes a connection now; one that stops to has lost the connection it had."""

    @property
    def hangs_up(self) -> bool:
        """Whether it has said all it will on this connection: looked at after each of its words."""


class NetworkWire:
    """`hal.link.Link` of a station at the desk.

    `on_data` is what the station does with what comes back, and with a connection made or lost (of which it gets no bytes).
    """

    def __init__(self, time: VirtualTime, name: str, far: ListeningEnd, tap: Tap) -> None:
        self.name, self.line = name, VirtualLine(latency=0.001)
        self.on_data: Callable[[bytes], None] = discard
        self.end: LinkedEnd | None = None
        """The driver, told of the connection; None while the station has no power."""
        self._time, self._far, self._tap = time, far, tap
        self._dialled = 0
        self._dialling, self._near, self._there = 0, 0, 0
        """Numbers of connections, 0 for none: the one that is being made, and the one that either side believes in."""
        self._alarm = Timer(time, lambda: far.wake_at, self._wake)
        self._alarm.watch()

    # --- what the station does ------------------------------------------------------------------------------------

    def attach(self, end: LinkedEnd) -> None:
        """Whom to tell."""
        self.end = end

    def dial(self) -> None:
        """Begin to connect."""
        if not self._dialling and not self._near:
            self._dialled += 1
            self._dialling = self._dialled
            self._after_latency(partial(self._answer_dial, self._dialling))

    def hang_up(self) -> None:
        """Close. What is under way to the device arrives, what is under way from it does not."""
        self._after_latency(partial(self._tell_far_of_the_end, self._near))
        self._dialling = self._near = 0

    def write(self, data: bytes) -> None:
        """Send, if there is a connection."""
        if data and self._near:
            self._send("station", data, partial(self._arrive, self._near))

    def drop_unsent(self) -> None:
        """The station lost its power: nothing is said to the far end."""
        self._dialling = self._near = 0
        self.end = None

    def look(self) -> None:
        """Follow a hand or a fault that has touched the device."""
        if self._there and not self._far.listens:
            self._close(self._there)
        self._alarm.watch()

    # --- the connection -------------------------------------------------------------------------------------------

    def _after_latency(self, action: Callable[[], None]) -> None:
        self._time.at(self._time.now + self.line.latency, action)

    def _answer_dial(self, connection: int) -> None:
        if connection != self._dialling or self.line.cut:
            return
        self._dialling = 0
        if not self._far.listens:
            self._tell_station(up=False)
            return
        self._tell_far_of_the_end(self._there)
        self._near = self._there = connection
        self._far.connected()
        self._alarm.watch()
        self._tell_station(up=True)

    def _tell_station(self, *, up: bool) -> None:
        if self.end is not None:
            self.end.connected() if up else self.end.disconnected()
            self.on_data(b"")

    def _tell_far_of_the_end(self, connection: int) -> None:
        if connection and connection == self._there and not self.line.cut:
            self._there = 0
            self._far.disconnected()
            self._alarm.watch()

    def _close(self, connection: int) -> None:
        """The device has closed, or was switched off."""
        if connection != self._there:
            return
        self._there = 0
        self._far.disconnected()
        self._after_latency(partial(self._tell_near_of_the_end, connection))
        self._alarm.watch()

    def _tell_near_of_the_end(self, connection: int) -> None:
        if connection == self._near and not self.line.cut:
            self._near = 0
            self._tell_station(up=False)

    # --- bytes ----------------------------------------------------------------------------------------------------

    def _send(self, sender: str, data: bytes, arrive: Callable[[bytes], None]) -> None:
        self._tap(self.name, sender, data)
        if carried := self.line.carry(data):
            self._after_latency(partial(arrive, carried))

    def _arrive(self, connection: int, data: bytes) -> None:
        if connection == self._there:
            self._answer(self._far.receive(data, self._time.now))

    def _hear(self, connection: int, data: bytes) -> None:
        if connection == self._near:
            self.on_data(data)

    def _wake(self) -> None:
        self._answer(self._far.wake(self._time.now))

    def _answer(self, data: bytes) -> None:
        """Carry a word of the device, which closes after its last one: at once, so that the end follows it."""
        if data and self._there:
            self._send(self.name, data, partial(self._hear, self._there))
        if self._there and self._far.hangs_up:
            self._close(self._there)
        self._alarm.watch()
