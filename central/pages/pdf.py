"""The one place where documents become PDF: A4, our own typeface, the same bytes for the same document.

The theory. What is said stands in the blocks of a document (central/pages/letter.py); how it looks stands here. Text is drawn,
never interpreted: a name with `<b>` in it is shown with its angle brackets. No clock is asked: the document says when it was
made.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import qrcode  # type: ignore[import-untyped]  # it ships none
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]

from central.pages.letter import (
    LetterAddresses,
    LetterAmounts,
    LetterBlanks,
    LetterBlock,
    LetterCode,
    LetterDocument,
    LetterFacts,
    LetterHeading,
    LetterList,
    LetterText,
    LetterTitle,
)

FONTS = Path(__file__).parents[2] / "hal" / "fonts"
FACE = "Horodateur"
MARGIN, WIDTH = 20.0, 170.0
"""Millimetres: the margin on each side of an A4 page, and what is left between."""
LINE = 4.7
"""Millimetres from one line of running text to the next."""
SIZE = 9.5
"""Points."""
INK, BLUE, PALE = (17, 17, 17), (0, 58, 112), (233, 239, 246)
NO_GLYPH = "?"
"""Stands for a character that the typeface does not have."""


def render_pdf(document: LetterDocument) -> bytes:
    """The document as a PDF file."""
    sheet = _Sheet(document)
    with _fonts_closed(sheet):
        for blocks in document.pages:
            sheet.add_page()
            for block in blocks:
                _draw(sheet, block)
        if document.attached:
            name, content = document.attached
            sheet.embed_file(basename=name, bytes=content, creation_date=document.made_at, modification_date=document.made_at)
        return bytes(sheet.output())


class _Sheet(FPDF):
    """A4, with the city's name above and number and page below."""

    def __init__(self, document: LetterDocument) -> None:
        super().__init__(format="A4")
        self._footer = document.footer
        self.set_margins(MARGIN, 26.0, MARGIN)
        self.set_auto_page_break(True, 22.0)
        self.add_font(FACE, "", FONTS / "horodateur-regular.ttf")
        self.add_font(FACE, "B", FONTS / "horodateur-bold.ttf")
        self.set_title(document.title)
        self.set_author("Ville de Paris")
        self.set_lang("fr-FR")
        self.set_creation_date(document.made_at)
        self.alias_nb_pages()
        self.c_margin = 0

    def header(self) -> None:
        self.set_fill_color(*BLUE)
        self.rect(0, 0, 210, 3.5, style="F")
        self.set_xy(MARGIN, 10)
        self.write_line("VILLE DE PARIS", 11, bold=True, colour=BLUE)
        self.write_line("Direction de la voirie et des déplacements — stationnement payant de surface", 8)
        self.set_y(26)

    def footer(self) -> None:
        self.set_draw_color(*BLUE)
        self.line(MARGIN, 280, MARGIN + WIDTH, 280)
        self.set_xy(MARGIN, 282)
        self.pen(7.5)
        self.cell(WIDTH - 30, 4, shown(self._footer))
        self.cell(30, 4, f"page {self.page_no()}/{{nb}}", align="R")

    def pen(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """Choose how what follows is written."""
        self.set_font(FACE, "B" if bold else "", size)
        self.set_text_color(*colour)

    def write_line(self, text: str, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """One line, or as many as it takes, over the whole width."""
        self.pen(size, bold=bold, colour=colour)
        self.multi_cell(WIDTH, size * 0.5, shown(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def column(self, x: float, y: float, width: float, text: str, line: float = LINE) -> float:
        """Text in a column; the y below it."""
        self.set_xy(x, y)
        self.multi_cell(width, line, shown(text, lines=True), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        return float(self.get_y())

    def room(self, height: float) -> None:
        """Begin a new page unless so much is left of this one, in millimetres."""
        if self.will_page_break(height):
            self.add_page()


@lru_cache
def _glyphs() -> frozenset[int]:
    sheet = FPDF()
    sheet.add_font(FACE, "", FONTS / "horodateur-regular.ttf")
    with _fonts_closed(sheet):
        return frozenset(code for font in sheet.fonts.values() if isinstance(font, TTFFont) for code in font.cmap)


@contextlib.contextmanager
def _fonts_closed(sheet: FPDF) -> Iterator[None]:
    """Around the use of a sheet: the library leaves the files of its typefaces open."""
    try:
        yield
    finally:
        for font in sheet.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def shown(text: str, *, lines: bool = False) -> str:
    """The text as the typeface can show it; other characters are `?`, and so are line ends unless `lines`."""
    kept = {10} if lines else set()
    return "".join(each if ord(each) in kept or ord(each) in _glyphs() else NO_GLYPH for each in text)


def _draw(sheet: _Sheet, block: LetterBlock) -> None:
    match block:
        case LetterTitle(text, above):
            sheet.write_line(above, 9) if above else None
            sheet.write_line(text, 16, bold=True, colour=BLUE)
            sheet.ln(3)
        case LetterHeading(text):
            _heading(sheet, text)
        case LetterText(text, bold, small):
            sheet.write_line(text, 8 if small else SIZE, bold=bold)
            sheet.ln(1.8)
        case LetterList(points):
            _points(sheet, points)
        case LetterFacts(rows):
            _facts(sheet, rows)
        case LetterAmounts(boxes):
            _amounts(sheet, boxes)
        case LetterAddresses(left, right):
            _addresses(sheet, left, right)
        case LetterCode(content, text):
            _code(sheet, content, text)
        case LetterBlanks(labels, height):
            _blanks(sheet, labels, height)


def _heading(sheet: _Sheet, text: str) -> None:
    sheet.room(20)
    sheet.ln(2)
    sheet.set_fill_color(*PALE)
    sheet.pen(10.5, bold=True, colour=BLUE)
    sheet.rect(MARGIN, sheet.get_y(), WIDTH, 6.5, style="F")
    sheet.set_y(sheet.column(MARGIN + 2, sheet.get_y(), WIDTH - 4, text, 6.5))
    sheet.ln(2)


def _points(sheet: _Sheet, points: tuple[str, ...]) -> None:
    sheet.pen(SIZE)
    for point in points:
        sheet.room(2 * LINE)
        top = sheet.get_y()
        sheet.column(MARGIN + 1, top, 4, "•")
        sheet.set_y(sheet.column(MARGIN + 5, top, WIDTH - 5, point) + 0.8)
    sheet.ln(1)


def _facts(sheet: _Sheet, rows: tuple[tuple[str, str], ...]) -> None:
    sheet.set_draw_color(200, 208, 218)
    for name, value in rows:
        sheet.pen(SIZE, bold=True)
        lines = sheet.multi_cell(WIDTH - 62, LINE, shown(value), dry_run=True, output="LINES")
        sheet.room((len(lines) if isinstance(lines, list) else 1) * LINE + 2)
        top = sheet.get_y()
        sheet.pen(SIZE)
        left = sheet.column(MARGIN, top + 0.6, 60, name)
        sheet.pen(SIZE, bold=True)
        bottom = max(left, sheet.column(MARGIN + 62, top + 0.6, WIDTH - 62, value)) + 0.8
        sheet.line(MARGIN, bottom, MARGIN + WIDTH, bottom)
        sheet.set_y(bottom)
    sheet.ln(2)


def _amounts(sheet: _Sheet, boxes: tuple[tuple[str, str, str], ...]) -> None:
    sheet.room(32)
    top, gap = sheet.get_y() + 1, 4.0
    width = (WIDTH - gap * (len(boxes) - 1)) / len(boxes)
    sheet.set_draw_color(*BLUE)
    for place, (name, amount, until) in enumerate(boxes):
        left = MARGIN + place * (width + gap)
        sheet.set_line_width(0.5)
        sheet.rect(left, top, width, 27, style="D")
        sheet.set_line_width(0.2)
        sheet.pen(8.5, bold=True, colour=BLUE)
        sheet.column(left + 2, top + 2, width - 4, name, 4)
        sheet.pen(17, bold=True)
        sheet.column(left + 2, top + 10.5, width - 4, amount, 8)
        sheet.pen(8.5)
        sheet.column(left + 2, top + 19.5, width - 4, until, 4)
    sheet.set_xy(MARGIN, top + 31)


def _addresses(sheet: _Sheet, left: tuple[str, str], right: tuple[str, str]) -> None:
    top, ends = sheet.get_y(), []
    for x, (name, text) in ((MARGIN, left), (MARGIN + 88, right)):
        sheet.pen(7.5)
        below = sheet.column(x, top, 82, name, 4)
        sheet.pen(SIZE, bold=x > MARGIN)
        ends.append(sheet.column(x, below + 0.5, 82, text))
    sheet.set_xy(MARGIN, max(ends) + 5)


def _code(sheet: _Sheet, content: str, text: str) -> None:
    sheet.room(38)
    top, side = sheet.get_y() + 2, 34.0
    code = qrcode.QRCode(border=0, error_correction=ERROR_CORRECT_M)
    code.add_data(content, optimize=0)
    rows = code.get_matrix()
    dot = side / len(rows)
    sheet.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                sheet.rect(MARGIN + x * dot, top + y * dot, dot, dot, style="F")
    sheet.pen(SIZE)
    below = sheet.column(MARGIN + side + 8, top, WIDTH - side - 8, text, 5.2)
    sheet.set_xy(MARGIN, max(top + side, below) + 4)


def _blanks(sheet: _Sheet, labels: tuple[str, ...], height: float) -> None:
    sheet.set_draw_color(120, 130, 140)
    for label in labels:
        sheet.room(height)
        top = sheet.get_y()
        sheet.pen(SIZE)
        sheet.column(MARGIN, top + height - LINE - 0.5, 62, label)
        sheet.line(MARGIN + (62 if label else 0), top + height, MARGIN + WIDTH, top + height)
        sheet.set_xy(MARGIN, top + height)
    sheet.ln(2)
