"""Every file of an image and its sum, a line each; and what two such lists do not agree on.

    0644    0    0  9f86d081…  /root/etc/fstab
    0777    0    0  -> usr/bin  /root/bin
    0755    0    0  -  /root/etc

Sorted by path, so `diff` works on them too.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from workshop.image.tools import files_in


def lines_of(folder: Path, prefix: str) -> Iterator[str]:
    """A folder's, as if it lay at `prefix`."""
    for path in files_in(folder):
        about = path.lstat()
        word = f"{stat.S_IMODE(about.st_mode):04o} {about.st_uid:4} {about.st_gid:4}"
        yield f"{word}  {_content(path, about.st_mode)}  {prefix}/{path.relative_to(folder)}"


def _content(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return f"-> {path.readlink()}"
    if stat.S_ISREG(mode):
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    return "-" if stat.S_ISDIR(mode) else f"special {stat.S_IFMT(mode):o}"


def differences(one: str, other: str) -> list[str]:
    """What two lists say differently, a sentence each, by path; nothing if they are of one image."""
    ours, theirs = _by_path(one), _by_path(other)
    found = []
    for path in sorted(ours.keys() | theirs.keys()):
        if path not in theirs:
            found.append(f"only in the first: {path}")
        elif path not in ours:
            found.append(f"only in the second: {path}")
        elif ours[path] != theirs[path]:
            found.append(f"differs: {path}: {ours[path]} / {theirs[path]}")
    return found


def _by_path(text: str) -> dict[str, str]:
    lines = (line.rpartition("  /") for line in text.splitlines() if line)
    return {f"/{path}": said for said, _, path in lines}
