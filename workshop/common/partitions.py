"""Partition table of a card, MBR or GPT, parsed from its first sectors."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from workshop.common.errors import PartitionTableError
from workshop.common.pieces import Region

SECTOR_SIZE = 512
HEAD = 34 * SECTOR_SIZE
"""Bytes a table is parsed from: the boot sector, and of a GPT its header and entries."""
BACKUP = 33 * SECTOR_SIZE
"""Bytes of a GPT's copy at the end of the card."""
_MBR_ENTRY = struct.Struct("<B3xB3xII")
_GPT_HEADER = struct.Struct("<8sIII4xQQQQ16sQIII")
_GPT_ENTRY = struct.Struct("<16s16sQQ")


@dataclass(frozen=True)
class Partition:
    """Number and region of a partition."""

    number: int
    region: Region


@dataclass(frozen=True)
class PartitionTable:
    """Kind and partitions of a card."""

    kind: str
    """`mbr` or `gpt`."""
    partitions: tuple[Partition, ...]

    def region(self, number: int) -> Region:
        """Region of the partition of this number. Raises PartitionTableError if there is none."""
        for partition in self.partitions:
            if partition.number == number:
                return partition.region
        raise PartitionTableError(f"there is no partition {number}")

    def ends(self, size: int) -> tuple[Region, ...]:
        """Regions that make an image of this size bootable: all before its first partition, and a GPT's copy at its end."""
        head = Region(0, min(partition.region.start for partition in self.partitions))
        return (head, Region(size - BACKUP, size)) if self.kind == "gpt" else (head,)


def table_in(head: bytes) -> PartitionTable:
    """The table in the first HEAD bytes. Raises PartitionTableError, also for a GPT whose sums are wrong."""
    if len(head) < HEAD or head[510:512] != b"\x55\xaa":
        raise PartitionTableError("there is no partition table")
    found = tuple(_mbr(head))
    protective = any(kind == 0xEE for kind, _ in found)
    kind, partitions = ("gpt", tuple(_gpt(head))) if protective else ("mbr", tuple(partition for _, partition in found))
    if not partitions:
        raise PartitionTableError("the partition table is empty")
    _require_order(partitions)
    return PartitionTable(kind, partitions)


def _mbr(head: bytes) -> Iterator[tuple[int, Partition]]:
    for number in range(1, 5):
        _, kind, start, count = _MBR_ENTRY.unpack_from(head, 446 + (number - 1) * 16)
        if kind and count:
            yield kind, Partition(number, Region(start * SECTOR_SIZE, (start + count) * SECTOR_SIZE))


def _gpt(head: bytes) -> Iterator[Partition]:
    signature, _, length, checksum, *_, entries_at, count, entry_size, entries_sum = _GPT_HEADER.unpack_from(head, SECTOR_SIZE)
    entries = head[entries_at * SECTOR_SIZE : entries_at * SECTOR_SIZE + count * entry_size]
    header = bytearray(head[SECTOR_SIZE : SECTOR_SIZE + length])
    header[16:20] = bytes(4)
    if signature != b"EFI PART" or zlib.crc32(header) != checksum or zlib.crc32(entries) != entries_sum:
        raise PartitionTableError("the GPT is damaged")
    for number in range(1, count + 1):
        kind, _, first, last = _GPT_ENTRY.unpack_from(entries, (number - 1) * entry_size)
        if any(kind):
            yield Partition(number, Region(first * SECTOR_SIZE, (last + 1) * SECTOR_SIZE))


def _require_order(partitions: tuple[Partition, ...]) -> None:
    regions = sorted(partition.region for partition in partitions)
    before = Region(0, SECTOR_SIZE)
    for region in regions:
        if region.start < before.end or region.end <= region.start:
            raise PartitionTableError("partitions overlap")
        before = region
