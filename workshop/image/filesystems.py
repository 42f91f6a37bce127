"""File systems of the image, made in files without mounting anything: the same bytes from the same folder.

What is not in a file stays on a card as it was. So everything a file system relies on is written, its zeros too: allocation
tables of a card that held something else before must not be believed.
"""

from __future__ import annotations

from pathlib import Path

from workshop.common.ext4 import create_sparse, edit_ext4, make_ext4
from workshop.common.pieces import CHUNK, pieces_in
from workshop.common.tools import run_checked
from workshop.image.folders import files_below
from workshop.image.plan import PlannedPartition

SPARE_INODES = 1000


def make_root(file: Path, partition: PlannedPartition, epoch: int, folder: Path | None = None) -> None:
    """Make a read-only ext4 of a folder, or an empty one; every date in it is `epoch`. Raises ToolError."""
    files = tuple(files_below(folder)) if folder else ()
    clock = {"E2FSPROGS_FAKE_TIME": str(epoch)}
    make_ext4(
        file,
        partition.region.size,
        label=partition.label,
        inodes=len(files) + SPARE_INODES,
        owner=0,
        folder=folder,
        extended=f"hash_seed={partition.identity}",
        options=("-O", "^has_journal,^resize_inode", "-U", str(partition.identity)),
        environment=clock,
    )
    if folder:
        names = [f"/{path.relative_to(folder)}" for path in files if '"' not in str(path.relative_to(folder))]
        edit_ext4(file, [f'sif "{name}" {field} @{epoch}' for name in names for field in ("ctime", "atime")], clock)
    run_checked("e2fsck", "-fn", file)


def make_boot(file: Path, partition: PlannedPartition, epoch: int, folder: Path) -> None:
    """Make a FAT32 of a folder without folders. Raises ToolError, also if it does not fit."""
    create_sparse(file, partition.region.size)
    number = partition.identity.hex[:8]
    run_checked("mkfs.vfat", "--invariant", "-F", "32", "-i", number, "-n", partition.label, file)
    run_checked("mcopy", "-m", "-i", file, *files_below(folder), "::/", environment={"SOURCE_DATE_EPOCH": str(epoch)})
    _fill_holes(file)


def _fill_holes(file: Path) -> None:
    """No hole up to the last byte that is data: an allocation table's zeros mean `free`."""
    end = max(piece.end for piece in pieces_in(file, 0, sparse=True))
    with file.open("r+b") as content:
        for start in range(0, end, CHUNK):
            content.seek(start)
            data = content.read(min(CHUNK, end - start))
            content.seek(start)
            content.write(data)
