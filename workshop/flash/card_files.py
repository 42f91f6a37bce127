"""Files of a card that was used before, read from its partitions as they were when it was pulled. Never writes to the card.

The theory. A station is switched off by pulling its plug, and then the last writes of its ext4 are in the file system's log and
not yet in their places: read as it lies, a journal is shorter than it was, or is not there at all. So a file system that was
not closed is copied into memory, and e2fsck replays the log of the copy. One that is too large for that (a stock system's) is
read as it lies, and said to be in doubt.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workshop.common.errors import PartitionTableError
from workshop.common.ext4 import create_sparse
from workshop.common.partitions import HEAD, PartitionTable, table_in
from workshop.common.pieces import CHUNK, Region
from workshop.common.tools import run_program
from workshop.flash.medium import Card

SUPERBLOCK = 1024
"""Offset and size of an ext4's superblock, bytes."""
FEATURES, NOT_CLOSED = 96, 0x4
"""Offset of the superblock's incompatible features, and the one that says its log must be replayed."""
MAGIC = slice(56, 58)
FAT_SIGNS = (slice(54, 57), slice(82, 85))
"""Where a FAT's boot sector says `FAT`: FAT16, FAT32."""
COPIED_AT_MOST = 1 << 30
"""Bytes of a file system that is copied into memory; the state partition has half of it."""


class Ext4Volume(NamedTuple):
    """An ext4 to read files from: on the card, or copied from it."""

    place: str
    """As debugfs opens it."""
    descriptor: int | None
    """To be passed on to debugfs; None for a copy."""
    in_doubt: bool
    """Its log was not replayed: there may be more in its files."""


def regions_on(card: Card, other: PartitionTable | None) -> tuple[Region, ...]:
    """Partitions a card may have: those of its own table, and those of another (the image's), for a card whose table is gone.

    Raises WriteError where it cannot be read.
    """
    tables = [*_table_of(card), *([other] if other else [])]
    regions = (partition.region for table in tables for partition in table.partitions)
    return tuple(dict.fromkeys(region for region in regions if region.start + 2 * SUPERBLOCK <= card.size))


def _table_of(card: Card) -> Iterator[PartitionTable]:
    try:
        yield table_in(card.read(0, min(HEAD, card.size)))
    except PartitionTableError:
        return


def is_fat(card: Card, region: Region) -> bool:
    """Whether a partition holds a FAT. Raises WriteError where it cannot be read."""
    sector = card.read(region.start, 512)
    return any(sector[sign] == b"FAT" for sign in FAT_SIGNS)


def is_ext4(card: Card, region: Region) -> bool:
    """Whether a partition holds an ext4. Raises WriteError where it cannot be read."""
    return _superblock(card, region)[MAGIC] == b"\x53\xef"


def open_ext4(card: Card, region: Region, copy: Path) -> Ext4Volume:
    """The ext4 of a partition, its log replayed in a copy where that is needed. Raises OSError, or WriteError."""
    (features,) = struct.unpack_from("<I", _superblock(card, region), FEATURES)
    closed = not features & NOT_CLOSED
    if closed or region.size > COPIED_AT_MOST:
        return Ext4Volume(f"{card.path}?offset={region.start}", card.descriptor, not closed)
    _copy_partition(card, region, copy)
    replayed = run_program("e2fsck", "-p", "-E", "journal_only", copy)
    if replayed.returncode not in (0, 1):  # 1: something was mended
        raise OSError(f"e2fsck: {replayed.stdout.decode('utf-8', 'replace').strip()}")
    return Ext4Volume(str(copy), None, in_doubt=False)


def _superblock(card: Card, region: Region) -> bytes:
    return card.read(region.start + SUPERBLOCK, SUPERBLOCK)


def _copy_partition(card: Card, region: Region, file: Path) -> None:
    """Zeros become holes."""
    create_sparse(file, region.size)
    with file.open("r+b") as copy:
        for start in range(region.start, min(region.end, card.size), CHUNK):
            data = card.read(start, min(CHUNK, region.end - start, card.size - start))
            if any(data):
                copy.seek(start - region.start)
                copy.write(data)


def names_in(volume: Ext4Volume, folder: str) -> frozenset[str]:
    """Names in a folder; none where there is no such folder. Raises OSError where it cannot be read."""
    lines, complaints = _debugfs(volume, f"ls -p {folder}")
    if complaints and not all("File not found" in line for line in complaints):
        raise OSError("; ".join(complaints))
    return frozenset(line.split("/")[5] for line in lines if line.count("/") >= 6)


def copy_out(volume: Ext4Volume, path: str, file: Path) -> None:
    """Copy a file out. Raises OSError where it cannot be read whole."""
    _, complaints = _debugfs(volume, f"dump {path} {file}")
    if complaints or not file.exists():
        raise OSError(f"{path}: {'; '.join(complaints) or 'cannot be read'}")


def _debugfs(volume: Ext4Volume, request: str) -> tuple[list[str], list[str]]:
    """Lines of its output, and its complaints."""
    output = run_program("debugfs", "-R", request, volume.place, descriptor=volume.descriptor)
    complaints = output.stderr.decode("utf-8", "replace").splitlines()[1:]  # the first line is its version
    return output.stdout.decode("utf-8", "replace").splitlines(), [line.strip() for line in complaints]
