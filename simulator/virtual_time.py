"""Virtual time: an event queue, and the clocks, timers and wires that run on it.

The theory. Time is a heap of (instant, order, action) and passes only when somebody runs it. So an hour costs what happens in
it, the same run gives the same result to the byte, and a test never waits. A `Wire` carries bytes between a driver and a
simulated device as a serial line does: so many bits a second, in pieces, each way on its own. Faults of a line (cut, garbled,
slow, lossy) are values laid on the wire; faults of a device belong to the device.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from random import Random

from hal.cable import End
from hal.ports import NEVER, Instant
from hal.time_zone import PARIS

Action = Callable[[], None]
MOST = 100_000
"""Actions at one instant: more are a loop, which on a Pi would take all of its processor."""
PIECE = 16
"""Bytes a line hands over at once: what a UART's FIFO holds."""


class VirtualTime:
    """Virtual time: a queue of actions, each done at its instant."""

    def __init__(self) -> None:
        self.now: Instant = 0.0
        self._heap: list[tuple[Instant, int, Action]] = []
        self._order = count()

    def at(self, instant: Instant, action: Action) -> None:
        """Schedule an action; never done, for NEVER."""
        if instant < NEVER:
            heapq.heappush(self._heap, (max(instant, self.now), next(self._order), action))

    @property
    def waiting(self) -> int:
        """Actions that are scheduled."""
        return len(self._heap)

    def run_until(self, instant: Instant) -> None:
        """Let time pass up to `instant`, included: do every action due until then."""
        done = 0
        while self._heap and self._heap[0][0] <= instant:
            at, _, action = heapq.heappop(self._heap)
            done = done + 1 if at == self.now else 0
            if done > MOST:
                raise RuntimeError(f"{done} actions at the instant {at}: something wants to be woken, and does nothing then")
            self.now = at
            action()
        self.now = max(self.now, instant)


class Timer:
    """Timer: calls `action` when the instant it watches comes; the instant may move at any time, if `watch` is called after."""

    def __init__(self, time: VirtualTime, due: Callable[[], Instant], action: Action) -> None:
        self._time, self._due, self._action = time, due, action
        self._set: Instant = NEVER
        self.off = False

    def watch(self) -> None:
        """Reschedule after the instant may have moved."""
        due = max(self._due(), self._time.now)
        if due < self._set:
            self._set = due
            self._time.at(due, lambda: self._ring(due))

    def _ring(self, due: Instant) -> None:
        if due != self._set:
            return  # an earlier one has been set since
        self._set = NEVER
        if not self.off:
            if self._due() <= self._time.now:
                self._action()
            self.watch()


class VirtualClock:
    """`Clock` on virtual time; the wall clock can be set."""

    def __init__(self, time: VirtualTime, wall: datetime) -> None:
        self._time = time
        self._told = (0.0, datetime.fromtimestamp(0.0, PARIS))
        self.set(wall)

    def set(self, wall: datetime) -> None:
        """Set the wall clock. `wall` is aware; no time passes."""
        self._start = wall.astimezone(PARIS).timestamp() - self._time.now

    def now(self) -> Instant:
        """Virtual seconds since this time began."""
        return self._time.now

    def wall(self, ahead: float = 0.0) -> datetime:
        """The time in Paris, or what it will be in so many seconds."""
        instant = self._start + self._time.now + ahead
        if instant != self._told[0]:
            self._told = instant, datetime.fromtimestamp(instant, PARIS)
        return self._told[1]

    def synchronised(self) -> bool:
        """Virtual time never drifts."""
        return True


Tap = Callable[[str, str, bytes], None]
"""Told of every transfer: the line's name, who sent it, the bytes."""


