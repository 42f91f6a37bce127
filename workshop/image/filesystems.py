"""File systems in files, made without mounting anything: the same bytes from the same folder.

What is not in a file stays on a card as it was. So everything a file system relies on is written, its zeros too: inode tables
and allocation tables of a card that held something else before must not be believed.
"""

from __future__ import annotations

from pathlib import Path

from workshop.common.pieces import CHUNK, pieces_in
from workshop.image.plan import PlannedPartition
from workshop.image.tools import BuildError, files_in, ran

WHOLE = "nodiscard,lazy_itable_init=0,lazy_journal_init=0"
SPARE_INODES = 1000


def ext4(file: Path, partition: PlannedPartition, epoch: int, folder: Path | None = None) -> None:
    """A folder as a file system that is only read, or an empty one. Raises BuildError, above all when it does not fit."""
    _emptied(file, partition.region.size)
    inside = tuple(files_in(folder)) if folder else ()
    options = f"{WHOLE},root_owner=0:0,hash_seed={partition.identity}"
    command = ("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-O", "^has_journal,^resize_inode")
    identity = ("-L", partition.label, "-U", str(partition.identity), "-N", str(len(inside) + SPARE_INODES), "-E", options)
    content = ("-d", folder) if folder else ()
    clock = {"E2FSPROGS_FAKE_TIME": str(epoch), "UNIX_IO_NOZEROOUT": "1"}
    ran(*command, *identity, *content, file, environment=clock)
    if folder:
        _dated(file, [f"/{path.relative_to(folder)}" for path in inside], epoch)
    ran("e2fsck", "-fn", file)


def _dated(file: Path, names: list[str], epoch: int) -> None:
    """Nobody can choose when an inode changed, except afterwards."""
    names = [name for name in names if '"' not in name]
    orders = "\n".join(f'sif "{name}" {field} @{epoch}' for name in names for field in ("ctime", "atime"))
    said = ran("debugfs", "-w", "-f", "/dev/stdin", file, given=orders, environment={"E2FSPROGS_FAKE_TIME": str(epoch)})
    complaints = [line for line in said.splitlines() if not line.startswith("debugfs: ")]
    if complaints:
        raise BuildError(f"debugfs: {complaints[0]}")


def fat(file: Path, partition: PlannedPartition, epoch: int, folder: Path) -> None:
    """A folder without folders as FAT32. Raises BuildError."""
    _emptied(file, partition.region.size)
    number = partition.identity.hex[:8]
    ran("mkfs.vfat", "--invariant", "-F", "32", "-i", number, "-n", partition.label, file)
    clock = {"SOURCE_DATE_EPOCH": str(epoch)}
    ran("mcopy", "-m", "-i", file, *files_in(folder), "::/", environment=clock)
    _filled(file)


def _emptied(file: Path, size: int) -> None:
    with file.open("wb") as empty:
        empty.truncate(size)


def _filled(file: Path) -> None:
    """No hole up to its last byte that says something: an allocation table's zeros say `free`."""
    end = max(piece.end for piece in pieces_in(file, 0, sparse=True))
    with file.open("r+b") as content:
        for start in range(0, end, CHUNK):
            content.seek(start)
            data = content.read(min(CHUNK, end - start))
            content.seek(start)
            content.write(data)
