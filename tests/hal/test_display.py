"""The display driver, over luma's real SPI interface: the bytes an SSD1322 gets, and what its memory makes of them.

The controller here is typed from the SSD1322 datasheet, revision 1.2: commands with the D/C line low (section 8.1), column
addresses of four pixels (8.6), 15h/75h/5Ch (10.1.2 to 10.1.4), and the first pixel in the high nibble with A0h = 14h 11h.
"""

import gc
import weakref
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageDraw

from hal.drawing import draw
from hal.drivers.display import Oled, nibbles, windows
from hal.lines import Gpio
from hal.ports import Hint, Key, Line, Size, Stretch, Strip, View

DC, RESET = 25, 24

# luma.oled's start for this panel, read against the datasheet's table 9-1: command, then its data.
SETTINGS = [
    (0xFD, b"\x12"),  # unlock
    (0xA4, b""),  # all pixels off
    (0xB3, b"\xf2"),  # clock
    (0xCA, b"\x3f"),  # 64 rows
    (0xA2, b"\x00"),  # offset
    (0xA1, b"\x00"),  # start line
    (0xA0, b"\x14\x11"),  # re-map: nibbles, COM scan; dual COM
    (0xB5, b"\x00"),  # GPIO off
    (0xAB, b"\x01"),  # internal VDD
    (0xB4, b"\xa0\xfd"),  # display enhancement A
    (0xC7, b"\x0f"),  # master contrast
    (0xB9, b""),  # linear greys
    (0xB1, b"\xf0"),  # phase lengths
    (0xD1, b"\x82\x20"),  # display enhancement B
    (0xBB, b"\x0d"),  # pre-charge voltage
    (0xB6, b"\x08"),  # second pre-charge
    (0xBE, b"\x00"),  # VCOMH
    (0xA6, b""),  # normal display
    (0xA9, b""),  # no partial display
    (0xC1, b"\x7f"),  # contrast
]
WHOLE = [(0x15, b"\x1c\x5b"), (0x75, b"\x00\x3f")]


class Wires:
    """SPI and its two GPIO lines, as luma uses them; every byte is kept with the level D/C had."""

    OUT, LOW, HIGH = 0, 0, 1
    max_speed_hz = 0

    def __init__(self) -> None:
        self.levels: dict[int, int] = {}
        self.reset: list[int] = []
        self.opened = (-1, -1)
        self.sent: list[tuple[int, bytes]] = []

    def setup(self, channel: int, direction: int) -> None:
        assert direction == self.OUT
        self.levels[channel] = self.HIGH

    def output(self, channel: int, level: int) -> None:
        self.levels[channel] = level
        self.reset += [level] if channel == RESET else []

    def open(self, bus: int, device: int) -> None:
        self.opened = (bus, device)

    def writebytes(self, values: Sequence[int]) -> None:
        assert len(values) <= 4096
        self.sent.append((self.levels[DC], bytes(values)))

    def close(self) -> None:
        self.opened = (-1, -1)

    def taken(self) -> list[tuple[int, bytes]]:
        """What was sent since last asked: commands and their data."""
        commands: list[tuple[int, bytes]] = []
        for level, data in self.sent:
            if level == self.LOW:
                commands += [(byte, b"") for byte in data]
            else:
                commands[-1] = (commands[-1][0], commands[-1][1] + data)
        self.sent.clear()
        return commands


class Memory:
    """The controller's picture memory, behind its glass of 256 x 64."""

    def __init__(self) -> None:
        self.picture = Image.new("L", (256, 64))
        self.columns, self.rows = (0, 119), (0, 127)

    def obey(self, commands: list[tuple[int, bytes]]) -> None:
        for command, data in commands:
            if command == 0x15:
                self.columns = (data[0], data[1])
            elif command == 0x75:
                self.rows = (data[0], data[1])
            elif command == 0x5C:
                self.write(data)

    def write(self, data: bytes) -> None:
        (first, last), (top, bottom) = self.columns, self.rows
        wide = (last - first + 1) * 4
        assert len(data) == wide // 2 * (bottom - top + 1)
        for number, byte in enumerate(data):
            column, row = number * 2 % wide + (first - 28) * 4, number * 2 // wide + top
            self.picture.putpixel((column, row), (byte >> 4) * 17)
            self.picture.putpixel((column + 1, row), (byte & 15) * 17)


def station(hz: int = 8_000_000) -> tuple[Oled, Wires]:
    wires = Wires()
    return Oled(cast(Gpio, wires), wires, bus=(0, 0), dc=DC, reset=RESET, hz=hz), wires


def plate(typed: str) -> View:
    hints = (Hint(Key.CORRECT, "Effacer"), Hint(Key.CANCEL, "Annuler"), Hint(Key.OK, "Valider"))
    return View("plate", "Zone 1 · 12 rue Oberkampf", "mer. 14:30", (Line(typed, cursor=True),), hints)


def duration(end: str, price: str, minutes: int) -> View:
    middle = (Line(end, beside=price), Line("3e heure : le quart d’heure passe à 3,00 €", Size.SMALL))
    strip = Strip(((Stretch.BOUGHT, minutes), (Stretch.OPEN, 330 - minutes)), ((0, "14:30"), (minutes, end), (330, "20 h")))
    hints = (Hint(Key.MINUS, ""), Hint(Key.PLUS, "15 min"), Hint(Key.CANCEL, "Annuler"), Hint(Key.OK, "Payer"))
    return View("duration", "Zone 1 · 12 rue Oberkampf", "mer. 14:30", middle, hints, strip)


