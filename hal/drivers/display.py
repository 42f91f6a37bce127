"""OLED display driver: SSD1322 or SSD1363, 16 greys, through luma.oled. Writes only; the panel never answers.

The theory. The panel's memory holds four pixels an address, a *cell*; a picture is sent as windows (column range, row range,
then two pixels a byte, the left one in the high nibble). A full picture of 256 x 64 is 8 199 bytes, 8.2 ms at 8 MHz,
one of 256 x 128 twice that; a window costs 7 bytes and six transfers, for each command has the D/C line low and what belongs
to it high. So the changed part of each row is joined to that of the rows above it while the box around both sends along less
than one more window would cost; each of these bands is then cut where whole columns are unchanged.

The panel cannot say that it lost its memory or its settings (a spark from a winter coat does it). So every `REPAIR_EVERY`th
picture is sent whole, after the settings, and so is each of a station at rest, which come once a minute. SSD1322 datasheet,
revision 1.2, sections 8.6 (memory) and 10.1 (commands). The SSD1363's memory begins elsewhere, and the two bytes of a cell
change places: so luma.oled 3.16 has it of the maker's example, and we of luma.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol

from luma.core.framebuffer import full_frame  # type: ignore[import-untyped]
from luma.core.interface.serial import spi as spi_interface  # type: ignore[import-untyped]
from luma.oled.device import ssd1322, ssd1363  # type: ignore[import-untyped]
from PIL import Image

from hal.drawing import draw
from hal.lines import Gpio
from hal.ports import TALL_GLASS, USUAL_GLASS, Brightness, GlassSize, View

REPAIR_EVERY = 12
"""Pictures from one that is sent whole to the next: a minute of an idle station, and a plate that somebody types."""
WINDOW_COST = 60
"""Unchanged bytes that are sent along rather than begin another window: its six transfers have pauses of 10 to 20 microseconds
between them (github.com/raspberrypi/linux, issue 4567), a byte takes one. At 120 a + key would send a third more than now.
"""
CELL = 4
"""Pixels of a column address."""
ROW, CELLS, CELL_BITS = USUAL_GLASS.width // 2, USUAL_GLASS.width // CELL, CELL * 4
"""Bytes and cells of a row of either glass; bits of a cell."""
SET_COLUMN, SET_ROW, WRITE_RAM = 0x15, 0x75, 0x5C
CONTRASTS = {Brightness.FULL: 0x7F, Brightness.DIM: 0x40, Brightness.NIGHT: 0x28}
"""Current of a lit pixel, of 255: half by dusk, a third by night. What that leaves of the contrast: `docs/accessibility.md`."""
CONTRAST, DIMMED = CONTRASTS[Brightness.FULL], 0x10
RESET_SECONDS = 0.0002
"""How long luma holds the reset line low, and waits after it: twice the datasheet's 100 microseconds (section 8.9)."""


class Window(NamedTuple):
    """Rectangle of cells and rows, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int


class Spi(Protocol):
    """SPI bus: what luma uses of spidev.SpiDev."""

    max_speed_hz: int

    def open(self, bus: int, device: int, /) -> None:
        """Open /dev/spidev{bus}.{device}. Raises OSError."""

    def writebytes(self, values: Sequence[int], /) -> None:
        """Clock out at most 4 096 bytes."""

    def close(self) -> None:
        """Close the bus."""


_Change = tuple[int, int, int, int]
"""A row that changed: its number, its changed bits, the first changed cell, and the one after the last. A plain tuple: a
picture has some forty of them, and to name their parts takes longer than to find them."""


def windows(before: bytes, after: bytes) -> Iterator[Window]:
    """Changed windows between two pictures as the panel has them; none if they are the same."""
    for band in _bands(_changes(before, after)):
        union, high = reduce(or_, [bits for _, bits, _, _ in band]), band[-1][0] + 1 - band[0][0]
        for left, right in _runs(union, gap=WINDOW_COST // (2 * high)):
            inside = (1 << CELL_BITS * (right - left)) - 1 << CELL_BITS * (CELLS - right)
            rows = [row for row, bits, _, _ in band if bits & inside]
            yield Window(left, rows[0], right, rows[-1] + 1)


def _changes(before: bytes, after: bytes) -> list[_Change]:
    """The rows that changed, from above."""
    changes: list[_Change] = []
    for row in range(len(after) // ROW):
        was, now = before[row * ROW : row * ROW + ROW], after[row * ROW : row * ROW + ROW]
        if was != now:
            bits = int.from_bytes(was) ^ int.from_bytes(now)
            unchanged = (bits & -bits).bit_length() - 1  # the bits at the right
            changes.append((row, bits, CELLS - -(-bits.bit_length() // CELL_BITS), CELLS - unchanged // CELL_BITS))
    return changes


def _bands(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """The changed rows, put together while the box around them wastes less than a window costs."""
    band: list[_Change] = []
    left, right, top = CELLS, 0, 0
    for change in changes:
        row, _, first, last = change
        box = min(left, first), max(right, last)
        apart = (right - left) * (band[-1][0] + 1 - top) + last - first if band else 0
        if band and 2 * ((box[1] - box[0]) * (row + 1 - top) - apart) > WINDOW_COST:
            yield band
            band = []
        if not band:
            top, box = row, (first, last)
        left, right = box
        band.append(change)
    if band:
        yield band


def _runs(bits: int, gap: int) -> Iterator[tuple[int, int]]:
    """The stretches of changed cells, start and end; two that are `gap` or less apart are one."""
    changed = bits.to_bytes(ROW)
    cells = (int.from_bytes(changed[::2]) | int.from_bytes(changed[1::2])).to_bytes(CELLS)
    return (run.span() for run in re.finditer(rb"[^\0]+(?:\0{,%d}[^\0]+)*" % gap, cells))


def nibbles(picture: Image.Image) -> bytes:
    """Packed pixels of a picture of the panel's 16 greys: two a byte, the left one high."""
    return picture.convert("P").tobytes("raw", "P;4")  # the low nibble of 17 times a grey is the grey


