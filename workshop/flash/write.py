"""How pieces get onto a card so that it either is right, or does not boot. Knows no clock, no wire.

The theory. A Pi boots what the first block of a card points to, so that block is the switch:

    1. the first block is overwritten with zeros, before anything else: from now on the card does not boot
    2. the rest of the old head, and the old end (where a GPT keeps its copy), follow it
    3. every piece is written, except the ends of the new image: what lies before its first partition, and a GPT's copy
    4. the caches are dropped; every byte written is read back from the medium and compared by its sum
    5. `prove` asks the written file systems who they say they are
    6. the ends are written and read back; and last, alone, the first block

Whoever pulls the card, the plug or the process between 1 and 6 leaves a card without a partition table. What is compared is
what was written. Blocks the image does not use are neither written nor read: they hold what the card held before, and no
file points to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from workshop.common.errors import WriteError
from workshop.common.pieces import CHUNK, Piece, Region, parted
from workshop.flash.image import ProgressCallback
from workshop.flash.medium import Medium

BLOCK = 4096
"""The switch: the first block, written alone."""
OLD_END = 1 << 20
"""What is erased of an old card at both ends."""
BREATH = 32 << 20
"""After so many bytes the card must have them, or the progress bar would only tell how fast memory is."""


class Kept(NamedTuple):
    """What must be read back from there."""

    offset: int
    size: int
    sha256: bytes


def burn(
    medium: Medium,
    pieces: Iterable[Piece],
    ends: Sequence[Region],
    prove: Callable[[], None],
    total: int,
    tell: ProgressCallback,
) -> None:
    """Write all of it and prove it. `ends` go last; `total`: the bytes that come. Raises WriteError, or what `prove` does."""
    erase(medium)
    kept, held = _body(medium, pieces, ends, total, tell)
    medium.settle()
    require_same(medium, kept, tell)
    prove()
    _finish(medium, held)


def erase(medium: Medium) -> None:
    """Take a card's ability to boot. Raises WriteError if it does not even keep zeros."""
    medium.write(0, bytes(BLOCK))
    medium.settle()
    zeros = [Kept(offset, len(data), _sum(data)) for offset, data in _old_ends(medium.size)]
    for offset, data in _old_ends(medium.size):
        medium.write(offset, data)
    medium.settle()
    if differing(medium, zeros):
        raise WriteError("the card takes what is written and does not keep it: throw it away")


def _old_ends(size: int) -> tuple[Piece, ...]:
    length = min(OLD_END, size)
    return Piece(0, bytes(length)), Piece(size - length, bytes(length))


def _body(
    medium: Medium, pieces: Iterable[Piece], ends: Sequence[Region], total: int, tell: ProgressCallback
) -> tuple[list[Kept], list[Piece]]:
    kept, held, done, breath = list[Kept](), list[Piece](), 0, 0
    for piece, in_ends in parted(pieces, ends):
        if in_ends:
            held.append(piece)
        else:
            medium.write(piece.offset, piece.data)
            kept.append(Kept(piece.offset, len(piece.data), _sum(piece.data)))
        done += len(piece.data)
        if done - breath >= BREATH:
            medium.settle()
            breath = done
        tell("writing", done, total)
    return kept, held


def require_same(medium: Medium, kept: Sequence[Kept], tell: ProgressCallback) -> None:
    """Read everything back. Raises WriteError naming the first place that differs, and how many do."""
    if different := differing(medium, kept, tell):
        first, count = different[0], len(different)
        raise WriteError(f"read back otherwise than written, in {count} of {len(kept)} places, first at byte {first.offset}")


def differing(medium: Medium, kept: Sequence[Kept], tell: ProgressCallback | None = None) -> list[Kept]:
    """Every place that does not read back as it was written."""
    different, done, total = list[Kept](), 0, sum(each.size for each in kept)
    for each in kept:
        if _sum(medium.read(each.offset, each.size)) != each.sha256:
            different.append(each)
        done += each.size
        if tell:
            tell("reading back", done, total)
    return different


def _finish(medium: Medium, held: Iterable[Piece]) -> None:
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
    ordered = sorted(piece for piece, _ in parted(held, [Region(0, BLOCK)]))
    if not ordered or ordered[0].offset != 0 or ordered[0].end > BLOCK:
        raise WriteError("the image has no first block")
    return ordered


def _require_kept(medium: Medium, pieces: Sequence[Piece]) -> None:
    medium.settle()
    if differing(medium, [Kept(piece.offset, len(piece.data), _sum(piece.data)) for piece in pieces]):
        raise WriteError("the card did not keep its partition table")


def _sum(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def bytes_moved(total: int) -> int:
    """What goes over the wire to a card for an image of so many bytes: there and back, and the ends twice."""
    return 2 * (total + CHUNK + OLD_END * 2)
