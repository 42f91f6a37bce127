"""Extracts a tar archive of files and folders into a folder, and refuses every other archive before it writes anything.

The theory. `TarFile.extractall` believes the archive: a member may be called `../x` or `/x`, or be a link through which the
next member is written elsewhere. Its `filter` argument answers that, but came with Python 3.11.4, and Debian 12 has 3.11.2.
What is unpacked here needs neither links nor devices, so the rule is ours, shorter, and the same on every Python.
"""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

READABLE, GRANTED = 0o600, 0o755
"""Mode bits every file gets, and those it may keep: nothing set-user-id, nothing that others may write."""


class UnpackError(OSError):
    """The archive holds something that is not unpacked. Says which member and why; nothing was written."""


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write every file of the archive below `folder`, owned by this process. Raises UnpackError, or another OSError."""
    members = archive.getmembers()
    _require_plain(members)
    for member in members:
        place = folder / member.name
        content = archive.extractfile(member)
        if content is None:
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, content.read(), member.mode)


def _write(place: Path, data: bytes, mode: int) -> None:
    with place.open("xb") as file:
        file.write(data)
    place.chmod(mode & GRANTED | READABLE)


def _require_plain(members: list[tarfile.TarInfo]) -> None:
    files: set[PurePosixPath] = set()
    for member in members:
        path = PurePosixPath(member.name)
        _require(member.isreg() or member.isdir(), member, "neither a file nor a folder")
        _require(not path.is_absolute() and ".." not in path.parts, member, "outside the folder")
        _require(path not in files, member, "twice")
        if member.isreg():
            files.add(path)


def _require(truth: bool, member: tarfile.TarInfo, reason: str) -> None:
    if not truth:
        raise UnpackError(f"{member.name!r}: {reason}; nothing was unpacked")
