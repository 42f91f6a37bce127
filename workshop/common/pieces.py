"""A card's content as pieces on their way to it. Knows no clock, no wire."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 20
"""Bytes of a piece at most: what is hashed, read back and named when it differs."""


class Region(NamedTuple):
    """From `start` on, up to and without `end`, in bytes of the card."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.end - self.start


class Piece(NamedTuple):
    """Bytes and where they go."""

    offset: int
    data: bytes

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + len(self.data)


def parted(pieces: Iterable[Piece], regions: Iterable[Region]) -> Iterator[tuple[Piece, bool]]:
    """The pieces, cut at the borders of these regions; each with whether it lies in one of them."""
    borders = sorted({border for region in regions for border in region})
    within = tuple(regions)
    for piece in pieces:
        for part in _cut(piece, borders):
            yield part, any(region.start <= part.offset < region.end for region in within)


def outside(pieces: Iterable[Piece], regions: Iterable[Region]) -> Iterator[Piece]:
    """What of them lies in none of these regions."""
    return (piece for piece, within in parted(pieces, tuple(regions)) if not within)


def _cut(piece: Piece, borders: Iterable[int]) -> Iterator[Piece]:
    start = piece.offset
    for border in (*(border for border in borders if piece.offset < border < piece.end), piece.end):
        yield Piece(start, piece.data[start - piece.offset : border - piece.offset])
        start = border


def pieces_in(file: Path, at: int, *, sparse: bool) -> Iterator[Piece]:
    """A file laid down from `at` on. `sparse`: its holes are nothing, and stay what the card held there."""
    with file.open("rb") as source:
        size = file.stat().st_size
        for span in spans_of(source.fileno(), size) if sparse else (Region(0, size),):
            source.seek(span.start)
            for start in range(span.start, span.end, CHUNK):
                yield Piece(at + start, source.read(min(CHUNK, span.end - start)))


def spans_of(descriptor: int, size: int) -> Iterator[Region]:
    """The stretches of an open file that are no hole."""
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError:  # ENXIO: nothing but a hole up to the end
            return
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield Region(start, position)


def data_size(file: Path) -> int:
    """The bytes of a file that are no hole."""
    with file.open("rb") as source:
        return sum(span.size for span in spans_of(source.fileno(), file.stat().st_size))
