"""External programs: which Debian package each comes from, and running one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from workshop.common.errors import ToolError

PACKAGES = {
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
    "apt-get": "apt",
    "debugfs": "e2fsprogs",
    "dpkg-deb": "dpkg",
    "dtc": "device-tree-compiler",
    "e2fsck": "e2fsprogs",
    "fdtoverlay": "device-tree-compiler",
    "fdtput": "device-tree-compiler",
    "lsblk": "util-linux",
    "mcopy": "mtools",
    "mdir": "mtools",
    "mke2fs": "e2fsprogs",
    "mkfs.vfat": "dosfstools",
    "mmd": "mtools",
    "mmdebstrap": "mmdebstrap",
    "mtype": "mtools",
    "qemu-aarch64-static": "qemu-user-static",
    "qemu-system-aarch64": "qemu-system-arm",
    "sfdisk": "fdisk",
    "systemctl": "systemd",
    "xz": "xz-utils",
}
"""Every program the workshop runs -> its Debian package."""
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Debian keeps file system tools where an ordinary user's PATH does not look."""
COMPLAINT = 3000
"""Characters that are kept of what a failing program wrote."""


def require_tools(names: Iterable[str]) -> None:
    """Require programs. Raises ToolError naming every missing one and the command that installs them."""
    missing = [name for name in names if not shutil.which(name, path=PATH)]
    if missing:
        packages = " ".join(sorted({PACKAGES[name] for name in missing}))
        raise ToolError(f"missing here: {', '.join(missing)}; try: sudo apt-get install -y {packages}")


def run_program(
    *command: str | Path,
    stdin: bytes = b"",
    descriptor: int | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, whatever its exit status. Raises OSError where it cannot be started.

    `descriptor` is passed on, so that it opens the very device held here; `folder` is where it runs.
    """
    return subprocess.run(
        [str(word) for word in command],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=folder,
        pass_fds=() if descriptor is None else (descriptor,),
        env={**os.environ, "PATH": PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC", **(environment or {})},
    )


def run_checked(
    *command: str | Path, stdin: str = "", folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run a program; its standard output. Raises ToolError with the end of what it wrote if it fails."""
    ended = run_program(*command, stdin=stdin.encode(), folder=folder, environment=environment)
    if ended.returncode:
        complaint = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip()
        raise ToolError(f"{Path(str(command[0])).name} ended with {ended.returncode}: {complaint[-COMPLAINT:]}")
    return ended.stdout.decode("utf-8", "replace")
