"""The keypad driver, faced with fingers, bounces and ghost keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.keypad import MatrixKeypad, ambiguous
from hal.ports import NEVER, Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck
from tests.hal.keypad_rig import COLUMNS, LAYOUT, ROWS, WHERE, KeypadRig, Matrix


@pytest.mark.parametrize("key", list(Key), ids=lambda key: key.value)
def test_press(key: Key) -> None:
    rig = KeypadRig()
    rig.down(key)
    rig.run(0.1)
    rig.up(key)
    rig.run(0.1)
    assert rig.told == [(0.01, KeyPressed(key))]


def test_rests_until_an_edge() -> None:
    rig = KeypadRig()
    assert rig.keypad.wake_at == NEVER
    assert rig.matrix.driven == set(ROWS)
    assert rig.matrix.watched.keys() == set(COLUMNS)
    rig.down(Key.A)
    rig.run(0.001)
    assert rig.keypad.wake_at == pytest.approx(0.005)
    assert not rig.matrix.watched
    rig.up(Key.A)
    rig.run(0.1)
    assert rig.keypad.wake_at == NEVER
    assert rig.matrix.watched.keys() == set(COLUMNS)


def test_edges_while_scanning_change_nothing() -> None:
    rig = KeypadRig()
    rig.down(Key.A)
    rig.run(0.002)
    at = rig.keypad.wake_at
    assert rig.keypad.receive(b"\x13\xff\x00", 0.003) == b""
    assert rig.keypad.wake_at == at


def test_a_touch_shorter_than_a_bounce_is_nothing() -> None:
    rig = KeypadRig()
    rig.down(Key.A)
    rig.run(0.009)
    rig.up(Key.A)
    rig.run(0.1)
    assert rig.events == []
    assert rig.keypad.wake_at == NEVER


chatter = st.lists(st.integers(0, 9), max_size=6, unique=True).map(sorted)


@given(chatter, chatter)
def test_chatter_is_one_press(closing: list[int], opening: list[int]) -> None:
    """Whatever the contact does in its first and last 10 ms, it is one key."""
    rig = KeypadRig()
    for moments, settled in ((closing, True), (opening, False)):
        start = rig.now
        for count, moment in enumerate(moments):
            rig.run(start + moment / 1000 - rig.now)
            rig.matrix.move(WHERE[Key.K], settled if count % 2 == 0 else not settled)
        rig.run(start + 0.010 - rig.now)
        rig.matrix.move(WHERE[Key.K], settled)
        rig.run(0.1)
    assert rig.events == [KeyPressed(Key.K)]
    assert rig.keypad.wake_at == NEVER


def test_held_stuck_freed() -> None:
    rig = KeypadRig()
    rig.down(Key.CORRECT)
    rig.run(31.0)
    rig.up(Key.CORRECT)
    rig.run(1.0)
    key = Key.CORRECT
    assert rig.events == [KeyPressed(key), KeyHeld(key), KeyStuck(key), KeyFreed(key)]
    assert [at for at, _ in rig.told] == pytest.approx([0.01, 1.01, 30.01, 31.01], abs=0.021)


def test_a_key_held_and_released_is_not_freed() -> None:
    rig = KeypadRig()
    rig.down(Key.CORRECT)
    rig.run(2.0)
    rig.up(Key.CORRECT)
    rig.run(1.0)
    assert rig.events == [KeyPressed(Key.CORRECT), KeyHeld(Key.CORRECT)]


def test_the_others_work_beside_a_stuck_key() -> None:
    rig = KeypadRig()
    rig.down(Key.D8)
    rig.run(40.0)
    rig.down(Key.OK)
    rig.run(0.1)
    rig.up(Key.OK)
    rig.run(0.1)
    assert rig.events == [KeyPressed(Key.D8), KeyHeld(Key.D8), KeyStuck(Key.D8), KeyPressed(Key.OK)]


def test_rollover() -> None:
    """Three keys that make no rectangle, down together: each is said as it comes."""
    rig = KeypadRig()
    for key in (Key.D1, Key.D2, Key.U):
        rig.down(key)
        rig.run(0.05)
    assert rig.events == [KeyPressed(Key.D1), KeyPressed(Key.D2), KeyPressed(Key.U)]


def test_third_corner_waits_until_it_is_sure() -> None:
    """1, 2 and 8 are corners; 9 is the fourth and no finger is on it."""
    rig = KeypadRig()
    for key in (Key.D1, Key.D2, Key.D8):
        rig.down(key)
        rig.run(0.05)
    assert rig.events == [KeyPressed(Key.D1), KeyPressed(Key.D2)]
    rig.up(Key.D1)
    rig.run(0.05)
    assert rig.events == [KeyPressed(Key.D1), KeyPressed(Key.D2), KeyPressed(Key.D8)]
    rig.up(Key.D2)
    rig.up(Key.D8)
    rig.run(0.05)
    assert rig.keypad.wake_at == NEVER


def test_three_corners_at_once_are_all_refused() -> None:
    rig = KeypadRig()
    for key in (Key.D1, Key.D2, Key.D8):
        rig.down(key)
    rig.run(0.5)
    assert rig.events == []


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
    rig = KeypadRig()
    rig.matrix.on_arming = lambda: rig.matrix.closed.add(WHERE[Key.B])
    rig.down(Key.A)
    rig.run(0.05)
    rig.up(Key.A)
    rig.run(0.05)
    assert rig.events == [KeyPressed(Key.A), KeyPressed(Key.B)]


def test_a_crossing_without_a_key_says_nothing() -> None:
    rig = KeypadRig()
    rig.matrix.move((6, 6), True)
    rig.run(31.0)
    rig.matrix.move((6, 6), False)
    rig.run(0.1)
    assert rig.events == []
    assert rig.keypad.wake_at == NEVER


def test_a_rectangle_that_stays_is_reported_and_its_end_too() -> None:
    """A drink closes three contacts at once: which of the four is the ghost cannot be told, that their keys are dead can."""
    rig = KeypadRig()
    rig.down(Key.A)
    rig.matrix.closed |= {WHERE[Key.Z], WHERE[Key.I]}
    rig.run(29.9)
    assert rig.events == []
    rig.run(0.2)
    assert rig.events == [KeyStuck(key) for key in (Key.A, Key.Z, Key.I, Key.O)]
    for key in (Key.A, Key.Z, Key.I):
        rig.matrix.closed.discard(WHERE[key])
    rig.run(0.1)
    assert set(rig.events[4:]) == {KeyFreed(key) for key in (Key.A, Key.Z, Key.I, Key.O)}
    assert rig.keypad.wake_at == NEVER


corner = st.sampled_from([Key.D1, Key.D2, Key.D3, Key.D8, Key.D9, Key.D0, Key.T, Key.Y, Key.U])
moves = st.lists(st.tuples(corner, st.integers(1, 60)), max_size=30)


@given(moves)
def test_no_key_is_said_that_no_finger_is_on(moves: list[tuple[Key, int]]) -> None:
    """Whatever fingers do, and for however short a time."""
    rig = KeypadRig()
    for key, milliseconds in moves:
        rig.matrix.move(WHERE[key], WHERE[key] not in rig.matrix.closed)
        rig.told.clear()
        rig.run(milliseconds / 1000)
        assert {WHERE[event.key] for event in rig.events if isinstance(event, KeyPressed)} <= rig.matrix.closed


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
