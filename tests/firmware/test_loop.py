"""Selector loop: what it waits for, carries and closes, on pipes, sockets and the system clock."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

from firmware import loop
from firmware.app import Station
from firmware.assemble import NoCable
from firmware.station.equipment import Plug
from firmware.station.stop_signal import StopSignal
from hal.clock import SystemClock
from hal.lines import EdgeCable
from hal.ports import NEVER, Instant


class SocketCable:
    """One end of a socket pair, as the loop wants a cable; the other end is the test's."""

    def __init__(self) -> None:
        self._near, self.far = socket.socketpair()
        self._near.setblocking(False)
        self.far.setblocking(False)
        self._unsent = b""
        self.lost = False
        self.flushes = 0

    def fileno(self) -> int:
        return self._near.fileno()

    @property
    def pending(self) -> bool:
        return bool(self._unsent)

    def read(self) -> bytes:
        data = self._near.recv(4096)
        self.lost = not data
        return data

    def write(self, data: bytes) -> None:
        self._unsent += data
        if not self._unsent:
            return
        with contextlib.suppress(BlockingIOError):
            self._unsent = self._unsent[self._near.send(self._unsent) :]

    def flush(self) -> None:
        self.flushes += 1
        self.write(b"")

    def close(self) -> None:
        self._near.close()
        self.far.close()


@dataclass
class Far:
    """An end that wakes when told, and does what it is told."""

    wake_at: Instant = NEVER
    received: list[bytes] = field(default_factory=list)
    woken: Callable[[Instant], bytes] = lambda now: b""

    def receive(self, data: bytes, now: Instant) -> bytes:
        self.received.append(data)
        return b""

    def wake(self, now: Instant) -> bytes:
        self.wake_at = NEVER
        return self.woken(now)


@dataclass
class LoopTarget:
    """The part of a station that the loop touches."""

    plugs: tuple[Plug, ...]
    turns: int = 0
    on_turn: Callable[[int], None] = lambda number: None

    @property
    def wake_at(self) -> Instant:
        return min((plug.end.wake_at for plug in self.plugs), default=NEVER)

    def receive(self, plug: Plug, data: bytes) -> None:
        plug.cable.write(plug.end.receive(data, SystemClock().now()))

    def turn(self) -> None:
        self.turns += 1
        now = SystemClock().now()
        for plug in self.plugs:
            if plug.end.wake_at <= now:
                plug.cable.write(plug.end.wake(now))
        self.on_turn(self.turns)


def run(turning: LoopTarget) -> None:
    loop.run(cast(Station, turning), SystemClock(), StopSignal())


def stop(number: int = signal.SIGTERM) -> None:
    signal.raise_signal(number)


def goodbye(now: Instant) -> bytes:
    """The last thing an end does."""
    stop()
    return b""


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """`StopSignal` takes the signals of the process; give them back. A loop that never ends is ended."""

    def hung(_number: int, _frame: types.FrameType | None) -> None:
        raise AssertionError("the loop hangs")

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, hung)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def line() -> Iterator[SocketCable]:
    with contextlib.closing(SocketCable()) as line:
        yield line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_turn_under_way(number: int) -> None:
    done: list[str] = []

    def on_turn(turns: int) -> None:
        stop(number)
        done.append("the turn was finished")

    run(LoopTarget((), on_turn=on_turn))
    assert done == ["the turn was finished"]


def test_a_signal_ends_a_wait_for_ever() -> None:
    """Nothing has a deadline: only the signal, sent by the kernel while it waits, can end the wait."""
    far = Far()
    turning = LoopTarget((Plug("far", far, NoCable()),))
    assert turning.wake_at == NEVER
    waited = signal.getsignal(signal.SIGALRM)
    stopping = StopSignal()
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGTERM))  # the timer stands for whoever stops the service
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    loop.run(cast(Station, turning), SystemClock(), stopping)
    signal.signal(signal.SIGALRM, waited)
    assert turning.turns == 2


def test_bytes_are_carried_to_their_end(line: SocketCable) -> None:
    far = Far()
    line.far.send(b"\x06")

    def on_turn(turns: int) -> None:
        if far.received:
            stop()

    run(LoopTarget((Plug("line", far, line),), on_turn=on_turn))
    assert far.received == [b"\x06"]


def test_a_deadline_wakes_it_neither_early_nor_much_too_late() -> None:
    clock = SystemClock()
    due = clock.now() + 0.05
    woken: list[Instant] = []

    def wake(now: Instant) -> bytes:
        woken.append(now)
        stop()
        return b""

    turning = LoopTarget((Plug("far", Far(due, woken=wake), NoCable()),))
    run(turning)
    assert due <= woken[0] < due + 1.0
    assert turning.turns <= 4, "it waited by turning round"


def test_an_edge_on_the_pipe_is_heard() -> None:
    far = Far()
    with contextlib.closing(EdgeCable()) as cable:
        cable.edge(19)
        run(LoopTarget((Plug("keypad", far, cable),), on_turn=lambda turns: stop() if far.received else None))
    assert far.received == [b"\x13"]


def test_what_a_full_line_does_not_take_leaves_when_it_can(line: SocketCable) -> None:
    """Writability is asked for only while bytes wait: else the loop would turn for ever."""
    ticket, taken = os.urandom(1_000_000), bytearray()

    def on_turn(turns: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                taken.extend(line.far.recv(100_000))
        if len(taken) == len(ticket):
            far.wake_at, far.woken = SystemClock().now() + 0.05, goodbye

    far = Far(0.0, woken=lambda now: ticket)
    turning = LoopTarget((Plug("line", far, line),), on_turn=on_turn)
    run(turning)
    assert bytes(taken) == ticket
    assert 0 < line.flushes <= turning.turns < 1000


def test_a_line_that_is_gone_is_let_go(line: SocketCable) -> None:
    """A hung-up file is ready for ever: watched on, it would keep the processor busy and the station hot."""
    line.far.close()
    far = Far(SystemClock().now() + 0.1, woken=goodbye)
    turning = LoopTarget((Plug("line", far, line),))
    run(turning)
    assert line.lost
    assert turning.turns <= 5


# --- what follows a turn --------------------------------------------------------------------------------------------


def test_whoever_watches_is_called_after_a_whole_turn_and_never_before_the_first() -> None:
    told: list[str] = []

    def on_turn(turns: int) -> None:
        told.append(f"turn {turns}")
        if turns == 3:
            stop()

    def after_turn(now: Instant) -> Instant:
        told.append("looked")
        return now

    loop.run(cast(Station, LoopTarget((), on_turn=on_turn)), SystemClock(), StopSignal(), after_turn)
    assert told == ["turn 1", "looked", "turn 2", "looked", "turn 3"]


def test_whoever_watches_is_called_again_when_he_asked_though_nothing_happens() -> None:
    """A station at rest at night must not look dead."""
    clock = SystemClock()
    asked: list[Instant] = []

    def after_turn(now: Instant) -> Instant:
        asked.append(now)
        if len(asked) == 3:
            stop()
        return now + 0.05

    turning = LoopTarget((Plug("far", Far(), NoCable()),))
    assert turning.wake_at == NEVER
    begun = clock.now()
    loop.run(cast(Station, turning), clock, StopSignal(), after_turn)
    assert 0.1 <= asked[2] - asked[0] < clock.now() - begun + 0.001 < 1.0
    assert turning.turns <= 4, "it waited by turning round"