def test_start() -> None:
    _, wires = station()
    assert wires.opened == (0, 0)
    assert wires.max_speed_hz == 8_000_000
    assert wires.reset == [0, 1]
    assert wires.taken() == [*SETTINGS, *WHOLE, (0x5C, bytes(8192)), (0xAF, b"")]


def test_pixels_are_nibbles_left_one_high() -> None:
    picture = Image.new("L", (4, 1))
    picture.putdata([0xFF, 0x00, 0x11, 0xEE])
    assert nibbles(picture) == b"\xf0\x1e"


def test_one_window_of_one_cell() -> None:
    before = Image.new("L", (256, 64))
    after = before.copy()
    after.putpixel((5, 63), 0x88)
    assert list(windows(nibbles(before), nibbles(after))) == [(1, 63, 2, 64)]


def test_nothing_new_sends_nothing() -> None:
    oled, wires = station()
    oled.show(plate("AB"))
    wires.taken()
    oled.show(plate("AB"))
    assert wires.taken() == []


shapes = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 63), st.integers(1, 90), st.integers(1, 30), st.integers(0, 15)), max_size=6
)


def painted(rectangles: list[tuple[int, int, int, int, int]]) -> Image.Image:
    picture = Image.new("L", (256, 64))
    pen = ImageDraw.Draw(picture)
    for left, top, wide, high, grey in rectangles:
        pen.rectangle((left, top, left + wide, top + high), fill=grey * 17)
    return picture


@given(shapes, shapes)
def test_windows_turn_one_picture_into_the_other(
    before: list[tuple[int, int, int, int, int]], after: list[tuple[int, int, int, int, int]]
) -> None:
    old, new = painted(before), painted(after)
    for left, top, right, bottom in windows(nibbles(old), nibbles(new)):
        old.paste(new.crop((4 * left, top, 4 * right, bottom)), (4 * left, top))
    assert old.tobytes() == new.tobytes()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.text("AB1-O0", max_size=10).map(plate) | st.integers(1, 329).map(lambda n: duration("16:30", f"{n},00 €", n)),
        max_size=6,
    )
)
def test_memory_holds_what_was_drawn(views: list[View]) -> None:
    oled, wires = station()
    memory = Memory()
    for view in views:
        oled.show(view)
        memory.obey(wires.taken())
        assert memory.picture.tobytes() == draw(view).tobytes()


def size(commands: list[tuple[int, bytes]]) -> int:
    return sum(1 + len(data) for _, data in commands)


@pytest.mark.parametrize("text", ["AB-123-CD", "1234 AA 01", "WW-123-MM", "GB12KLM"])
def test_a_typed_letter_is_cheap(text: str) -> None:
    oled, wires = station()
    oled.show(plate(""))
    wires.taken()
    for length in range(1, len(text) + 1):
        oled.show(plate(text[:length]))
        assert 7 < size(wires.taken()) <= 1024


def test_a_plus_key_is_cheap() -> None:
    oled, wires = station()
    oled.show(duration("16:30", "12,00 €", 120))
    wires.taken()
    oled.show(duration("16:45", "15,00 €", 135))
    assert 7 < size(wires.taken()) <= 1024


def test_a_plus_key_into_a_dearer_hour_is_cheap() -> None:
    """Every line changes a little: the bar and the hours must not be sent as one box with the long reason above them."""
    oled, wires = station()
    before, after = duration("13:45", "35,25 €", 225), duration("14:00", "39,00 €", 240)
    reason = Line("3 h 45 · encore ¼ h : 3,75 €", Size.SMALL)
    oled.show(replace(before, middle=(before.middle[0], reason)))
    wires.taken()
    oled.show(after)
    assert 7 < size(wires.taken()) <= 2048


def test_a_panel_that_forgot_everything_is_repaired() -> None:
    """Settings, the whole picture, and on: with one picture in every 12."""
    oled, wires = station()
    for number in range(1, 12):
        oled.show(plate("AB"[: number % 2]))
    wires.taken()
    oled.show(plate("AB"))
    commands = wires.taken()
    assert commands[: len(SETTINGS) + 2] == [*SETTINGS, *WHOLE]
    assert commands[-1] == (0xAF, b"")
    memory = Memory()
    memory.obey(commands)
    assert memory.picture.tobytes() == draw(plate("AB")).tobytes()
    oled.show(replace(plate("AB"), right="mer. 14:31"))
    assert size(wires.taken()) < 200


def test_a_picture_at_rest_is_dimmed_and_the_next_one_is_not() -> None:
    """At rest each picture, one a minute, is sent whole after the settings; who wakes it gets the contrast and what changed."""
    oled, wires = station()
    oled.show(plate(""))
    wires.taken()
    resting = View("resting", "", "", (Line("14:32", Size.MEDIUM),), rest=872)
    oled.show(resting)
    commands = wires.taken()
    assert commands[: len(SETTINGS) + 2] == [*SETTINGS[:-1], (0xC1, b"\x10"), *WHOLE]
    oled.show(replace(resting, rest=873))
    assert (0xC1, b"\x10") in wires.taken()
    oled.show(plate("A"))
    commands = wires.taken()
    assert commands[0] == (0xC1, b"\x7f")
    assert 7 < size(commands) < 8192


def test_wires_are_let_go_with_the_display() -> None:
    """luma remembers every device until the process ends; a street of stations must not stay in memory for it."""
    oled, wires = station()
    kept = weakref.ref(wires)
    del oled, wires
    gc.collect()
    assert kept() is None
