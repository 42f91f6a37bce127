"""Ext4 file systems in files: made by mke2fs from a folder, changed by debugfs, without mounting anything.

What is not in a file stays on a card as it was. So everything a file system relies on is written, its zeros too: inode tables
of a card that held something else before must not be believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop.common.errors import ToolError
from workshop.common.tools import run_checked

COMPLETE = "nodiscard,lazy_itable_init=0,lazy_journal_init=0"
"""Options of mke2fs: every block the file system relies on is really in the file."""


def create_sparse(file: Path, size: int) -> None:
    """Create a file of this many bytes that is one hole."""
    with file.open("wb") as empty:
        empty.truncate(size)


def make_ext4(
    file: Path,
    size: int,
    *,
    label: str,
    inodes: int,
    owner: int,
    folder: Path | None = None,
    extended: str = "",
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> None:
    """Make an ext4 of exactly `size` bytes with the files of `folder`, or empty.

    Raises ToolError, above all when they do not fit. `owner`: number of the user and group its root folder belongs to;
    `extended`: more of mke2fs's `-E`.
    """
    create_sparse(file, size)
    settings = ",".join(filter(None, (COMPLETE, f"root_owner={owner}:{owner}", extended)))
    command = ("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", *options)
    content = ("-d", folder) if folder else ()
    run_checked(
        *(*command, "-L", label, "-N", str(inodes), "-E", settings, *content, file),
        environment={"UNIX_IO_NOZEROOUT": "1", **(environment or {})},
    )


def edit_ext4(file: Path, commands: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run debugfs's commands on an ext4 in a file. Raises ToolError with the first thing it complains of."""
    output = run_checked("debugfs", "-w", "-f", "/dev/stdin", file, stdin="\n".join(commands), environment=environment)
    complaints = [line for line in output.splitlines() if not line.startswith("debugfs: ")]
    if complaints:
        raise ToolError(f"debugfs: {complaints[0]}")