@dataclass
class VirtualLine:
    """Faults of a line: latency, loss, cut, garbled bits, NULs, everything twice."""

    latency: float = 0.0
    """Seconds before the first bit arrives."""
    loss: float = 0.0
    """The share of transfers that never arrive, 0 to 1."""
    cut: bool = False
    """Nothing arrives."""
    garbled: bool = False
    """One bit of every transfer is turned."""
    nuls: bool = False
    """A NUL arrives after every transfer: what a break on the line reads as."""
    duplicated: bool = False
    """Every transfer arrives twice. Not on a TCP connection, which never does that."""
    late: float = 0.0
    """Seconds that a transfer may come later than it should, each by itself: a later one may overtake it."""
    alter: Callable[[bytes, Random], bytes] | None = None
    """What somebody on the way makes of it."""
    random: Random = field(default_factory=lambda: Random(0))

    def arrivals(self, data: bytes) -> tuple[bytes, ...]:
        """What arrives, and how often."""
        carried = self.carry(data)
        return (carried,) * (2 if self.duplicated else 1) if carried else ()

    def carry(self, data: bytes) -> bytes:
        """What arrives of what was sent."""
        if self.cut or (self.loss and self.random.random() < self.loss):
            return b""
        if self.garbled:
            at = self.random.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ (1 << self.random.randrange(8))]) + data[at + 1 :]
        data = self.alter(data, self.random) if self.alter else data
        return data + b"\0" if self.nuls else data

    def delay(self) -> float:
        """Seconds that this transfer comes later."""
        return self.random.uniform(0.0, self.late) if self.late else 0.0


def discard(data: bytes) -> None:
    """Drop what arrives: nothing is connected."""


class Wire:
    """Wire between the station (which writes to it) and a simulated device at its far end.

    `on_data` is what the station does with what comes back; it may be replaced (a new station after a power cut).
    """

    def __init__(self, time: VirtualTime, name: str, far: End, tap: Tap, *, baud: int | None = None) -> None:
        """`baud`: 10 bits a byte; None for a line whose messages arrive whole (a network)."""
        self.name, self.line = name, VirtualLine()
        self.on_data: Callable[[bytes], None] = discard
        self._time, self._far, self._tap = time, far, tap
        self._seconds = 10 / baud if baud else 0.0
        self._piece = PIECE if baud else 1 << 30
        self._free = {"station": 0.0, name: 0.0}
        self._cuts = 0
        self._alarm = Timer(time, lambda: far.wake_at, self._wake)
        self._alarm.watch()

    def write(self, data: bytes) -> None:
        """Send from the station (this is its `hal.cable.Cable`)."""
        self._send("station", data, partial(self._arrive, self._cuts))

    def drop_unsent(self) -> None:
        """Drop what the station had not sent to the last bit when it lost its power."""
        self._cuts += 1
        self._free["station"] = 0.0

    def look(self) -> None:
        """Reschedule the device's wake-up after a hand or a fault has touched it."""
        self._alarm.watch()

    def _send(self, sender: str, data: bytes, arrive: Callable[[bytes], None]) -> None:
        if not data:
            return
        self._tap(self.name, sender, data)
        for at in range(0, len(data), self._piece):
            piece = data[at : at + self._piece]
            start = max(self._time.now + self.line.latency, self._free[sender])
            self._free[sender] = start + len(piece) * self._seconds
            for carried in self.line.arrivals(piece):
                self._time.at(self._free[sender] + self.line.delay(), partial(arrive, carried))

    def _arrive(self, cuts: int, data: bytes) -> None:
        if cuts == self._cuts:
            self._answer(self._far.receive(data, self._time.now))

    def _wake(self) -> None:
        self._answer(self._far.wake(self._time.now))

    def _answer(self, data: bytes) -> None:
        self._send(self.name, data, lambda data: self.on_data(data))
        self._alarm.watch()


class RequestWire(Wire):
    """Wire over which requests are posted and answered one by one, as over HTTP.

    An answer that comes when its request was given up, and another sent, is heard by nobody.
    """

    def __init__(self, time: VirtualTime, name: str, far: End, tap: Tap) -> None:
        super().__init__(time, name, far, tap)
        self._asked = 0

    def write(self, data: bytes) -> None:
        """Post a request from the station."""
        self._asked += 1
        self._send("station", data, partial(self._ask, self._asked, self._cuts))

    def _ask(self, request: int, cuts: int, data: bytes) -> None:
        if cuts == self._cuts:
            self._send(self.name, self._far.receive(data, self._time.now), partial(self._hear, request))
            self._alarm.watch()

    def _hear(self, request: int, data: bytes) -> None:
        if request == self._asked:
            self.on_data(data)
