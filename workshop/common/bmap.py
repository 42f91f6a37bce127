"""Block map, version 2.0, as bmaptool reads and writes it: the ranges of an image that hold data, and their sums.

    <bmap version="2.0">
      <ImageSize>3221225472</ImageSize><BlockSize>4096</BlockSize>…<ChecksumType>sha256</ChecksumType>
      <BlockMap><Range chksum="…64 characters…">0-1023</Range><Range chksum="…">2048</Range>…</BlockMap>
    </bmap>

The last range may end in a block the image does not fill.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from workshop.common.errors import ImageError
from workshop.common.pieces import Piece, Region
from workshop.common.sums import sha256_of

BLOCK = 4096
"""Bytes of a block in the maps written here; those that are read may have others."""


class MappedRange(NamedTuple):
    """A range of an image that holds data."""

    region: Region
    sha256: str
    """In hexadecimal; empty where nobody summed it."""


# --- writing ------------------------------------------------------------------------------------------------------


def mapped_ranges(pieces: Iterable[Piece]) -> Iterator[MappedRange]:
    """Pieces in order, each of whole blocks -> ranges; those that touch are one."""
    first, end, digest = 0, 0, hashlib.sha256()
    for offset, data in pieces:
        if offset != end and end > first:
            yield MappedRange(Region(first, end), digest.hexdigest())
        if offset != end or end == first:
            first, digest = offset, hashlib.sha256()
        digest.update(data)
        end = offset + len(data)
    if end > first:
        yield MappedRange(Region(first, end), digest.hexdigest())


def bmap_text(size: int, ranges: Iterable[MappedRange]) -> bytes:
    """The map of an image of `size` bytes. Its own sum, in it, is that of the map with zeros in its place."""
    blocks = [(found.region.start // BLOCK, (found.region.end - 1) // BLOCK, found.sha256) for found in ranges]
    body = "\n".join(f'    <Range chksum="{sha256}">{first}-{last}</Range>' for first, last, sha256 in blocks)
    text = (
        '<?xml version="1.0" ?>\n'
        '<bmap version="2.0">\n'
        f"  <ImageSize>{size}</ImageSize>\n"
        f"  <BlockSize>{BLOCK}</BlockSize>\n"
        f"  <BlocksCount>{-(-size // BLOCK)}</BlocksCount>\n"
        f"  <MappedBlocksCount>{sum(last - first + 1 for first, last, _ in blocks)}</MappedBlocksCount>\n"
        "  <ChecksumType>sha256</ChecksumType>\n"
        f"  <BmapFileChecksum>{'0' * 64}</BmapFileChecksum>\n"
        f"  <BlockMap>\n{body}\n  </BlockMap>\n"
        "</bmap>\n"
    )
    return text.replace("0" * 64, sha256_of(text.encode()), 1).encode()


# --- reading ------------------------------------------------------------------------------------------------------


def ranges_in(text: bytes, file: str, size: int) -> tuple[MappedRange, ...]:
    """The ranges of a map, in order. Raises ImageError for any other form, another image size, or ranges out of order."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ImageError(file, "", f"is not XML: {error}") from error
    if root.tag != "bmap" or not root.get("version", "").startswith("2."):
        raise ImageError(file, "", "is no block map of version 2")
    if _member(root, "ChecksumType", file) != "sha256":
        raise ImageError(file, "", "ChecksumType is not sha256")
    if int(_member(root, "ImageSize", file)) != size:
        raise ImageError(file, "", f"ImageSize is not {size}, which the manifest says")
    return tuple(_in_order(_ranges(root, int(_member(root, "BlockSize", file)), size, file), file))


def _ranges(root: ElementTree.Element, block: int, size: int, file: str) -> Iterator[MappedRange]:
    for number, element in enumerate(root.iterfind("BlockMap/Range"), 1):
        blocks = re.fullmatch(r"(\d+)(?:-(\d+))?", (element.text or "").strip())
        checksum = element.get("chksum", "")
        if not blocks or not re.fullmatch("[0-9a-f]{64}", checksum):
            raise ImageError(file, f"range {number}", "needs block numbers and a sha256")
        first, last = int(blocks[1]), int(blocks[2] or blocks[1])
        yield MappedRange(Region(first * block, min((last + 1) * block, size)), checksum)


def _in_order(ranges: Iterator[MappedRange], file: str) -> Iterator[MappedRange]:
    position = 0
    for number, found in enumerate(ranges, 1):
        if not position <= found.region.start < found.region.end:
            raise ImageError(file, f"range {number}", "out of order or outside the image")
        position = found.region.end
        yield found


def _member(root: ElementTree.Element, tag: str, file: str) -> str:
    text = (root.findtext(tag) or "").strip()
    if not text or (tag.endswith("Size") and not text.isdecimal()):
        raise ImageError(file, "", f"{tag} is missing or no number")
    return text
