"""Reading order of a picture's lines: what belongs together, one fact a line, for whoever hears it or reads it page by page.

The theory. A glass is seen at once, its columns are read down: `AB-123-CD  until` over `12,00 €  16 h 00`. Said or shown line
by line that would be "until twelve euros".
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from msgspec.structs import replace

from firmware.visit.context import Context
from hal.ports import Line, Size

AMOUNT = re.compile(r"[€\d.,\s]+")
BETWEEN_SENTENCES = re.compile(r"(?<=[^\d\s][.!?]) (?=[A-ZÀ-Ý¿¡«])")
"""Not after the number of a German day."""
ENDS_IN_AMOUNT = re.compile(r"(?:€|€[\d.]+)$")
PARTED = re.compile(r"\w-$")


def in_reading_order(lines: Sequence[Line], context: Context) -> Iterator[Line]:
    """The lines, each a fact. An amount belongs to what it stands beside, anything else to what stands below that.

    An amount that is the next line of a plate stands with it: nobody is to pay another's.
    """
    left_over = ""
    for line in _with_amounts(lines):
        is_amount = "€" in line.beside or line.beside == context.say("gratuit")
        yield line if is_amount else replace(line, beside="")
        beside = "" if is_amount else line.beside
        if left_over or line is lines[-1]:
            yield Line(left_over, Size.MEDIUM, beside=beside)
            beside = ""
        left_over = beside
    yield Line(left_over, Size.MEDIUM)


def read_on_page(lines: Sequence[str], page: range, columns: int) -> Iterator[str]:
    """What is read of a page of running text that was wrapped at so many columns: no pause where a line was full.

    `page`: its lines, as they are counted in the whole text. Of what goes over several pages each sentence is read that stands
    on this one, to its end: half a sentence is understood by nobody who cannot look back.
    """
    for piece in _pieces(lines, columns):
        if piece.start >= page.start and piece.stop <= page.stop:
            yield "".join(_joined(lines, piece)).rstrip()
        elif _meet(piece, page):
            yield from _sentences_on(page, lines, piece)


def _pieces(lines: Sequence[str], columns: int) -> Iterator[range]:
    """The lines of each piece of text: it ends where the next word had fitted the line, and after an amount by itself."""
    begin = 0
    for end, line in enumerate(lines, 1):
        following = lines[end] if end < len(lines) else ""
        ends = not following or len(f"{line} {following.split(' ')[0]}") <= columns
        if ends or (ENDS_IN_AMOUNT.search(line) and following[0].isupper()):
            yield range(begin, end)
            begin = end


def _joined(lines: Sequence[str], piece: range) -> tuple[str, ...]:
    """The lines, each with what stands before the next: nothing after the hyphen of a word that was parted there."""
    return tuple(lines[at] + ("" if PARTED.search(lines[at]) else " ") for at in piece)


def _sentences_on(page: range, lines: Sequence[str], piece: range) -> Iterator[str]:
    joined = _joined(lines, piece)
    begins, at = list(accumulate(map(len, joined), initial=0)), 0
    for sentence in BETWEEN_SENTENCES.split("".join(joined).rstrip()):
        first, last = (piece.start + bisect(begins, each) - 1 for each in (at, at + len(sentence) - 1))
        if _meet(range(first, last + 1), page):
            yield sentence
        at += len(sentence) + 1


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _with_amounts(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, where an amount stands below a plate: the amount beside that, and what stood beside both after them."""
    moved = next((at for at, (one, other) in enumerate(pairwise(lines)) if one.beside and AMOUNT.fullmatch(other.text)), None)
    if moved is None:
        yield from lines
        return
    one, other = lines[moved : moved + 2]
    after = replace(other, text=f"{one.beside} {other.beside}", beside="")
    yield from (*lines[:moved], replace(one, beside=other.text), after, *lines[moved + 2 :])
