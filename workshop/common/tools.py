"""Other people's programs, and where they come from."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from workshop.common.errors import ToolError

PACKAGES = {
    "lsblk": "util-linux",
    "xz": "xz-utils",
    "mke2fs": "e2fsprogs",
    "debugfs": "e2fsprogs",
    "e2fsck": "e2fsprogs",
    "mcopy": "mtools",
    "mmd": "mtools",
    "mdir": "mtools",
    "mtype": "mtools",
}
"""Every program used here -> its Debian package."""
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Debian keeps file system tools where an ordinary user's PATH does not look."""


def require_tools(names: Iterable[str] = tuple(PACKAGES)) -> None:
    """Raises ToolError naming every missing program and the command that installs them."""
    missing = [name for name in names if not shutil.which(name, path=PLACES)]
    if missing:
        packages = " ".join(sorted({PACKAGES[name] for name in missing}))
        raise ToolError(f"missing here: {', '.join(missing)}; try: sudo apt-get install -y {packages}")


def ran(
    *command: str | Path, given: bytes = b"", descriptor: int | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, whatever end. `descriptor` is passed on, so that it opens the very device held here."""
    return subprocess.run(
        [str(word) for word in command],
        input=given,
        capture_output=True,
        check=False,
        pass_fds=() if descriptor is None else (descriptor,),
        env={**os.environ, "PATH": PLACES, "LC_ALL": "C", **(environment or {})},
    )
