"""Disk image of a card: partition table and file systems in one file, its block map, and its compressed form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workshop.common.bmap import bmap_text, mapped_ranges
from workshop.common.ext4 import create_sparse
from workshop.common.pieces import pieces_in
from workshop.common.tools import run_checked
from workshop.image.plan import PlannedPartition, disk_size, table_script


def assemble_disk(file: Path, contents: Mapping[PlannedPartition, Path], disk_id: str) -> None:
    """Write the table, and every file system in its place; holes stay holes. Raises ToolError."""
    create_sparse(file, disk_size(contents))
    run_checked("sfdisk", "-q", "--no-reread", "--no-tell-kernel", file, stdin=table_script(contents, disk_id))
    with file.open("r+b") as image:
        for partition, content in contents.items():
            for piece in pieces_in(content, partition.region.start, sparse=True):
                image.seek(piece.offset)
                image.write(piece.data)


def block_map(file: Path) -> bytes:
    """The block map of a disk image."""
    return bmap_text(file.stat().st_size, mapped_ranges(pieces_in(file, 0, sparse=True)))


def compress_disk(file: Path) -> Path:
    """Compress it beside itself with xz, to the same bytes on one processor as on many. Raises ToolError."""
    run_checked("xz", "--keep", "--force", "-1", "--threads=2", "--block-size=16MiB", file)
    return file.with_name(f"{file.name}.xz")
