"""Virtual time and the cables laid in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import NEVER, Instant
from hal.time_zone import PARIS
from simulator.virtual_time import RequestWire, Timer, VirtualClock, VirtualLine, VirtualTime, Wire


@dataclass
class EchoEnd:
    """A far end that says back what it hears, and speaks at `wake_at`."""

    wake_at: Instant = NEVER
    received: list[tuple[Instant, bytes]] = field(default_factory=list)
    answers: bool = False

    def receive(self, data: bytes, now: Instant) -> bytes:
        self.received.append((now, data))
        return data if self.answers else b""

    def wake(self, now: Instant) -> bytes:
        self.wake_at = NEVER
        return b"hello"


@dataclass
class TappedWire:
    """A wire in virtual time, what its far end received, what came back, and what the tap saw."""

    time: VirtualTime
    far: EchoEnd
    wire: Wire
    back: list[tuple[Instant, bytes]]
    taps: list[tuple[str, str, bytes]]


def cable(far: EchoEnd | None = None, baud: int | None = 9600) -> TappedWire:
    time, far = VirtualTime(), far or EchoEnd()
    taps: list[tuple[str, str, bytes]] = []
    back: list[tuple[Instant, bytes]] = []
    wire = Wire(time, "card", far, lambda name, sender, data: taps.append((name, sender, data)), baud=baud)
    wire.on_data = lambda data: back.append((time.now, data))
    return TappedWire(time, far, wire, back, taps)


# --- the heap -----------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1e6), max_size=30))
def test_actions_are_done_in_order_of_time_then_of_asking(instants: list[float]) -> None:
    time = VirtualTime()
    done: list[tuple[Instant, int]] = []

    def noting(number: int) -> Callable[[], None]:
        return lambda: done.append((time.now, number))

    for number, instant in enumerate(instants):
        time.at(instant, noting(number))
    time.run_until(1e6)
    assert done == sorted((instant, number) for number, instant in enumerate(instants))
    assert time.now == 1e6


def test_what_is_due_exactly_now_is_done_and_what_is_later_is_not() -> None:
    time, done = VirtualTime(), []
    time.at(1.0, lambda: done.append("one"))
    time.at(1.0000001, lambda: done.append("later"))
    time.at(NEVER, lambda: done.append("never"))
    time.run_until(1.0)
    assert done == ["one"]
    time.run_until(1e12)
    assert done == ["one", "later"]


def test_an_action_of_the_past_is_done_now_and_time_never_goes_back() -> None:
    time = VirtualTime()
    seen: list[Instant] = []
    time.run_until(5.0)
    time.at(1.0, lambda: seen.append(time.now))
    time.run_until(2.0)
    assert (seen, time.now) == ([], 5.0)
    time.run_until(5.0)
    assert (seen, time.now) == ([5.0], 5.0)


def test_an_action_may_ask_for_another_at_once() -> None:
    time, done = VirtualTime(), []
    time.at(1.0, lambda: time.at(time.now, lambda: done.append(time.now)))
    time.run_until(1.0)
    assert done == [1.0]


# --- the alarm ----------------------------------------------------------------------------------------------------


class Sleeper:
    """Something with a will that may change its mind."""

    def __init__(self, due: Instant) -> None:
        self.time, self.due = VirtualTime(), due
        self.rung: list[Instant] = []
        self.alarm = Timer(self.time, lambda: self.due, self._ring)
        self.alarm.watch()

    def _ring(self) -> None:
        self.rung.append(self.time.now)
        self.due = NEVER


def test_an_alarm_rings_when_it_is_due() -> None:
    sleeper = Sleeper(2.0)
    sleeper.time.run_until(10.0)
    assert sleeper.rung == [2.0]


def test_an_alarm_that_is_moved_forward_rings_once() -> None:
    sleeper = Sleeper(5.0)
    sleeper.due = 2.0
    sleeper.alarm.watch()
    sleeper.time.run_until(10.0)
    assert sleeper.rung == [2.0]


def test_an_alarm_that_is_moved_back_waits() -> None:
    sleeper = Sleeper(2.0)
    sleeper.due = 5.0
    sleeper.time.run_until(4.0)
    assert sleeper.rung == []
    sleeper.time.run_until(10.0)
    assert sleeper.rung == [5.0]


def test_an_alarm_switched_off_is_not_heard() -> None:
    sleeper = Sleeper(2.0)
    sleeper.alarm.off = True
    sleeper.time.run_until(10.0)
    assert sleeper.rung == []


# --- the wire -----------------------------------------------------------------------------------------------------


def test_bytes_take_ten_bits_each_and_come_in_pieces_of_sixteen() -> None:
    laid = cable()
    laid.wire.write(bytes(range(40)))
    laid.time.run_until(1.0)
    assert [(round(now, 6), len(data)) for now, data in laid.far.received] == [(0.016667, 16), (0.033333, 16), (0.041667, 8)]
    assert b"".join(data for _, data in laid.far.received) == bytes(range(40))


def test_two_writes_queue_behind_each_other_and_the_ways_do_not() -> None:
    laid = cable(EchoEnd(answers=True))
    laid.wire.write(b"0123456789")
    laid.wire.write(b"x")
    laid.time.run_until(1.0)
    assert [round(now, 6) for now, _ in laid.far.received] == [0.010417, 0.011458]
    assert [round(now, 6) for now, _ in laid.back] == [0.020833, 0.021875]


def test_a_network_hands_messages_over_whole() -> None:
    laid = cable(baud=None)
    laid.wire.line = VirtualLine(latency=0.05)
    laid.wire.write(bytes(100_000))
    laid.time.run_until(1.0)
    assert laid.far.received == [(0.05, bytes(100_000))]


def test_a_far_end_speaks_when_it_wants_and_is_looked_at_again_when_touched() -> None:
    laid = cable(EchoEnd(wake_at=0.5))
    laid.time.run_until(1.0)
    assert [(round(now, 4), data) for now, data in laid.back] == [(0.5052, b"hello")]
    laid.far.wake_at = 2.0
    laid.wire.look()
    laid.time.run_until(3.0)
    assert [data for _, data in laid.back] == [b"hello", b"hello"]


def test_every_transfer_is_tapped_with_its_sender_and_an_empty_one_is_none() -> None:
    laid = cable(EchoEnd(answers=True))
    laid.wire.write(b"")
    laid.wire.write(b"\x05")
    laid.time.run_until(1.0)
    assert laid.taps == [("card", "station", b"\x05"), ("card", "card", b"\x05")]


def test_a_cut_line_carries_nothing() -> None:
    laid = cable()
    laid.wire.line = VirtualLine(cut=True)
    laid.wire.write(b"\x05")
    laid.time.run_until(1.0)
    assert laid.far.received == []


@given(st.binary(min_size=1, max_size=16))
def test_a_garbled_line_turns_one_bit(data: bytes) -> None:
    laid = cable()
    laid.wire.line = VirtualLine(garbled=True)
    laid.wire.write(data)
    laid.time.run_until(1.0)
    ((_, arrived),) = laid.far.received
    assert len(arrived) == len(data)
    assert sum((one ^ other).bit_count() for one, other in zip(data, arrived, strict=True)) == 1


def test_a_line_may_say_everything_twice_and_put_a_nul_behind_it() -> None:
    laid = cable()
    laid.wire.line = VirtualLine(duplicated=True, nuls=True)
    laid.wire.write(b"\x05")
    laid.time.run_until(1.0)
    assert [data for _, data in laid.far.received] == [b"\x05\0", b"\x05\0"]


@pytest.mark.parametrize("loss", [0.0, 0.5, 1.0])
def test_a_lossy_line_loses_its_share_and_the_same_share_again(loss: float) -> None:
    def arrived() -> list[bytes]:
        laid = cable(baud=None)
        laid.wire.line = VirtualLine(loss=loss, random=Random(7))
        for number in range(200):
            laid.wire.write(bytes([number]))
        laid.time.run_until(1.0)
        return [data for _, data in laid.far.received]

    assert abs(len(arrived()) - 200 * (1 - loss)) <= 30
    assert arrived() == arrived()


# --- the clock ----------------------------------------------------------------------------------------------------


def test_an_answer_to_a_request_that_was_given_up_is_heard_by_nobody() -> None:
    time, far, heard = VirtualTime(), EchoEnd(answers=True), list[bytes]()
    wire = RequestWire(time, "network", far, lambda name, sender, data: None)
    wire.on_data = heard.append
    wire.line = VirtualLine(late=10.0)
    wire.write(b"first")
    wire.line = VirtualLine()
    wire.write(b"second")
    time.run_until(20.0)
    assert [data for _, data in far.received] == [b"second", b"first"]
    assert heard == [b"second"]


def test_the_wall_clock_goes_with_virtual_time_through_the_change_of_hour() -> None:
    """The last Sunday of March 2026: after 01:59:59 comes 03:00:00."""
    time = VirtualTime()
    clock = VirtualClock(time, datetime(2026, 3, 29, 1, 59, 59, tzinfo=PARIS))
    assert clock.wall().isoformat() == "2026-03-29T01:59:59+01:00"
    time.run_until(1.0)
    assert clock.wall().isoformat() == "2026-03-29T03:00:00+02:00"


def test_setting_the_wall_clock_lets_no_time_pass() -> None:
    time = VirtualTime()
    clock = VirtualClock(time, datetime(2026, 3, 4, 10, tzinfo=PARIS))
    time.run_until(30.0)
    clock.set(datetime(2026, 3, 4, 11, tzinfo=UTC))
    assert (clock.now(), clock.wall().isoformat()) == (30.0, "2026-03-04T12:00:00+01:00")
    time.run_until(90.0)
    assert clock.wall().isoformat() == "2026-03-04T12:01:00+01:00"
