"""Text drawing: typeface, text widths, and shortening of what is too long. Reads nothing but its fonts.

From 16 px on the bold cut is drawn: it carries from a distance. Below, the regular one, which is sharper and narrower.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from hal.ports import USUAL_GLASS, Align, GlassSize
from hal.shipped import FONTS

WIDTH, HEIGHT = USUAL_GLASS.width, USUAL_GLASS.height
BRIGHT, DIM, FAINT, DARK = 0xFF, 0x99, 0x44, 0x00
"""Four of the sixteen greys (multiples of 0x11)."""

BOLD_FROM = 16
CAPITAL, BELOW = 0.668, 0.17
"""The height of a capital, and what hangs below the base line, of the type size."""

SMOOTHED = 1
"""The row above and below a letter that is hardly lit: at an edge of the glass it may be missing."""

CONTROL = dict.fromkeys((*range(32), 127), " ")
"""A line end in a text must not become a second line, which Pillow refuses to place."""


@lru_cache(maxsize=64)
def typeface(px: int) -> ImageFont.FreeTypeFont:
    """The bundled typeface at this size."""
    cut = "bold" if px >= BOLD_FROM else "regular"
    return ImageFont.truetype(FONTS / f"horodateur-{cut}.ttf", px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def width(text: str, px: int) -> int:
    """How many columns a text takes."""
    return sum([_advance(character, px) for character in text.translate(CONTROL)])


@lru_cache(maxsize=4096)
def text_edges(text: str, px: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a text, in pixels from the start of its base line: what a layout asks of each size."""
    at, edges = 0, list[tuple[int, int, int, int]]()
    for character in text.translate(CONTROL):
        left, top, right, bottom = _edges(character, px)
        edges.append((at + left, top, at + right, bottom))
        at += _advance(character, px)
    lefts, tops, rights, bottoms = zip(*edges, strict=True) if edges else ((0,),) * 4
    return min(lefts), min(tops), max(rights), max(bottoms)


@lru_cache(maxsize=256)
def text_stencil(text: str, px: int) -> tuple[Image.Image, tuple[int, int]]:
    """A text as a stencil, and where its corner lies from the start of its base line. Most texts come again."""
    left, top, right, bottom = text_edges(text, px)
    stencil, at = Image.new("L", (right - left, bottom - top)), -left
    pen = ImageDraw.Draw(stencil)
    for character in text.translate(CONTROL):
        letter, (beside, above) = _letter(character, px)
        pen.bitmap((at + beside, above - top), letter, fill=255)
        at += _advance(character, px)
    return stencil, (left, top)


# The typeface has no kerning, and its hinted letters are whole pixels wide: a text is its letters side by side, pixel for pixel
# (`tests/hal/test_letters.py`). A new text has few new letters, and drawing one is most of the work.


@lru_cache(maxsize=8192)
def _advance(character: str, px: int) -> int:
    return ceil(typeface(px).getlength(character))


@lru_cache(maxsize=8192)
def _edges(character: str, px: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = typeface(px).getbbox(character, anchor="ls")
    return int(left), int(top), int(right), int(bottom)


@lru_cache(maxsize=2048)
def _letter(character: str, px: int) -> tuple[Image.Image, tuple[int, int]]:
    """A letter as a stencil, and where its corner lies from where it is written."""
    left, top, right, bottom = _edges(character, px)
    stencil = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(stencil).text((-left, -top), character, fill=255, font=typeface(px), anchor="ls")
    return stencil, (left, top)


def baseline(top: int, height: int, px: int) -> int:
    """The row a text stands on so that its capitals are in the middle of a slot."""
    return top + (height + round(CAPITAL * px)) // 2


def capital(px: int) -> int:
    """The rows of a capital at this type size."""
    return round(CAPITAL * px)


def ink(text: str, px: int) -> tuple[int, int]:
    """The rows of a text above and below its base line: those of a capital at least, more with accents and with what hangs."""
    _, top, _, bottom = text_edges(text, px)
    return max(-top, capital(px)), max(bottom, round(BELOW * px))


def rows(px: int) -> int:
    """The rows of a line at this type size: a capital, and what hangs below it."""
    return capital(px) + round(BELOW * px)


def shorten(text: str, px: int, room: int) -> str:
    """The text if it fits, else its beginning and an ellipsis; nothing where not even that fits."""
    if width(text, px) <= room:
        return text
    for length in range(len(text) - 1, -1, -1):
        shown = text[:length].rstrip() + "…"
        if width(shown, px) <= room:
            return shown
    return ""


@lru_cache(maxsize=512)
def drawable(character: str) -> bool:
    """Whether the typeface has this character, rather than the box it draws for the others."""
    return bytes(typeface(11).getmask(character)) != bytes(typeface(11).getmask("\uffff"))


class PlacedText(NamedTuple):
    """A text of a picture, and where it stands."""

    text: str
    left: int
    row: int
    """Its base line."""
    px: int

    def ink(self) -> tuple[Image.Image, tuple[int, int]]:
        """Its letters as a stencil, and the corner where that lies on the glass."""
        stencil, (right, below) = text_stencil(self.text, self.px)
        return stencil, (self.left + right, self.row + below)


@dataclass
class Sheet:
    """Drawing surface: the picture, and the texts that had to be cut."""

    glass: GlassSize = USUAL_GLASS
    cut: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    """The type size of every text."""
    placed: list[PlacedText] = field(default_factory=list)
    """Every text as it was written."""
    edge: int = 0
    """The column at which every text ends."""

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.glass.width, self.glass.height))
        self.edge = self.glass.width
        self.pen = ImageDraw.Draw(self.image)

    def write(self, text: str, span: tuple[int, int], row: int, px: int, grey: int = BRIGHT, align: Align = Align.LEFT) -> None:
        """Write on a base line between two columns; what does not fit is cut there, and remembered."""
        left, right = span
        self.sizes[text] = px
        shown = shorten(text, px, right - left)
        if shown != text:
            self.cut.append(text)
        spare = 0 if align is Align.LEFT else right - left - width(shown, px)
        placed = PlacedText(shown, left + (spare // 2 if align is Align.CENTRE else spare), row, px)
        stencil, (column, top) = placed.ink()
        if top < -SMOOTHED or top + stencil.height > self.glass.height + SMOOTHED:
            self.cut.append(text)
        self.placed.append(placed)
        self.pen.bitmap((column, top), stencil, fill=grey)

    def bar(self, left: int, top: int, wide: int, high: int, grey: int) -> None:
        """A filled rectangle; nothing if it has no width."""
        if wide > 0:
            self.pen.rectangle((left, top, left + wide - 1, top + high - 1), fill=grey)
