"""Other people's programs, and what goes wrong with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from workshop.common.tools import PLACES

PACKAGES = {
    "mmdebstrap": "mmdebstrap",
    "qemu-aarch64-static": "qemu-user-static",
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
    "dtc": "device-tree-compiler",
    "fdtoverlay": "device-tree-compiler",
    "fdtput": "device-tree-compiler",
    "sfdisk": "fdisk",
    "mke2fs": "e2fsprogs",
    "debugfs": "e2fsprogs",
    "e2fsck": "e2fsprogs",
    "mkfs.vfat": "dosfstools",
    "mcopy": "mtools",
    "xz": "xz-utils",
    "systemctl": "systemd",
}
"""Every program used here -> its Debian package."""


class BuildError(Exception):
    """No image came of it. The text says what to do."""


def require_tools() -> None:
    """Raises BuildError naming every missing program and the command that installs them."""
    missing = [name for name in PACKAGES if not shutil.which(name, path=PLACES)]
    if missing:
        packages = " ".join(sorted({PACKAGES[name] for name in missing}))
        raise BuildError(f"missing here: {', '.join(missing)}; try: sudo apt-get install -y {packages}")


def ran(*command: str | Path, given: str = "", within: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """What it said, once it has ended well. Raises BuildError with the end of what it complained of."""
    ended = subprocess.run(
        [str(word) for word in command],
        input=given.encode(),
        capture_output=True,
        check=False,
        cwd=within,
        env={**os.environ, "PATH": PLACES, "LC_ALL": "C.UTF-8", "TZ": "UTC", **(environment or {})},
    )
    if ended.returncode:
        complaint = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip()
        raise BuildError(f"{Path(str(command[0])).name} ended with {ended.returncode}: {complaint[-3000:]}")
    return ended.stdout.decode("utf-8", "replace")


def files_in(folder: Path) -> Iterable[Path]:
    """Everything below a folder, in an order that depends on names alone; no link is followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from files_in(Path(entry.path))
