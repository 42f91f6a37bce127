"""The recipe and where its partitions lie, in the words of the table that sfdisk writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hal.errors import BoardError
from workshop.common.checkout import IMAGE_FILES
from workshop.common.partitions import HEAD, PartitionTable, table_in
from workshop.common.recipe import Recipe, read_recipe
from workshop.image.plan import ALIGNMENT, PlannedPartition, disk_size, planned_partitions, table_script

CARD = 3_900_000_000
"""Bytes of the smallest card sold as 4 GB."""


@pytest.fixture
def partitions(recipe: Recipe) -> tuple[PlannedPartition, ...]:
    return planned_partitions(recipe.partitions)


@pytest.fixture
def table(recipe: Recipe, partitions: tuple[PlannedPartition, ...], tmp_path: Path) -> PartitionTable:
    file = tmp_path / "card.img"
    with file.open("wb") as card:
        card.truncate(disk_size(partitions))
    command = ["/usr/sbin/sfdisk", "-q", "--no-reread", "--no-tell-kernel", str(file)]
    subprocess.run(command, input=table_script(partitions, recipe.disk_id), text=True, check=True)
    with file.open("rb") as card:
        return table_in(card.read(HEAD))


def test_the_card_has_boot_two_slots_and_the_state_in_this_order(partitions: tuple[PlannedPartition, ...]) -> None:
    assert [(partition.number, partition.label, partition.kind) for partition in partitions] == [
        (1, "HDT-BOOT", "vfat"),
        (2, "HDT-ROOT-A", "ext4"),
        (3, "HDT-ROOT-B", "ext4"),
        (4, "HDT-STATE", "ext4"),
    ]
    assert partitions[1].region.size == partitions[2].region.size, "an update must fit where the other system was"


def test_the_table_that_is_written_says_what_was_planned(
    table: PartitionTable, partitions: tuple[PlannedPartition, ...]
) -> None:
    assert table.kind == "mbr", "the boot program in a Pi 3 reads no other"
    assert [table.region(partition.number) for partition in partitions] == [partition.region for partition in partitions]


def test_no_write_to_one_partition_makes_a_card_rewrite_another(partitions: tuple[PlannedPartition, ...]) -> None:
    borders = [border for partition in partitions for border in partition.region]
    assert borders == sorted(borders)
    assert not [border for border in borders if border % ALIGNMENT]


def test_it_fits_on_the_smallest_card(partitions: tuple[PlannedPartition, ...]) -> None:
    assert disk_size(partitions) < CARD


def test_the_state_has_room_for_what_it_must_keep(partitions: tuple[PlannedPartition, ...]) -> None:
    assert partitions[3].region.size >= 512 << 20


def test_the_labels_are_those_the_card_mounts(partitions: tuple[PlannedPartition, ...]) -> None:
    fstab = (IMAGE_FILES.parent / "systemd" / "fstab").read_text()
    mounted = {line.split()[0].removeprefix("LABEL=") for line in fstab.splitlines() if line.startswith("LABEL=")}
    assert mounted == {partition.label for partition in partitions} - {"HDT-ROOT-B"}
    assert "root=LABEL=HDT-ROOT-A ro " in (IMAGE_FILES / "cmdline.txt").read_text()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "vfat"', 'kind = "ntfs"', "partitions"),
        ('label = "HDT-ROOT-B"', 'label = "HDT-ROOT-A"', "two have one label"),
        ("owner = 900", "owner = 0", "owner"),
        ("disk_id", "disc_id", "disc_id: no such key"),
        ('architecture = "arm64"', 'architecture = "armhf"', "architecture"),
    ],
)
def test_a_recipe_that_cannot_be_meant_is_refused_by_name(old: str, new: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "image.toml"
    file.write_text((IMAGE_FILES / "image.toml").read_text().replace(old, new, 1))
    with pytest.raises(BoardError, match=says):
        read_recipe(file)


def test_no_console_speaks_on_the_line_of_the_printer() -> None:
    words = (IMAGE_FILES / "cmdline.txt").read_text().split()
    assert [word for word in words if word.startswith("console=")] == ["console=tty0"]
