"""Cpio archive (format newc) that the kernel unpacks over an initramfs. Knows no clock, no wire, no disk."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import PurePosixPath

FILE, FOLDER, LINK = 0o100755, 0o040755, 0o120777


def archive(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    """The archive of these files and links by path, with the folders they need. Everybody may read and run all of it."""
    links = links or {}
    folders = {str(folder) for path in (*files, *links) for folder in PurePosixPath(path).parents} - {"."}
    entries = [(path, FOLDER, b"") for path in sorted(folders)]
    entries += [(path, FILE, data) for path, data in files.items()]
    entries += [(path, LINK, target.encode()) for path, target in links.items()]
    numbers = itertools.count(1)
    whole = b"".join(_entry(next(numbers), *entry) for entry in entries) + _entry(0, "TRAILER!!!", 0, b"")
    return _padded(whole, 512)


def _entry(number: int, path: str, mode: int, data: bytes) -> bytes:
    name = path.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(head + name, 4) + _padded(data, 4)


def _padded(data: bytes, to: int) -> bytes:
    return data + bytes(-len(data) % to)
