"""The block map: read by flash.sh's own reader, summed as bmaptool sums it."""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.common.bmap import BLOCK, bmap_text, mapped_ranges, ranges_in
from workshop.common.pieces import Piece
from workshop.image.disk import block_map

BLOCKS = 64
pictures = st.lists(st.booleans(), min_size=BLOCKS, max_size=BLOCKS)
"""Which blocks of a small image hold something."""


def pieces_of(picture: list[bool]) -> list[Piece]:
    return [Piece(n * BLOCK, bytes([n + 1]) * BLOCK) for n, full in enumerate(picture) if full]


@given(pictures)
@settings(max_examples=200)
def test_every_block_that_holds_something_is_in_one_range_and_no_other_is(picture: list[bool]) -> None:
    ranges = list(mapped_ranges(pieces_of(picture)))
    covered = [block for found in ranges for block in range(found.region.start // BLOCK, found.region.end // BLOCK)]
    assert covered == [n for n, full in enumerate(picture) if full]


@given(pictures)
def test_ranges_that_touch_are_one(picture: list[bool]) -> None:
    ranges = list(mapped_ranges(pieces_of(picture)))
    assert all(one.region.end < other.region.start for one, other in itertools.pairwise(ranges))


@given(pictures)
def test_flash_reads_the_same_ranges_and_sums(picture: list[bool]) -> None:
    pieces = pieces_of(picture)
    image = bytearray(BLOCKS * BLOCK)
    for piece in pieces:
        image[piece.offset : piece.end] = piece.data
    found = ranges_in(bmap_text(len(image), mapped_ranges(pieces)), "a.bmap", len(image))
    for region, sha256 in found:
        assert hashlib.sha256(image[region.start : region.end]).hexdigest() == sha256
    assert sum(region.size for region, _ in found) == len(pieces) * BLOCK


def test_a_sparse_file_is_mapped_where_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "card.img"
    with file.open("wb") as card:
        card.truncate(100 * BLOCK)
        for block in (0, 7, 8, 50):
            card.seek(block * BLOCK)
            card.write(b"x" * BLOCK)
    assert re.findall(r">(\d+-\d+)<", block_map(file).decode()) == ["0-0", "7-8", "50-50"]


def test_its_own_sum_is_that_of_the_map_with_zeros_in_its_place() -> None:
    text = bmap_text(BLOCKS * BLOCK, mapped_ranges(pieces_of([True] * BLOCKS))).decode()
    (own,) = re.findall("<BmapFileChecksum>([0-9a-f]{64})<", text)
    assert hashlib.sha256(text.replace(own, "0" * 64).encode()).hexdigest() == own


def test_it_counts_what_it_maps() -> None:
    text = bmap_text(BLOCKS * BLOCK, mapped_ranges(pieces_of([True, False] * (BLOCKS // 2)))).decode()
    assert f"<BlocksCount>{BLOCKS}</BlocksCount>" in text
    assert f"<MappedBlocksCount>{BLOCKS // 2}</MappedBlocksCount>" in text
