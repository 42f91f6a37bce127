"""File systems made of folders: the same bytes from the same files, whoever lays them down, in whichever order."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from workshop.common.errors import ToolError
from workshop.common.pieces import pieces_in
from workshop.common.recipe import PartitionRecipe
from workshop.image.filesystems import make_boot, make_root
from workshop.image.plan import PlannedPartition, planned_partitions

EPOCH = 1_750_000_000
ROOT, BOOT = planned_partitions(
    (PartitionRecipe(label="A-ROOT", kind="ext4", mebibytes=32), PartitionRecipe(label="A-BOOT", kind="vfat", mebibytes=48))
)
NAMES = tuple(f"file-{number}" for number in range(60))


def folder_of(place: Path, names: Iterable[str]) -> Path:
    place.mkdir()
    for name in names:
        (place / name).write_text(name * 500)
        os.utime(place / name, (1, 5))
    (place / "link").symlink_to("file-0")
    os.utime(place / "link", (1, 5), follow_symlinks=False)
    os.utime(place, (1, 5))
    return place


def said(*command: object) -> str:
    words = [str(word) for word in command]
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout


def test_two_roots_of_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    make_root(tmp_path / "one.img", ROOT, EPOCH, folder_of(tmp_path / "one", NAMES))
    make_root(tmp_path / "other.img", ROOT, EPOCH, folder_of(tmp_path / "other", reversed(NAMES)))
    assert (tmp_path / "one.img").read_bytes() == (tmp_path / "other.img").read_bytes()


def test_a_root_has_the_files_and_the_label(tmp_path: Path) -> None:
    make_root(tmp_path / "one.img", ROOT, EPOCH, folder_of(tmp_path / "one", NAMES))
    assert said("debugfs", "-R", "cat /file-7", tmp_path / "one.img") == "file-7" * 500
    assert said("blkid", "-p", "-s", "LABEL", "-o", "value", tmp_path / "one.img").strip() == "A-ROOT"


def test_a_root_that_is_only_read_has_no_journal_to_play_back(tmp_path: Path) -> None:
    make_root(tmp_path / "one.img", ROOT, EPOCH)
    assert "has_journal" not in said("dumpe2fs", "-h", tmp_path / "one.img")


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "one", ())
    (folder / "large").write_bytes(os.urandom(33 << 20))
    with pytest.raises(ToolError, match="mke2fs"):
        make_root(tmp_path / "one.img", ROOT, EPOCH, folder)


@pytest.fixture
def boots(tmp_path: Path) -> tuple[Path, Path]:
    """Two boot partitions of the same files, made on what may be different days."""
    files = []
    for name, names in (("one", NAMES), ("other", tuple(reversed(NAMES)))):
        folder = folder_of(tmp_path / name, names)
        (folder / "link").unlink()
        make_boot(tmp_path / f"{name}.img", BOOT, EPOCH, folder)
        files.append(tmp_path / f"{name}.img")
    return files[0], files[1]


def test_two_boot_partitions_of_the_same_files_are_the_same_bytes(boots: tuple[Path, Path]) -> None:
    assert boots[0].read_bytes() == boots[1].read_bytes()


def test_a_boot_partition_is_fat32_with_the_files(boots: tuple[Path, Path]) -> None:
    assert said("mtype", "-i", boots[0], "::/file-7") == "file-7" * 500
    assert said("blkid", "-p", "-s", "VERSION", "-o", "value", boots[0]).strip() == "FAT32"


def test_zeros_that_mean_something_are_written_over_what_a_card_held(boots: tuple[Path, Path], tmp_path: Path) -> None:
    """On a card that was full of ones, only what the map names is written; the file systems must be whole all the same."""
    make_root(tmp_path / "root.img", ROOT, EPOCH, folder_of(tmp_path / "three", NAMES))
    for partition, file in ((BOOT, boots[0]), (ROOT, tmp_path / "root.img")):
        used = tmp_path / "used-card.img"
        _written_over(used, partition, file)
        said(*(("fsck.vfat", "-n", used) if partition is BOOT else ("e2fsck", "-fn", used)))


def _written_over(card: Path, partition: PlannedPartition, file: Path) -> None:
    card.write_bytes(b"\xff" * partition.region.size)
    with card.open("r+b") as content:
        for piece in pieces_in(file, 0, sparse=True):
            content.seek(piece.offset)
            content.write(piece.data)
