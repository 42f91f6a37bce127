"""List of an image's files, each with mode, owner and sum; and the differences of two such lists.

    0644    0    0  9f86d081…  /root/etc/fstab
    0777    0    0  -> usr/bin  /root/bin
    0755    0    0  -  /root/etc

Sorted by path, so `diff` works on them too.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from workshop.common.sums import sha256_of_file
from workshop.image.folders import files_below


def lines_of(folder: Path, prefix: str) -> Iterator[str]:
    """Lines of a folder's files, with paths as if it lay at `prefix`."""
    for path in files_below(folder):
        about = path.lstat()
        word = f"{stat.S_IMODE(about.st_mode):04o} {about.st_uid:4} {about.st_gid:4}"
        yield f"{word}  {_content(path, about.st_mode)}  {prefix}/{path.relative_to(folder)}"


def _content(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return f"-> {path.readlink()}"
    if stat.S_ISREG(mode):
        return sha256_of_file(path)
    return "-" if stat.S_ISDIR(mode) else f"special {stat.S_IFMT(mode):o}"


def differences(one: str, other: str) -> list[str]:
    """Differences of two lists, a sentence each, by path; none if they are of the same image."""
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
