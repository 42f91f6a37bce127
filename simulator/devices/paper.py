"""Printed paper: rows of dots on a strip, as text and as a picture.

Lengths are in dots of 1/8 mm (a 203 dpi head): 384 dots print on 58 mm paper, 576 on 80 mm. Font A is 12 x 24 dots, font B
9 x 17. A row knows how far it feeds; several pieces of text on a row share one baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

import segno
from PIL import Image, ImageDraw, ImageFont
from segno import encoder

DOTS_PER_MM = 8
PAPER_DOTS = {384: 464, 576: 640}
"""Dots the head prints -> dots the paper is wide (58 and 80 mm)."""
_INK, _PAPER = 24, 250
_TEETH = 8


@dataclass(frozen=True)
class Style:
    """Style of printed characters."""

    small: bool = False
    """Font B."""
    bold: bool = False
    underline: int = 0
    """Thickness in dots."""
    wide: int = 1
    high: int = 1
    inverse: bool = False
    spacing: int = 0
    """Dots to the right of each character, before widening."""

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of one character, in dots."""
        width, height = (9, 17) if self.small else (12, 24)
        return (width + self.spacing) * self.wide, height * self.high


@dataclass(frozen=True)
class TextRow:
    """Printed line: (text, style) pieces from left to right."""

    pieces: tuple[tuple[str, Style], ...]
    align: str
    feed: int

    @property
    def text(self) -> str:
        """The line as characters."""
        return "".join(text for text, _ in self.pieces)

    @property
    def width(self) -> int:
        """Dots from the first character to the end of the last."""
        return sum(len(text) * style.cell[0] for text, style in self.pieces)


@dataclass(frozen=True)
class CodeRow:
    """Printed QR code, without its quiet zone."""

    symbol: bytes
    """What is encoded."""
    level: str
    """Of error correction."""
    side: int
    """Modules."""
    module: int
    """Dots."""
    align: str

    @property
    def data(self) -> str:
        """What is encoded, as text."""
        return self.symbol.decode("utf-8", errors="replace")

    @cached_property
    def matrix(self) -> tuple[tuple[bool, ...], ...]:
        """True where it is black; computed for who looks.

        Always mask 0: readers take any, and choosing the best of the eight is five times the work of all the rest.
        """
        code = segno.make_qr(self.symbol, error=self.level, boost_error=False, mask=0)
        return tuple(tuple(bool(dark) for dark in row) for row in code.matrix)

    @property
    def width(self) -> int:
        """Dots."""
        return self.side * self.module

    @property
    def feed(self) -> int:
        """A code is square."""
        return self.width

    @property
    def text(self) -> str:
        """As a plain-text ticket shows it."""
        return f"[QR: {self.data}]"


Row = TextRow | CodeRow


def code_row(data: bytes, module: int, level: str, align: str) -> CodeRow | None:
    """Make a QR code; None where the printer prints nothing: no data, or more than a symbol holds."""
    if not data:
        return None
    try:
        return CodeRow(data, level, _side(data, level), module, align)
    except ValueError:
        return None