class _Ssd1322(ssd1322):  # type: ignore[misc]
    """luma's SSD1322 with its settings and commands, and our own way of sending a picture: luma's goes by way of RGB."""

    glass: GlassSize = USUAL_GLASS
    offset = 28
    """The column address at which the glass begins, of the controller's 120."""

    def display(self, image: Image.Image) -> None:
        """Send all of it: luma does, to clear the panel."""
        self.send_all(self.packed(image.convert("L")))

    def send_all(self, pixels: bytes) -> None:
        """Send a whole picture."""
        self.send(pixels, Window(0, 0, CELLS, self.glass.height))

    def send(self, pixels: bytes, window: Window) -> None:
        """Send one window of a picture: commands with D/C low, what belongs to them with D/C high."""
        left, top, right, bottom = window
        rows = [pixels[row + 2 * left : row + 2 * right] for row in range(top * ROW, bottom * ROW, ROW)]
        columns = bytes((self.offset + left, self.offset + right - 1))
        for command, data in ((SET_COLUMN, columns), (SET_ROW, bytes((top, bottom - 1))), (WRITE_RAM, b"".join(rows))):
            self._serial_interface.command(command)
            self._serial_interface.data(data)

    def packed(self, picture: Image.Image) -> bytes:
        """The bytes of a picture, in the order the panel wants them."""
        return nibbles(picture)

    def repair(self, pixels: bytes, contrast: int) -> None:
        """Everything a panel needs that knows nothing: settings, contrast, picture, on."""
        self._init_sequence()
        self.contrast(contrast)
        self.send_all(pixels)
        self.show()


class _Ssd1363(_Ssd1322, ssd1363):  # type: ignore[misc]
    """The same for luma's SSD1363, whose settings and commands are its own."""

    glass, offset = TALL_GLASS, 8
    __init__ = ssd1363.__init__
    command = ssd1363.command
    _init_sequence = ssd1363._init_sequence
    _supported_dimensions = ssd1363._supported_dimensions

    def packed(self, picture: Image.Image) -> bytes:
        """The two bytes of a cell change places."""
        pixels = bytearray(nibbles(picture))
        pixels[::2], pixels[1::2] = pixels[1::2], pixels[::2]
        return bytes(pixels)


PANELS = {"ssd1322": _Ssd1322, "ssd1363": _Ssd1363}


def contrast_of(view: View) -> int:
    """Current of a lit pixel while this is shown, of 255."""
    return CONTRASTS[view.brightness] if view.rest is None else DIMMED


class Oled:
    """`Display` over SPI and two GPIO lines (data/command, reset). Synchronous: `show` returns when the bytes are out."""

    def __init__(
        self, gpio: Gpio, spi: Spi, *, bus: tuple[int, int], dc: int, reset: int, hz: int, model: str = "ssd1322"
    ) -> None:
        """Open `bus` (number and chip select), reset the panel, set it up, clear and light it.

        Raises OSError or luma's DeviceNotFoundError if the bus cannot be opened.
        """
        self._interface = spi_interface(
            spi=spi,
            gpio=gpio,
            port=bus[0],
            device=bus[1],
            bus_speed_hz=hz,
            gpio_DC=dc,
            gpio_RST=reset,
            reset_hold_time=RESET_SECONDS,
            reset_release_time=RESET_SECONDS,
        )
        # luma keeps every device until the process ends; through a weak reference it does not keep the wires with it.
        self._panel = PANELS[model](weakref.proxy(self._interface), framebuffer=full_frame())
        self._glass = self._panel.glass
        self._shown = bytes(ROW * self._glass.height)
        self._pictures, self._contrast = 0, CONTRAST

    def show(self, view: View) -> None:
        """Make the glass show this. Only what changed travels, except now and then."""
        pixels, contrast = self._panel.packed(draw(view, self._glass)), contrast_of(view)
        self._pictures += 1
        if view.rest is not None or self._pictures % REPAIR_EVERY == 0:
            self._panel.repair(pixels, contrast)
        else:
            if contrast != self._contrast:
                self._panel.contrast(contrast)
            for window in windows(self._shown, pixels):
                self._panel.send(pixels, window)
        self._shown, self._contrast = pixels, contrast
