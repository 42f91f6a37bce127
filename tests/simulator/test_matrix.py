"""The header's electricity, the key contacts and the RPi.GPIO names over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.lines import Gpio
from hal.ports import NEVER
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import GROUND, Header, PullResistor, SimulatedBuzzer
from simulator.devices.matrix import KeyMatrix

ROWS, COLUMNS = (5, 6, 13, 19, 26, 12, 16), (17, 27, 22, 23, 4, 20, 21)
KEYS = st.tuples(st.integers(0, 6), st.integers(0, 6))


def board() -> tuple[Header, KeyMatrix]:
    """Columns pulled up, every row an input."""
    header = Header()
    for line in COLUMNS:
        header.make_input(line, PullResistor.UP)
    return header, KeyMatrix(header, ROWS, COLUMNS)


def scan(header: Header) -> set[tuple[int, int]]:
    """As any keypad is read: one row low at a time, the others inputs."""
    seen = set()
    for row, line in enumerate(ROWS):
        header.drive(line, 0)
        seen |= {(row, column) for column, other in enumerate(COLUMNS) if header.level(other) == 0}
        header.make_input(line)
    return seen


def test_levels_of_one_line() -> None:
    header = Header()
    assert header.level(7) == 0
    header.make_input(7, PullResistor.UP)
    assert header.level(7) == 1
    header.make_input(7, PullResistor.DOWN)
    assert header.level(7) == 0
    header.drive(7, 1)
    assert header.level(7) == 1
    header.power_cut()
    assert header.level(7) == 0


def test_any_driver_beats_any_pull() -> None:
    header = Header()
    header.make_input(4, PullResistor.UP)
    header.drive(5, 0)
    header.join(4, 5)
    assert header.level(4) == 0
    header.part(4, 5)
    assert header.level(4) == 1


@given(KEYS)
def test_one_key_is_seen_alone(key: tuple[int, int]) -> None:
    header, matrix = board()
    matrix.press(*key)
    assert scan(header) == {key}
    matrix.release(*key)
    assert scan(header) == set()


def test_three_corners_of_a_rectangle_show_the_fourth() -> None:
    header, matrix = board()
    for key in ((0, 0), (0, 1), (1, 0)):
        matrix.press(*key)
    assert scan(header) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert not header.shorts


@given(st.sets(KEYS, max_size=2))
def test_two_keys_never_ghost(keys: set[tuple[int, int]]) -> None:
    header, matrix = board()
    for key in keys:
        matrix.press(*key)
    assert scan(header) == keys


def test_push_pull_rows_short_through_two_keys_of_a_column() -> None:
    header, matrix = board()
    for line in ROWS:
        header.drive(line, 1)
    matrix.press(0, 3)
    matrix.press(1, 3)
    assert not header.shorts
    header.drive(ROWS[0], 0)
    assert list(header.shorts) == [(ROWS[1], ROWS[0])]


def test_a_contact_to_ground_wins_over_a_pull_and_outlives_a_power_cut() -> None:
    header, heard = Header(), list[tuple[int, int]]()
    header.join(7, GROUND)
    header.make_input(7, PullResistor.UP)
    header.listen(7, lambda line, level: heard.append((line, level)))
    assert header.level(7) == 0
    header.part(7, GROUND)
    assert header.level(7) == 1
    header.join(7, GROUND)
    header.power_cut()
    header.make_input(7, PullResistor.UP)
    assert header.level(7) == 0
    assert heard == [(7, 1), (7, 0)]
    header.drive(7, 1)
    assert list(header.shorts) == [(7, GROUND)]


def test_edges_reach_listeners_through_contacts() -> None:
    header, matrix = board()
    heard: list[tuple[int, int]] = []
    for line in ROWS:
        header.drive(line, 0)
    stop = header.listen(COLUMNS[2], lambda line, level: heard.append((line, level)))
    matrix.press(4, 2)
    matrix.press(5, 2)
    matrix.release(4, 2)
    assert heard == [(COLUMNS[2], 0)]
    matrix.release(5, 2)
    stop()
    matrix.press(4, 2)
    assert heard == [(COLUMNS[2], 0), (COLUMNS[2], 1)]


def test_bounces_happen_when_woken_and_end_as_asked() -> None:
    header, matrix = board()
    header.drive(ROWS[0], 0)
    levels: list[int] = []
    header.listen(COLUMNS[0], lambda _, level: levels.append(level))
    matrix.press(0, 0, now=10.0, bounce=(0.001, 0.002, 0.003))
    assert matrix.wake_at == 10.001
    while matrix.wake_at < NEVER:
        matrix.wake(matrix.wake_at)
    assert levels == [0, 1, 0, 1, 0]
    assert matrix.down == {(0, 0)}
    matrix.release(0, 0, now=11.0, bounce=(0.001, 0.002))
    matrix.wake(12.0)
    assert matrix.down == set()


def test_a_key_that_does_not_exist() -> None:
    _, matrix = board()
    with pytest.raises(ValueError, match="7 x 7"):
        matrix.press(7, 0)


@given(st.lists(st.tuples(st.booleans(), KEYS), max_size=40))
def test_after_any_presses_and_releases_no_contact_stays(moves: list[tuple[bool, tuple[int, int]]]) -> None:
    header, matrix = board()
    for down, key in moves:
        (matrix.press if down else matrix.release)(*key)
    for key in list(matrix.down):
        matrix.release(*key)
    assert scan(header) == set()


# --- RPi.GPIO names ---


def gpio_of(header: Header) -> Gpio:
    gpio: Gpio = SimulatedGpio(header)
    gpio.setmode(gpio.BCM)
    return gpio


def test_constants_are_those_of_the_library() -> None:
    gpio = SimulatedGpio(Header())
    assert (gpio.BCM, gpio.IN, gpio.OUT, gpio.LOW, gpio.HIGH) == (11, 1, 0, 0, 1)
    assert (gpio.PUD_OFF, gpio.PUD_DOWN, gpio.PUD_UP) == (20, 21, 22)
    assert (gpio.RISING, gpio.FALLING, gpio.BOTH) == (31, 32, 33)


def test_falling_edge_calls_back_at_once_and_can_be_removed() -> None:
    header = Header()
    gpio = gpio_of(header)
    gpio.setup(17, gpio.IN, pull_up_down=gpio.PUD_UP)
    gpio.setup(5, gpio.OUT, initial=gpio.LOW)
    heard: list[int] = []
    gpio.add_event_detect(17, gpio.FALLING, heard.append)
    header.join(5, 17)
    header.part(5, 17)
    assert heard == [17]
    gpio.remove_event_detect(17)
    header.join(5, 17)
    assert heard == [17]


def test_cleanup_leaves_plain_inputs() -> None:
    header = Header()
    gpio = gpio_of(header)
    gpio.setup(5, gpio.OUT, initial=gpio.HIGH)
    gpio.cleanup()
    assert header.level(5) == 0, "nobody drives it high any more"
    with pytest.raises(RuntimeError, match="numbering"):
        gpio.setup(5, gpio.OUT)


def test_output_set_up_without_a_level_keeps_the_one_it_had() -> None:
    header = Header()
    gpio = gpio_of(header)
    gpio.setup(5, gpio.IN, pull_up_down=gpio.PUD_UP)
    gpio.setup(5, gpio.OUT)
    assert gpio.input(5) == 1


def test_refusals() -> None:
    gpio = gpio_of(Header())
    with pytest.raises(RuntimeError, match="OUTPUT"):
        gpio.output(5, 1)
    with pytest.raises(RuntimeError, match="setup"):
        gpio.input(5)
    with pytest.raises(RuntimeError, match="as an input first"):
        gpio.add_event_detect(5, gpio.FALLING)
    with pytest.raises(ValueError, match="invalid on a Raspberry Pi"):
        gpio.setup(99, gpio.IN)


def test_buzzer_sounds_while_its_line_is_high() -> None:
    header, clock = Header(), [0.0]
    buzzer = SimulatedBuzzer(header, 18, lambda: clock[0])
    header.drive(18, 1)
    assert buzzer.sounding
    clock[0] = 0.08
    header.drive(18, 0)
    assert not buzzer.sounding
    assert list(buzzer.sounds) == [(0.0, 0.08)]
