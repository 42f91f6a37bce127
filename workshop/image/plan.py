"""Layout of the image's partitions, and the table as sfdisk reads it.

Each begins on a border of 4 MiB, the largest erase block of the cards we know: a write to one partition never makes a card
rewrite the end of another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from workshop.common.partitions import SECTOR_SIZE
from workshop.common.pieces import Region
from workshop.common.recipe import PartitionRecipe

MIB = 1 << 20
ALIGNMENT = 4 * MIB
KINDS = {"vfat": "c", "ext4": "83"}
"""Kind of file system -> its type in an MBR."""


@dataclass(frozen=True)
class PlannedPartition:
    """A partition of the image and its region."""

    number: int
    label: str
    kind: str
    region: Region

    @property
    def identity(self) -> uuid.UUID:
        """UUID of its file system: the same in every image, whoever builds it."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"horodateur:{self.label}")


def planned_partitions(recipes: Iterable[PartitionRecipe]) -> tuple[PlannedPartition, ...]:
    """The partitions, one after the other, each on the next border."""
    start, found = ALIGNMENT, []
    for number, recipe in enumerate(recipes, 1):
        region = Region(start, start + recipe.mebibytes * MIB)
        found.append(PlannedPartition(number, recipe.label, recipe.kind, region))
        start = -(-region.end // ALIGNMENT) * ALIGNMENT
    return tuple(found)


def disk_size(partitions: Iterable[PlannedPartition]) -> int:
    """Bytes of the whole image."""
    return max(partition.region.end for partition in partitions)


def table_script(partitions: Iterable[PlannedPartition], disk_id: str) -> str:
    """The partition table as sfdisk reads it."""
    lines = [
        f"start={place.start // SECTOR_SIZE}, size={place.size // SECTOR_SIZE}, type={KINDS[partition.kind]}"
        for partition, place in ((partition, partition.region) for partition in partitions)
    ]
    return "\n".join(("label: dos", f"label-id: {disk_id}", "unit: sectors", *lines)) + "\n"
