"""What building an image needs of this computer, checked before its first minute: each lack with the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop.common.errors import BuildError
from workshop.common.tools import PACKAGES, PATH

BINFMT = Path("/proc/sys/fs/binfmt_misc")
EMULATOR = "qemu-aarch64"
"""Its name among the binary formats: with it the kernel runs the card's own programs here."""
TRIED_WITH = "qemu-system-aarch64"
"""What `make image-test` starts an image in; a build does without."""


@dataclass(frozen=True)
class BuildHost:
    """This computer, as far as a build needs it."""

    machine: str
    is_root: bool
    binfmt: Path
    version: tuple[int, int]
    path: str = PATH

    def has(self, program: str) -> bool:
        """Whether this program is installed."""
        return shutil.which(program, path=self.path) is not None


def this_computer() -> BuildHost:
    """The computer this runs on."""
    return BuildHost(platform.machine(), os.geteuid() == 0, BINFMT, sys.version_info[:2])


def check_computer(computer: BuildHost, tools: Iterable[str]) -> None:
    """Raises BuildError with everything that is missing, a line each, and what to type."""
    if missing := [*_root(computer), *_tools(computer, tools), *_python(computer), *_emulation(computer)]:
        raise BuildError("this computer cannot build an image yet:\n" + "\n".join(f"  {line}" for line in missing))


def trying_needs(computer: BuildHost) -> str:
    """What is missing to try the image once it is built; empty if nothing."""
    if computer.has(TRIED_WITH):
        return ""
    return f"{TRIED_WITH} is missing, which `make image-test` needs: sudo apt-get install -y {PACKAGES[TRIED_WITH]}"


def _root(computer: BuildHost) -> Iterator[str]:
    if not computer.is_root:
        yield "it needs root, to unpack files of many owners: sudo make image"


def _tools(computer: BuildHost, tools: Iterable[str]) -> Iterator[str]:
    missing = [name for name in tools if not computer.has(name)]
    if missing:
        packages = " ".join(sorted({PACKAGES[name] for name in missing}))
        yield f"programs are missing ({', '.join(missing)}): sudo apt-get install -y {packages}"


def _python(computer: BuildHost) -> Iterator[str]:
    if computer.version != (3, 11) and not computer.has("python3.11"):
        here = ".".join(map(str, computer.version))
        yield f"it compiles for the card's Python 3.11, and here is {here}: sudo apt-get install -y python3.11"


def _emulation(computer: BuildHost) -> Iterator[str]:
    if computer.machine == "aarch64":
        return
    if not (computer.binfmt / "status").is_file():
        yield f"binfmt_misc is not mounted: sudo mount -t binfmt_misc binfmt_misc {computer.binfmt}"
    elif not _is_enabled(computer.binfmt / "status"):
        yield f"binfmt_misc is off: echo 1 | sudo tee {computer.binfmt}/status"
    elif not (computer.binfmt / EMULATOR).is_file():
        yield f"{EMULATOR} is not registered: sudo apt-get install -y qemu-user-static binfmt-support"
    elif not _is_enabled(computer.binfmt / EMULATOR):
        yield f"{EMULATOR} is off: sudo update-binfmts --enable {EMULATOR}"


def _is_enabled(file: Path) -> bool:
    return file.read_text("ascii", "replace").startswith("enabled")
