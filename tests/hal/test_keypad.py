"""The scanning keypad, over a matrix of bare switches: what current does, not what the driver hopes."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.keypad import MatrixKeypad, ambiguous
from hal.ports import NEVER, DeviceEvent, Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck

ROWS = (4, 17, 27, 22, 5, 6, 13)
COLUMNS = (19, 26, 12, 16, 20, 21, 23)
LAYOUT: list[Sequence[Key | None]] = [
    *(list(map(Key, names)) for names in ("1234567", "890AZER", "TYUIOPQ", "SDFGHJK", "LMWXCVB")),
    [Key.N, Key.CORRECT, Key.INFO, Key.LANG, Key.MINUS, Key.PLUS, Key.MAX],
    [Key.CANCEL, Key.OK, None, None, None, None, None],
]
WHERE = {key: (row, column) for row, keys in enumerate(LAYOUT) for column, key in enumerate(keys) if key}


class Matrix:
    """A header with 49 switches on it, no diodes: current goes wherever closed switches lead it."""

    BCM, IN, OUT, LOW, HIGH, PUD_OFF, PUD_UP, FALLING, BOTH = 11, 1, 0, 0, 1, 20, 22, 32, 33

    def __init__(self) -> None:
        self.closed: set[tuple[int, int]] = set()
        self.driven: set[int] = set()
        self.pulled: set[int] = set()
        self.watched: dict[int, Callable[[int], None]] = {}
        self.on_arming: Callable[[], None] = lambda: None

    def setmode(self, mode: int, /) -> None:
        pass

    def setwarnings(self, on: bool, /) -> None:
        pass

    def setup(self, channel: int, direction: int, pull_up_down: int = 20, initial: int | None = None) -> None:
        if direction == self.OUT:
            assert channel in ROWS, "a column must never be driven"
            assert initial == self.LOW, "a row must never be driven high"
            self.driven.add(channel)
        else:
            self.driven.discard(channel)
            self.pulled |= {channel} if pull_up_down == self.PUD_UP else set()

    def output(self, channel: int, level: int, /) -> None:
        raise AssertionError("rows are set up, not written")

    def input(self, channel: int, /) -> int:
        assert len(self.driven) in (1, 7), "one row is scanned, or all are at rest"
        assert channel in self.pulled, "a column without a pull-up floats"
        return self.LOW if channel in self.low() else self.HIGH

    def low(self) -> set[int]:
        """Every line that some driven row pulls down, through whatever way round."""
        reached: set[int] = set()
        further = set(self.driven)
        while further - reached:
            reached |= further
            for row, column in self.closed:
                if ROWS[row] in reached or COLUMNS[column] in reached:
                    further |= {ROWS[row], COLUMNS[column]}
        return reached

    def add_event_detect(self, channel: int, edge: int, callback: Callable[[int], None] | None = None) -> None:
        assert edge == self.FALLING
        assert callback is not None
        self.on_arming()
        self.watched[channel] = callback

    def remove_event_detect(self, channel: int, /) -> None:
        del self.watched[channel]

    def cleanup(self) -> None:
        pass

    def move(self, position: tuple[int, int], down: bool) -> None:
        """A finger: closes or opens one switch, and every column that falls is told of."""
        before = self.low()
        (self.closed.add if down else self.closed.discard)(position)
        for channel in self.low() - before:
            if channel in self.watched:
                self.watched[channel](channel)


class Desk:
    """The matrix, the driver, and virtual time between them."""

    def __init__(self) -> None:
        self.matrix, self.edges = Matrix(), bytearray()
        self.keypad = MatrixKeypad(self.matrix, ROWS, COLUMNS, LAYOUT, self.edges.append)
        self.now = 0.0
        self.told: list[tuple[float, DeviceEvent]] = []
        self.run(0.0)

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.edges or self.keypad.wake_at <= until:
            if self.edges:
                data, self.edges[:] = bytes(self.edges), b""
                assert self.keypad.receive(data, self.now) == b""
            else:
                self.now = max(self.now, self.keypad.wake_at)
                assert self.keypad.wake(self.now) == b""
                assert self.keypad.wake_at > self.now
            self.told += [(round(self.now, 3), event) for event in self.keypad.take()]
        self.now = until

    def down(self, key: Key) -> None:
        self.matrix.move(WHERE[key], True)

    def up(self, key: Key) -> None:
        self.matrix.move(WHERE[key], False)

    @property
    def events(self) -> list[DeviceEvent]:
        return [event for _, event in self.told]


@pytest.mark.parametrize("key", list(Key), ids=lambda key: key.value)
def test_press(key: Key) -> None:
    desk = Desk()
    desk.down(key)
    desk.run(0.1)
    desk.up(key)
    desk.run(0.1)
    assert desk.told == [(0.01, KeyPressed(key))]


def test_rests_until_an_edge() -> None:
    desk = Desk()
    assert desk.keypad.wake_at == NEVER
    assert desk.matrix.driven == set(ROWS)
    assert desk.matrix.watched.keys() == set(COLUMNS)
    desk.down(Key.A)
    desk.run(0.001)
    assert desk.keypad.wake_at == pytest.approx(0.005)
    assert not desk.matrix.watched
    desk.up(Key.A)
    desk.run(0.1)
    assert desk.keypad.wake_at == NEVER
    assert desk.matrix.watched.keys() == set(COLUMNS)


def test_edges_while_scanning_change_nothing() -> None:
    desk = Desk()
    desk.down(Key.A)
    desk.run(0.002)
    at = desk.keypad.wake_at
    assert desk.keypad.receive(b"\x13\xff\x00", 0.003) == b""
    assert desk.keypad.wake_at == at


def test_a_touch_shorter_than_a_bounce_is_nothing() -> None:
    desk = Desk()
    desk.down(Key.A)
    desk.run(0.009)
    desk.up(Key.A)
    desk.run(0.1)
    assert desk.events == []
    assert desk.keypad.wake_at == NEVER


chatter = st.lists(st.integers(0, 9), max_size=6, unique=True).map(sorted)


@given(chatter, chatter)
def test_chatter_is_one_press(closing: list[int], opening: list[int]) -> None:
    """Whatever the contact does in its first and last 10 ms, it is one key."""
    desk = Desk()
    for moments, settled in ((closing, True), (opening, False)):
        start = desk.now
        for count, moment in enumerate(moments):
            desk.run(start + moment / 1000 - desk.now)
            desk.matrix.move(WHERE[Key.K], settled if count % 2 == 0 else not settled)
        desk.run(start + 0.010 - desk.now)
        desk.matrix.move(WHERE[Key.K], settled)
        desk.run(0.1)
    assert desk.events == [KeyPressed(Key.K)]
    assert desk.keypad.wake_at == NEVER


def test_held_stuck_freed() -> None:
    desk = Desk()
    desk.down(Key.CORRECT)
    desk.run(31.0)
    desk.up(Key.CORRECT)
    desk.run(1.0)
    key = Key.CORRECT
    assert desk.events == [KeyPressed(key), KeyHeld(key), KeyStuck(key), KeyFreed(key)]
    assert [at for at, _ in desk.told] == pytest.approx([0.01, 1.01, 30.01, 31.01], abs=0.006)


def test_a_key_held_and_released_is_not_freed() -> None:
    desk = Desk()
    desk.down(Key.CORRECT)
    desk.run(2.0)
    desk.up(Key.CORRECT)
    desk.run(1.0)
    assert desk.events == [KeyPressed(Key.CORRECT), KeyHeld(Key.CORRECT)]


def test_the_others_work_beside_a_stuck_key() -> None:
    desk = Desk()
    desk.down(Key.D8)
    desk.run(40.0)
    desk.down(Key.OK)
    desk.run(0.1)
    desk.up(Key.OK)
    desk.run(0.1)
    assert desk.events == [KeyPressed(Key.D8), KeyHeld(Key.D8), KeyStuck(Key.D8), KeyPressed(Key.OK)]


def test_rollover() -> None:
    """Three keys that make no rectangle, down together: each is said as it comes."""
    desk = Desk()
    for key in (Key.D1, Key.D2, Key.U):
        desk.down(key)
        desk.run(0.05)
    assert desk.events == [KeyPressed(Key.D1), KeyPressed(Key.D2), KeyPressed(Key.U)]


def test_third_corner_waits_until_it_is_sure() -> None:
    """1, 2 and 8 are corners; 9 is the fourth and no finger is on it."""
    desk = Desk()
    for key in (Key.D1, Key.D2, Key.D8):
        desk.down(key)
        desk.run(0.05)
    assert desk.events == [KeyPressed(Key.D1), KeyPressed(Key.D2)]
    desk.up(Key.D1)
    desk.run(0.05)
    assert desk.events == [KeyPressed(Key.D1), KeyPressed(Key.D2), KeyPressed(Key.D8)]
    desk.up(Key.D2)
    desk.up(Key.D8)
    desk.run(0.05)
    assert desk.keypad.wake_at == NEVER


def test_three_corners_at_once_are_all_refused() -> None:
    desk = Desk()
    for key in (Key.D1, Key.D2, Key.D8):
        desk.down(key)
    desk.run(0.5)
    assert desk.events == []


def test_a_key_down_at_power_up() -> None:
    matrix = Matrix()
    matrix.closed = {WHERE[Key.A]}
    keypad = MatrixKeypad(matrix, ROWS, COLUMNS, LAYOUT, lambda channel: None)
    for scan in range(3):
        keypad.wake(scan * 0.005)
    assert keypad.take() == [KeyPressed(Key.A)]
    assert keypad.take() == []


def test_a_key_that_comes_between_the_last_scan_and_the_arming() -> None:
    """Its edge is never told: it came before anybody listened."""
    desk = Desk()
    desk.matrix.on_arming = lambda: desk.matrix.closed.add(WHERE[Key.B])
    desk.down(Key.A)
    desk.run(0.05)
    desk.up(Key.A)
    desk.run(0.05)
    assert desk.events == [KeyPressed(Key.A), KeyPressed(Key.B)]


def test_a_crossing_without_a_key_says_nothing() -> None:
    desk = Desk()
    desk.matrix.move((6, 6), True)
    desk.run(31.0)
    desk.matrix.move((6, 6), False)
    desk.run(0.1)
    assert desk.events == []
    assert desk.keypad.wake_at == NEVER


corner = st.sampled_from([Key.D1, Key.D2, Key.D3, Key.D8, Key.D9, Key.D0, Key.T, Key.Y, Key.U])
moves = st.lists(st.tuples(corner, st.integers(1, 60)), max_size=30)


@given(moves)
def test_no_key_is_said_that_no_finger_is_on(moves: list[tuple[Key, int]]) -> None:
    """Whatever fingers do, and for however short a time."""
    desk = Desk()
    for key, milliseconds in moves:
        desk.matrix.move(WHERE[key], WHERE[key] not in desk.matrix.closed)
        desk.told.clear()
        desk.run(milliseconds / 1000)
        assert {WHERE[event.key] for event in desk.events if isinstance(event, KeyPressed)} <= desk.matrix.closed


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8))
def test_ambiguous_is_what_current_cannot_tell(closed: set[tuple[int, int]]) -> None:
    """A position is doubtful exactly if the same reading could have come about without a finger on it, or with."""
    matrix = Matrix()
    matrix.closed = closed
    reading = frozenset(read(matrix))
    for position in reading:
        matrix.closed = set(reading) - {position}
        assert (position in ambiguous(reading)) == (read(matrix) == reading)


def read(matrix: Matrix) -> set[tuple[int, int]]:
    """What a scan of each row alone shows."""
    seen = set()
    for row, pin in enumerate(ROWS):
        matrix.driven = {pin}
        seen |= {(row, column) for column, line in enumerate(COLUMNS) if line in matrix.low()}
    return seen
