"""Regions of a card, and pieces of data at offsets: cutting them, reading them from sparse files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 20
"""Bytes of a piece at most: what is hashed, read back and named when it differs."""


class Region(NamedTuple):
    """A range of bytes of the card: from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Bytes from start to end."""
        return self.end - self.start


class Piece(NamedTuple):
    """Data and its offset on the card."""

    offset: int
    data: bytes

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + len(self.data)


def split_at(pieces: Iterable[Piece], regions: Iterable[Region]) -> Iterator[tuple[Piece, bool]]:
    """Cut the pieces at the borders of these regions; each part with whether it lies in one of them."""
    borders = sorted({border for region in regions for border in region})
    within = tuple(regions)
    for piece in pieces:
        for part in _cut(piece, borders):
            yield part, any(region.start <= part.offset < region.end for region in within)


def outside(pieces: Iterable[Piece], regions: Iterable[Region]) -> Iterator[Piece]:
    """The pieces, cut, that lie in none of these regions."""
    return (piece for piece, within in split_at(pieces, tuple(regions)) if not within)


def _cut(piece: Piece, borders: Iterable[int]) -> Iterator[Piece]:
    start = piece.offset
    for border in (*(border for border in borders if piece.offset < border < piece.end), piece.end):
        yield Piece(start, piece.data[start - piece.offset : border - piece.offset])
        start = border


def pieces_in(file: Path, at: int, *, sparse: bool) -> Iterator[Piece]:
    """The content of a file as pieces from offset `at` on. `sparse`: without its holes, which stay what the card held there."""
    with file.open("rb") as source:
        size = file.stat().st_size
        for span in data_regions(source.fileno(), size) if sparse else (Region(0, size),):
            source.seek(span.start)
            for start in range(span.start, span.end, CHUNK):
                yield Piece(at + start, source.read(min(CHUNK, span.end - start)))


def data_regions(descriptor: int, size: int) -> Iterator[Region]:
    """The regions of an open file that are no hole."""
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError:  # ENXIO: nothing but a hole up to the end
            return
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield Region(start, position)
