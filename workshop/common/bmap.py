"""A block map, version 2.0: which blocks of an image hold something, and their sums. Knows no clock, no wire, no disk.

    <bmap version="2.0">
      <ImageSize>3221225472</ImageSize><BlockSize>4096</BlockSize>…<ChecksumType>sha256</ChecksumType>
      <BlockMap><Range chksum="…64 characters…">0-1023</Range><Range chksum="…">2048</Range>…</BlockMap>
    </bmap>

The last range may end in a block the image does not fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from workshop.common.errors import ImageError
from workshop.common.pieces import Region


class Mapped(NamedTuple):
    """A part of an image that holds something."""

    region: Region
    sha256: str
    """In hexadecimal; empty where nobody summed it."""


def ranges_in(text: bytes, name: str, size: int) -> tuple[Mapped, ...]:
    """The ranges, in order. Raises ImageError for any other form, another image size, or ranges out of order."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ImageError(f"{name}: is not XML: {error}") from error
    if root.tag != "bmap" or not root.get("version", "").startswith("2."):
        raise ImageError(f"{name}: is no block map of version 2")
    if _word(root, "ChecksumType", name) != "sha256":
        raise ImageError(f"{name}: ChecksumType is not sha256")
    if int(_word(root, "ImageSize", name)) != size:
        raise ImageError(f"{name}: ImageSize is not {size}, which the manifest says")
    return tuple(_ordered(_ranges(root, int(_word(root, "BlockSize", name)), size, name), name))


def _ranges(root: ElementTree.Element, block: int, size: int, name: str) -> Iterator[Mapped]:
    for number, element in enumerate(root.iterfind("BlockMap/Range"), 1):
        blocks = re.fullmatch(r"(\d+)(?:-(\d+))?", (element.text or "").strip())
        checksum = element.get("chksum", "")
        if not blocks or not re.fullmatch("[0-9a-f]{64}", checksum):
            raise ImageError(f"{name}: range {number}: needs block numbers and a sha256")
        first, last = int(blocks[1]), int(blocks[2] or blocks[1])
        yield Mapped(Region(first * block, min((last + 1) * block, size)), checksum)


def _ordered(ranges: Iterator[Mapped], name: str) -> Iterator[Mapped]:
    position = 0
    for number, mapped in enumerate(ranges, 1):
        if not position <= mapped.region.start < mapped.region.end:
            raise ImageError(f"{name}: range {number}: out of order or outside the image")
        position = mapped.region.end
        yield mapped


def _word(root: ElementTree.Element, tag: str, name: str) -> str:
    word = (root.findtext(tag) or "").strip()
    if not word or (tag.endswith("Size") and not word.isdecimal()):
        raise ImageError(f"{name}: {tag} is missing or no number")
    return word
