"""The image: a table, the file systems behind it, and the map of what of it holds something."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from workshop.common.pieces import pieces_in
from workshop.image.blockmap import ranges_of, written
from workshop.image.plan import PlannedPartition, disk_size, table_script
from workshop.image.tools import ran


def assembled(file: Path, contents: Mapping[PlannedPartition, Path], disk_id: str) -> None:
    """Lay every file system in its place; holes stay holes. Raises BuildError."""
    with file.open("wb") as image:
        image.truncate(disk_size(contents))
    ran("sfdisk", "-q", "--no-reread", "--no-tell-kernel", file, given=table_script(contents, disk_id))
    with file.open("r+b") as image:
        for partition, content in contents.items():
            for piece in pieces_in(content, partition.region.start, sparse=True):
                image.seek(piece.offset)
                image.write(piece.data)


def mapped(file: Path) -> bytes:
    """Its block map."""
    return written(file.stat().st_size, ranges_of(pieces_in(file, 0, sparse=True)))


def packed(file: Path) -> Path:
    """Compressed beside it, the same on one processor as on many."""
    ran("xz", "--keep", "--force", "-1", "--threads=2", "--block-size=16MiB", file)
    return file.with_name(f"{file.name}.xz")


def sum_of(file: Path) -> str:
    """In hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
