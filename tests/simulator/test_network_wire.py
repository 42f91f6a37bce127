"""Wire of a connection in virtual time: made, refused, cut, lost, and what either side hears of it."""

from __future__ import annotations

from dataclasses import replace

from hal.ports import NEVER, Instant
from simulator.network_wire import NetworkWire
from simulator.virtual_time import VirtualTime


class Notebook:
    """Either end of a connection, which writes down what it is told and when."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self.told: list[tuple[Instant, str]] = []
        self.listens, self.hangs_up = True, False
        self.answers: dict[bytes, bytes] = {}
        self.last_word = b"bye"
        self.wake_at: Instant = NEVER

    def note(self, what: str) -> None:
        self.told.append((round(self._time.now, 3), what))

    def connected(self) -> None:
        self.hangs_up = False
        self.note("connected")

    def disconnected(self) -> None:
        self.note("disconnected")

    def receive(self, data: bytes, now: Instant) -> bytes:
        self.note(data.decode())
        answer = self.answers.get(data, b"")
        self.hangs_up = answer == self.last_word
        return answer

    def wake(self, now: Instant) -> bytes:
        self.wake_at = NEVER
        return b"of itself"


class WiredPair:
    """A station and a device on a wire of 10 ms."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.near, self.far = Notebook(self.time), Notebook(self.time)
        self.wire = NetworkWire(self.time, "card", self.far, lambda *transfer: None)
        self.wire.line = replace(self.wire.line, latency=0.01)
        self.switch_on()

    def switch_on(self) -> None:
        self.wire.attach(self.near)
        self.wire.on_data = lambda data: self.near.note(data.decode()) if data else None

    def connected(self) -> WiredPair:
        self.wire.dial()
        self.pass_s(0.01)
        assert self.near.told == self.far.told == [(0.01, "connected")]
        return self

    def pass_s(self, seconds: float) -> None:
        self.time.run_until(self.time.now + seconds)

    def cut(self, cut: bool) -> None:
        self.wire.line = replace(self.wire.line, cut=cut)


def test_words_take_the_latency_of_the_line_each_way() -> None:
    pair = WiredPair().connected()
    pair.far.answers[b"question"] = b"answer"
    pair.wire.write(b"question")
    pair.pass_s(1.0)
    assert pair.far.told[1:] == [(0.02, "question")]
    assert pair.near.told[1:] == [(0.03, "answer")]


def test_a_device_that_speaks_of_itself_is_heard() -> None:
    pair = WiredPair().connected()
    pair.far.wake_at = 5.0
    pair.wire.look()
    pair.pass_s(10.0)
    assert pair.near.told[1:] == [(5.01, "of itself")]


def test_a_device_that_does_not_listen_refuses_at_once() -> None:
    pair = WiredPair()
    pair.far.listens = False
    pair.wire.dial()
    pair.wire.dial()
    pair.pass_s(10.0)
    assert pair.near.told == [(0.01, "disconnected")]
    assert pair.far.told == []


def test_a_cut_line_says_nothing_to_anybody() -> None:
    pair = WiredPair()
    pair.cut(True)
    pair.wire.dial()
    pair.pass_s(100.0)
    assert pair.near.told == pair.far.told == []
    pair.cut(False)
    pair.wire.dial()
    pair.pass_s(100.0)
    assert pair.near.told == [], "it is still dialling"
    pair.wire.hang_up()
    pair.wire.dial()
    pair.pass_s(1.0)
    assert pair.near.told == [(200.01, "connected")]


def test_a_line_cut_under_a_connection_loses_words_and_the_goodbye() -> None:
    pair = WiredPair().connected()
    pair.cut(True)
    pair.wire.write(b"question")
    pair.wire.hang_up()
    pair.pass_s(100.0)
    assert len(pair.near.told) == len(pair.far.told) == 1
    pair.cut(False)
    pair.wire.dial()
    pair.pass_s(1.0)
    assert [what for _, what in pair.far.told] == ["connected", "disconnected", "connected"]


def test_the_last_word_of_a_device_comes_before_the_end() -> None:
    pair = WiredPair().connected()
    pair.far.answers[b"question"] = b"bye"
    pair.wire.write(b"question")
    pair.pass_s(1.0)
    assert pair.near.told[1:] == [(0.03, "bye"), (0.03, "disconnected")]
    pair.wire.dial()
    pair.pass_s(1.0)
    assert pair.near.told[3:] == [(1.02, "connected")]


def test_a_device_that_is_switched_off_is_lost_and_what_it_had_said_is_heard() -> None:
    pair = WiredPair().connected()
    pair.far.answers[b"question"] = b"answer"
    pair.wire.write(b"question")
    pair.pass_s(0.01)
    pair.far.listens = False
    pair.wire.look()
    pair.pass_s(1.0)
    assert pair.near.told[1:] == [(0.03, "answer"), (0.03, "disconnected")]
    assert pair.far.told[2:] == [(0.02, "disconnected")]


def test_hanging_up_lets_what_was_sent_arrive_and_hears_no_more() -> None:
    pair = WiredPair().connected()
    pair.far.answers[b"question"] = b"answer"
    pair.wire.write(b"question")
    pair.wire.hang_up()
    pair.pass_s(1.0)
    assert pair.far.told[1:] == [(0.02, "question"), (0.02, "disconnected")]
    assert pair.near.told == [(0.01, "connected")]


def test_a_dial_right_after_hanging_up_is_another_connection() -> None:
    pair = WiredPair().connected()
    pair.far.answers[b"question"] = b"answer"
    pair.wire.write(b"question")
    pair.pass_s(0.01)
    pair.wire.hang_up()
    pair.wire.dial()
    pair.pass_s(1.0)
    assert pair.near.told[1:] == [(0.03, "connected")], "the answer of the other connection is not heard on this one"
    assert [what for _, what in pair.far.told] == ["connected", "question", "disconnected", "connected"]


def test_nothing_is_written_without_a_connection() -> None:
    pair = WiredPair()
    pair.wire.write(b"question")
    pair.wire.dial()
    pair.wire.write(b"question")
    pair.pass_s(1.0)
    assert [what for _, what in pair.far.told] == ["connected"]


def test_a_station_that_loses_its_power_says_no_goodbye_and_dials_again() -> None:
    pair = WiredPair().connected()
    pair.wire.drop_unsent()
    pair.far.wake_at = 1.0
    pair.wire.look()
    pair.pass_s(10.0)
    assert [what for _, what in pair.far.told] == ["connected"]
    assert len(pair.near.told) == 1
    pair.switch_on()
    pair.wire.dial()
    pair.pass_s(1.0)
    assert [what for _, what in pair.far.told] == ["connected", "disconnected", "connected"]
    assert len(pair.near.told) == 2
