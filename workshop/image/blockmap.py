"""A block map, version 2.0, as bmaptool and workshop/flash read it. Knows no clock, no wire, no disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workshop.common.pieces import Piece

BLOCK = 4096


class Range(NamedTuple):
    """Blocks that hold something, the last one included, and their sum in hexadecimal."""

    first: int
    last: int
    sha256: str


def ranges_of(pieces: Iterable[Piece]) -> Iterator[Range]:
    """Pieces in order, each of whole blocks -> ranges, those that touch made one."""
    first, end, digest = 0, 0, hashlib.sha256()
    for offset, data in pieces:
        if offset != end and end > first:
            yield Range(first // BLOCK, (end - 1) // BLOCK, digest.hexdigest())
        if offset != end or end == first:
            first, digest = offset, hashlib.sha256()
        digest.update(data)
        end = offset + len(data)
    if end > first:
        yield Range(first // BLOCK, (end - 1) // BLOCK, digest.hexdigest())


def written(size: int, ranges: Iterable[Range]) -> bytes:
    """The map. Its own sum, in it, is that of the map with zeros in its place."""
    lines = tuple(ranges)
    mapped = sum(line.last - line.first + 1 for line in lines)
    body = "\n".join(f'    <Range chksum="{line.sha256}">{line.first}-{line.last}</Range>' for line in lines)
    text = (
        '<?xml version="1.0" ?>\n'
        '<bmap version="2.0">\n'
        f"  <ImageSize>{size}</ImageSize>\n"
        f"  <BlockSize>{BLOCK}</BlockSize>\n"
        f"  <BlocksCount>{-(-size // BLOCK)}</BlocksCount>\n"
        f"  <MappedBlocksCount>{mapped}</MappedBlocksCount>\n"
        "  <ChecksumType>sha256</ChecksumType>\n"
        f"  <BmapFileChecksum>{'0' * 64}</BmapFileChecksum>\n"
        f"  <BlockMap>\n{body}\n  </BlockMap>\n"
        "</bmap>\n"
    )
    return text.replace("0" * 64, hashlib.sha256(text.encode()).hexdigest(), 1).encode()
