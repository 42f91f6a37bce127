"""Display port: the view a display is asked to show."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct

from hal.ports.align import Align
from hal.ports.keypad import Key

PITCH_MM, DISTANCE_MM = 0.30, 400
"""The distance between two pixels, and that between the glass and the eyes of whoever buys."""


class Size(Enum):
    """Text size of a line of the middle band, by who reads it and how much depends on it.

    EN 301 549 (5.1.4) wants letters that are seen under 0.7 degrees: 4.9 mm at 40 cm, capitals of 16 pixels.
    """

    SMALL = "small"
    """For the technician, whose eyes are nearer: a picture with such lines has small bands too."""
    MEDIUM = "medium"
    """What a motorist can buy without having read."""
    LARGE = "large"
    """What must be read to buy. Shares what height is left with the other large lines."""
    ENLARGED = "enlarged"
    """Of a page in large text: one fact, and nothing else on the glass."""


CAPITALS = {Size.SMALL: 6, Size.MEDIUM: 10, Size.LARGE: 16, Size.ENLARGED: 24}
"""Rows of a capital at each size, at least."""
ROWS = {Size.SMALL: 11, Size.MEDIUM: 13, Size.LARGE: 20, Size.ENLARGED: 30}
"""Rows of a line at each size, at least: a capital and what hangs below it."""
TOP, BOTTOM, EDGE, NEAR = 15, 13, 1, 11
"""Rows of the top band and of the bottom one; below the texts where no key means anything; of either band of a technician.
"""
CAPS, ASCENDERS, DESCENDERS = 33, 3, 2
"""Rows over the text of a page in large text: those of key caps, three times those of the bottom band, else of tall letters;
and those under it on a taller glass."""
AIR = 5
"""Rows free over the texts of the keys on a taller glass: for what hangs below the line above them, and for their accents."""
STRIP = 16
"""Rows of a strip: its bar, a free row, and labels."""


class GlassSize(Struct, frozen=True):
    """Pixels of a display's glass: what a picture is drawn for. The screens know none of it."""

    width: int = 256
    height: int = 64


USUAL_GLASS, TALL_GLASS = GlassSize(), GlassSize(height=128)
"""That of the SSD1322, for which the sizes above are; and one as wide and twice as high, where what is large grows."""


class Line(Struct, frozen=True):
    """One line of the middle band."""

    text: str
    size: Size = Size.LARGE
    align: Align = Align.CENTRE
    beside: str = ""
    """A second text at the right end of the same line, MEDIUM where it finds no more room; `text` then stands left."""
    dim: bool = False
    """The second level of grey: only for what may be missed."""
    chosen: bool = False
    """Drawn dark on bright: the answer OK would take."""
    cursor: bool = False
    """A typing mark stands after the text."""


class Stretch(Enum):
    """Kind of one part of a strip of hours."""

    FREE = "free"
    """Nothing is due: night, Sunday, holiday."""
    OPEN = "open"
    """Paid hours, not bought."""
    BOUGHT = "bought"


class Strip(Struct, frozen=True):
    """Bar chart of the coming hours: stretches side by side, each a share of the width."""

    stretches: tuple[tuple[Stretch, int], ...]
    """What, and how many minutes of it, from left to right."""
    ticks: tuple[tuple[int, str], ...] = ()
    """Labels under the bar: minutes from the left end, and the text."""


class Hint(Struct, frozen=True):
    """Key legend of the bottom band: what a key does on this screen."""

    key: Key
    label: str


class Pattern(Enum):
    """Test pattern of the display, to find dead pixels."""

    LIT = "lit"
    """Every pixel, at full brightness."""
    BORDER = "border"
    """A frame along the four edges, and both diagonals."""
    GREYS = "greys"
    """Sixteen bars, black to white."""


class Brightness(Enum):
    """How bright glass and keys are lit, by the light around."""

    FULL = "full"
    DIM = "dim"
    NIGHT = "night"


class View(Struct, frozen=True):
    """Content of one whole picture: context above, one thing in the middle, the keys below."""

    screen: str
    """The name of the screen, for programs and visits; it is not drawn."""
    left: str
    """Top band, left: zone and place."""
    right: str
    """Top band, right: the clock."""
    middle: tuple[Line, ...]
    hints: tuple[Hint, ...] = ()
    strip: Strip | None = None
    code: str = ""
    """Text of a QR code at the right edge, as high as the glass; every other text then ends left of it."""
    pattern: Pattern | None = None
    """Drawn in place of everything else; the texts are then for programs only."""
    rest: int | None = None
    """The minute, where nobody reads: the panel is dimmed, and the picture stands elsewhere each minute, for an OLED burns in.
    """

    brightness: Brightness = Brightness.FULL
    """Of a picture that somebody reads; one at rest is darker than any."""

    @property
    def near(self) -> bool:
        """Whether it is a technician's picture."""
        return any(line.size is Size.SMALL for line in self.middle)

    @property
    def enlarged(self) -> bool:
        """Whether it is a page in large text."""
        return any(line.size is Size.ENLARGED for line in self.middle)

    @property
    def bands(self) -> tuple[int, int]:
        """The bands on the usual glass."""
        return self.bands_on(USUAL_GLASS)

    def bands_on(self, glass: GlassSize) -> tuple[int, int]:
        """Rows of the top band and of the bottom one: none below where there are no keys, none above where there is no room.

        On a page in large text the key caps are the top band.
        """
        if self.near:
            return NEAR, NEAR
        if self.enlarged:
            return (CAPS if self.hints else ASCENDERS) * grown(glass), DESCENDERS * (grown(glass) - 1)
        bottom = BOTTOM + AIR * (grown(glass) - 1) if self.hints else EDGE
        middle = sum(ROWS[line.size] for line in self.middle) + STRIP * (self.strip is not None)
        return TOP if TOP + middle + bottom <= glass.height and not self.code else 0, bottom

    @property
    def lines(self) -> tuple[str, ...]:
        """Every text of the picture, top to bottom, as a person would read it."""
        top = f"{self.left} {self.right}".strip() if self.bands[0] else ""
        middle = [f"{line.text} {line.beside}".strip() for line in self.middle]
        keys = "   ".join(f"[{hint.key.value}] {hint.label}" for hint in self.hints)
        return (top, *middle, keys)


def grown(glass: GlassSize) -> int:
    """How many times as high as the usual glass this one is: so many times as large what is large may be."""
    return glass.height // USUAL_GLASS.height


class Display(Protocol):
    """Display: shows views, reports no events."""

    def show(self, view: View) -> None:
        """Make the glass show this. Only what changed travels."""
