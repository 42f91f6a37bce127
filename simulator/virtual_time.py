"""Virtual time, and the cables laid in it.

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
from hal.clock import PARIS
from hal.ports import NEVER, Instant

Action = Callable[[], None]
PIECE = 16
"""Bytes a line hands over at once: what a UART's FIFO holds."""


class VirtualTime:
    """The heap."""

    def __init__(self) -> None:
        self.now: Instant = 0.0
        self._heap: list[tuple[Instant, int, Action]] = []
        self._order = count()

    def at(self, instant: Instant, action: Action) -> None:
        """Do this when its time comes; never, for NEVER."""
        if instant < NEVER:
            heapq.heappush(self._heap, (max(instant, self.now), next(self._order), action))

    def run_until(self, instant: Instant) -> None:
        """Let time pass up to `instant`, included."""
        while self._heap and self._heap[0][0] <= instant:
            self.now, _, action = heapq.heappop(self._heap)
            action()
        self.now = max(self.now, instant)


class Timer:
    """Calls `action` when the instant it watches comes; the instant may move at any time, if `watch` is called after."""

    def __init__(self, bench: VirtualTime, due: Callable[[], Instant], action: Action) -> None:
        self._bench, self._due, self._action = bench, due, action
        self._set: Instant = NEVER
        self.off = False

    def watch(self) -> None:
        """Look again at when it is due."""
        due = max(self._due(), self._bench.now)
        if due < self._set:
            self._set = due
            self._bench.at(due, lambda: self._ring(due))

    def _ring(self, due: Instant) -> None:
        if due != self._set:
            return  # an earlier one has been set since
        self._set = NEVER
        if not self.off:
            if self._due() <= self._bench.now:
                self._action()
            self.watch()


class BenchClock:
    """The station's two clocks on a bench; the one on the wall can be set."""

    def __init__(self, bench: VirtualTime, wall: datetime) -> None:
        self._bench = bench
        self.set(wall)

    def set(self, wall: datetime) -> None:
        """Turn the hands. `wall` is aware; no time passes."""
        self._start = wall.astimezone(PARIS).timestamp() - self._bench.now

    def now(self) -> Instant:
        """Virtual seconds since the bench was made."""
        return self._bench.now

    def wall(self) -> datetime:
        """The time in Paris."""
        return datetime.fromtimestamp(self._start + self._bench.now, PARIS)

    def synchronised(self) -> bool:
        """Nothing drifts on a bench."""
        return True


Tap = Callable[[str, str, bytes], None]
"""Told of every transfer: the line's name, who sent it, the bytes."""


@dataclass
class VirtualLine:
    """What is wrong with a line, if anything."""

    latency: float = 0.0
    """Seconds before the first bit arrives."""
    loss: float = 0.0
    """The share of transfers that never arrive, 0 to 1."""
    cut: bool = False
    """Nothing arrives."""
    garbled: bool = False
    """One bit of every transfer is turned."""
    random: Random = field(default_factory=lambda: Random(0))

    def carried(self, data: bytes) -> bytes:
        """What arrives of what was sent."""
        if self.cut or (self.loss and self.random.random() < self.loss):
            return b""
        if self.garbled:
            at = self.random.randrange(len(data))
            return data[:at] + bytes([data[at] ^ (1 << self.random.randrange(8))]) + data[at + 1 :]
        return data


def deaf(data: bytes) -> None:
    """Nobody is there to hear it."""


class Wire:
    """A line between the station (who writes to it) and a simulated device at its far end.

    `hear` is what the station does with what comes back; it may be replaced (a new station after a power cut).
    """

    def __init__(self, bench: VirtualTime, name: str, far: End, tap: Tap, *, baud: int | None = None) -> None:
        """`baud`: 10 bits a byte; None for a line whose messages arrive whole (a network)."""
        self.name, self.line = name, VirtualLine()
        self.hear: Callable[[bytes], None] = deaf
        self._bench, self._far, self._tap = bench, far, tap
        self._seconds = 10 / baud if baud else 0.0
        self._piece = PIECE if baud else 1 << 30
        self._free = {"station": 0.0, name: 0.0}
        self._cuts = 0
        self._alarm = Timer(bench, lambda: far.wake_at, self._wake)
        self._alarm.watch()

    def write(self, data: bytes) -> None:
        """The station sends (this is its `hal.cable.Cable`)."""
        self._send("station", data, partial(self._arrive, self._cuts))

    def forget(self) -> None:
        """The station lost its power: what it had not sent to the last bit never arrives."""
        self._cuts += 1
        self._free["station"] = 0.0

    def look(self) -> None:
        """The device has been touched by a hand or a fault: ask it again when it wants to wake."""
        self._alarm.watch()

    def _send(self, sender: str, data: bytes, arrive: Callable[[bytes], None]) -> None:
        if not data:
            return
        self._tap(self.name, sender, data)
        for at in range(0, len(data), self._piece):
            piece = data[at : at + self._piece]
            start = max(self._bench.now + self.line.latency, self._free[sender])
            self._free[sender] = start + len(piece) * self._seconds
            if carried := self.line.carried(piece):
                self._bench.at(self._free[sender], partial(arrive, carried))

    def _arrive(self, cuts: int, data: bytes) -> None:
        if cuts == self._cuts:
            self._answer(self._far.receive(data, self._bench.now))

    def _wake(self) -> None:
        self._answer(self._far.wake(self._bench.now))

    def _answer(self, data: bytes) -> None:
        self._send(self.name, data, lambda data: self.hear(data))
        self._alarm.watch()
