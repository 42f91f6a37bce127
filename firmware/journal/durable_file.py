"""Atomic, durable replacement of small files.

The theory. A name is given only to bytes that the disk has: write beside, synchronise, rename, synchronise the directory. A
power cut at any moment leaves the file that was there, or the new one; and what the caller does next (removing an older file,
say) cannot reach the disk before the new name has.
"""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".new"
"""Ends the name of a file that nobody may read yet."""


def put_in_place(path: Path, data: bytes) -> None:
    """Replace a file whole or not at all (mode 0600). Raises OSError; then the old one stays."""
    beside = path.with_name(path.name + UNFINISHED)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(beside, path)  # noqa: PTH105 - one word for each thing the disk does, as in the theory above
    synchronise(path.parent)


def synchronise(path: Path) -> None:
    """Make a file, or the names in a directory, survive a power cut. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
