"""Writes a card so that it is either right or does not boot: first block last, all read back.

The theory. A Pi boots what the first block of a card points to, so that block is the switch:

    1. the first block is overwritten with zeros, before anything else: from now on the card does not boot
    2. the rest of the old head, and the old end (where a GPT keeps its copy), follow it
    3. every piece is written, except the ends of the new image: what lies before its first partition, and a GPT's copy
    4. the caches are dropped; every byte written is read back from the medium and compared by its sum
    5. `prove` verifies the written file systems
    6. the ends are written and read back; and last, alone, the first block

Whoever pulls the card, the plug or the process between 1 and 6 leaves a card without a partition table. What is compared is
what was written. Blocks the image does not use are neither written nor read: they hold what the card held before, and no
file points to them. The partition that takes a station's state is written whole, so that it holds no earlier station's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from workshop.common.errors import WriteError
from workshop.common.pieces import CHUNK, Piece, Region, split_at
from workshop.common.progress import ProgressCallback, ignore_progress
from workshop.flash.medium import Medium

BLOCK = 4096
"""Bytes of the first block, the switch, which is written alone."""
OLD_END = 1 << 20
"""Bytes erased at both ends of an old card."""
FLUSH_EVERY = 32 << 20
"""Bytes after which the card is flushed, or the progress bar would only show how fast memory is."""


class WrittenPiece(NamedTuple):
    """Place, size and sum of a piece that must be read back."""

    offset: int
    size: int
    sha256: bytes


def write_card(
    medium: Medium,
    pieces: Iterable[Piece],
    ends: Sequence[Region],
    prove: Callable[[], None],
    total: int,
    report: ProgressCallback,
) -> None:
    """Write, read back and prove a card; `ends` go last. Raises WriteError, or what `prove` does.

    `total`: bytes of all pieces, for progress.
    """
    erase(medium)
    written, held = _write_body(medium, pieces, ends, total, report)
    medium.settle()
    require_same(medium, written, report)
    prove()
    _write_ends(medium, held)


def erase(medium: Medium) -> None:
    """Overwrite both ends of a card with zeros, so that it does not boot. Raises WriteError if it does not even keep zeros."""
    medium.write(0, bytes(BLOCK))
    medium.settle()
    zeros = [WrittenPiece(offset, len(data), _sum(data)) for offset, data in _old_ends(medium.size)]
    for offset, data in _old_ends(medium.size):
        medium.write(offset, data)
    medium.settle()
    if differing(medium, zeros):
        raise WriteError("the card takes what is written and does not keep it: throw it away")


def _old_ends(size: int) -> tuple[Piece, ...]:
    length = min(OLD_END, size)
    return Piece(0, bytes(length)), Piece(size - length, bytes(length))


def _write_body(
    medium: Medium, pieces: Iterable[Piece], ends: Sequence[Region], total: int, report: ProgressCallback
) -> tuple[list[WrittenPiece], list[Piece]]:
    written, held, done, flushed = list[WrittenPiece](), list[Piece](), 0, 0
    for piece, in_ends in split_at(pieces, ends):
        if in_ends:
            held.append(piece)
        else:
            medium.write(piece.offset, piece.data)
            written.append(WrittenPiece(piece.offset, len(piece.data), _sum(piece.data)))
        done += len(piece.data)
        if done - flushed >= FLUSH_EVERY:
            medium.settle()
            flushed = done
        report("writing", done, total)
    return written, held


def require_same(medium: Medium, written: Sequence[WrittenPiece], report: ProgressCallback) -> None:
    """Read everything back. Raises WriteError naming the first place that differs, and how many do."""
    if different := differing(medium, written, report):
        first, count = different[0], len(different)
        raise WriteError(f"read back otherwise than written, in {count} of {len(written)} places, first at byte {first.offset}")


def differing(
    medium: Medium, written: Sequence[WrittenPiece], report: ProgressCallback = ignore_progress
) -> list[WrittenPiece]:
    """Pieces that do not read back as they were written."""
    different, done, total = list[WrittenPiece](), 0, sum(each.size for each in written)
    for each in written:
        if _sum(medium.read(each.offset, each.size)) != each.sha256:
            different.append(each)
        done += each.size
        report("reading back", done, total)
    return different


def _write_ends(medium: Medium, held: Iterable[Piece]) -> None:
    last, *others = _first_block_first(held)
    for piece in others:
        medium.write(piece.offset, piece.data)
    _require_kept(medium, others)
    medium.write(last.offset, last.data)
    try:
        _require_kept(medium, [last])
    except WriteError:
        medium.write(0, bytes(BLOCK))
        medium.settle()
        raise


def _first_block_first(held: Iterable[Piece]) -> list[Piece]:
    ordered = sorted(piece for piece, _ in split_at(held, [Region(0, BLOCK)]))
    if not ordered or ordered[0].offset != 0 or ordered[0].end > BLOCK:
        raise WriteError("the image has no first block")
    return ordered


def _require_kept(medium: Medium, pieces: Sequence[Piece]) -> None:
    medium.settle()
    if differing(medium, [WrittenPiece(piece.offset, len(piece.data), _sum(piece.data)) for piece in pieces]):
        raise WriteError("the card did not keep its partition table")


def _sum(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def bytes_moved(total: int) -> int:
    """Bytes transferred to and from a card for an image of `total` bytes: there and back, and the ends twice."""
    return 2 * (total + CHUNK + OLD_END * 2)
