"""Where the partitions lie. Knows no clock, no wire, no disk.

Each begins on a border of 4 MiB, the largest erase block of the cards we know: a write to one partition never makes a card
rewrite the end of another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from workshop.common.pieces import Region
from workshop.common.recipe import Slot

MIB = 1 << 20
ALIGNMENT = 4 * MIB
SECTOR = 512
KINDS = {"vfat": "c", "ext4": "83"}
"""As an MBR names them."""


@dataclass(frozen=True)
class PlannedPartition:
    """A partition in its place."""

    number: int
    label: str
    kind: str
    region: Region

    @property
    def identity(self) -> uuid.UUID:
        """Of its file system: the same in every image, whoever builds it."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"horodateur:{self.label}")


def placed(slots: Iterable[Slot]) -> tuple[PlannedPartition, ...]:
    """The partitions, one after the other."""
    start, found = ALIGNMENT, []
    for number, slot in enumerate(slots, 1):
        region = Region(start, start + slot.mebibytes * MIB)
        found.append(PlannedPartition(number, slot.label, slot.kind, region))
        start = -(-region.end // ALIGNMENT) * ALIGNMENT
    return tuple(found)


def disk_size(partitions: Iterable[PlannedPartition]) -> int:
    """Of the whole image, in bytes."""
    return max(partition.region.end for partition in partitions)


def table_script(partitions: Iterable[PlannedPartition], disk_id: str) -> str:
    """What sfdisk reads."""
    lines = [
        f"start={partition.region.start // SECTOR}, size={partition.region.size // SECTOR}, type={KINDS[partition.kind]}"
        for partition in partitions
    ]
    return "\n".join(("label: dos", f"label-id: {disk_id}", "unit: sectors", *lines)) + "\n"