def _side(data: bytes, level: str) -> int:
    """Modules of the smallest code that holds these data, which is not made for that. Raises ValueError if none does."""
    segments = encoder.prepare_data(data, None, None)  # type: ignore[no-untyped-call]
    correction = encoder.normalize_errorlevel(level)  # type: ignore[no-untyped-call]
    version = encoder.find_version(segments, correction, eci=False, micro=False)  # type: ignore[no-untyped-call]
    return int(encoder.calc_matrix_size(version))  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class PrintedTicket:
    """Printed ticket: still in the slot, cut, or torn where the roll ended."""

    rows: tuple[Row, ...] = ()
    data: bytes = b""
    """The bytes it was made of, status requests left out."""
    dots: int = 384
    cut: bool = False
    """Cut by the cutter: a whole ticket. Otherwise a partial one."""
    before: int = field(default=0)
    """Dots of blank paper above the first row."""

    @property
    def millimetres(self) -> float:
        """Its length so far."""
        return (self.before + sum(row.feed for row in self.rows)) / DOTS_PER_MM

    @property
    def lines(self) -> tuple[str, ...]:
        """Line by line, placed as on paper in columns of font A; a code as "[QR: data]"."""
        return tuple(_placed(row, self.dots) for row in self.rows)

    @property
    def text(self) -> str:
        """The lines as one text, without blank ones at either end."""
        return "\n".join(self.lines).strip("\n") + "\n"

    def picture(self) -> Image.Image:
        """Picture of the paper, mode "L", one pixel a dot, the paper's own width, torn or cut at its lower edge."""
        wide, top = PAPER_DOTS.get(self.dots, self.dots), _TEETH
        height = max(1, self.before + sum(row.feed for row in self.rows))
        paper = Image.new("L", (wide, height + top + _TEETH), _PAPER)
        y = top + self.before
        for row in self.rows:
            strip = _code_strip(row) if isinstance(row, CodeRow) else _text_strip(row)
            left = (wide - self.dots) // 2 + _offset(row.align, self.dots, row.width)
            paper.paste(strip, (left, y))
            y += row.feed
        _tear(paper)
        return paper


def _offset(align: str, room: int, width: int) -> int:
    return {"left": 0, "centre": (room - width) // 2, "right": room - width}[align]


def _placed(row: Row, dots: int) -> str:
    if not row.text.strip():
        return ""
    columns = dots // 12
    width = len(row.text) if isinstance(row, CodeRow) else round(row.width / 12)
    return (" " * max(0, _offset(row.align, columns, width)) + row.text).rstrip()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans Mono, which comes with python-barcode (python-escpos needs it): the same on every machine."""
    with resources.as_file(resources.files("barcode") / "fonts" / "DejaVuSansMono.ttf") as path:
        return ImageFont.truetype(str(path), size)


@cache
def _glyph(character: str, style: Style) -> Image.Image:
    """One character's cell. Bold is struck twice, a dot apart; large sizes repeat dots: as thermal heads do."""
    ink, paper = (_PAPER, _INK) if style.inverse else (_INK, _PAPER)
    plain = Style(small=style.small, spacing=style.spacing)
    cell = Image.new("L", plain.cell, paper)
    draw = ImageDraw.Draw(cell)
    baseline = plain.cell[1] * 4 // 5
    for shift in range(2 if style.bold else 1):
        draw.text((shift, baseline), character, font=_font(15 if style.small else 20), fill=ink, anchor="ls")
    if style.underline:
        bottom = plain.cell[1] - 1
        draw.rectangle((0, bottom - style.underline + 1, plain.cell[0], bottom), fill=ink)
    return cell.resize(style.cell, Image.Resampling.NEAREST)


def _text_strip(row: TextRow) -> Image.Image:
    height = max((style.cell[1] for _, style in row.pieces), default=1)
    strip = Image.new("L", (max(1, row.width), height), _PAPER)
    x = 0
    for text, style in row.pieces:
        for character in text:
            strip.paste(_glyph(character, style), (x, height - style.cell[1]))
            x += style.cell[0]
    return strip


def _code_strip(row: CodeRow) -> Image.Image:
    side = row.side
    dots = bytes(_INK if dark else _PAPER for line in row.matrix for dark in line)
    return Image.frombytes("L", (side, side), dots).resize((row.width, row.width), Image.Resampling.NEAREST)


def _tear(paper: Image.Image) -> None:
    """The saw's teeth at both ends, against a darker ground."""
    draw = ImageDraw.Draw(paper)
    width, height = paper.size
    for x in range(0, width, _TEETH * 2):
        for y, depth in ((0, _TEETH - 1), (height - 1, height - _TEETH)):
            draw.polygon([(x, y), (x + _TEETH, depth), (x + 2 * _TEETH, y)], fill=128)
