"""What the tests of flash.sh share: loop devices, whether a card boots, a unit's options, programs of the system."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop.common.errors import PartitionTableError
from workshop.common.partitions import HEAD, table_in

MIB = 1 << 20
KEY = "A" * 43
UNIT = [
    "--station=75011-0042", "--zone=1", "--sector=11D", "--address=12 rue Oberkampf",
    "--central=https://central.example/api", f"--central-key={KEY}",
]  # fmt: skip


@dataclass(frozen=True)
class Release:
    """An image as it is published."""

    image: Path
    key_file: Path
    raw: bytes


@dataclass(frozen=True)
class Loop:
    """A loop device and the file it stands on: the medium itself, behind every cache of the device."""

    path: str
    file: Path

    @property
    def token(self) -> str:
        """What is typed to erase it."""
        return f"{Path(self.path).name}-{self.file.stat().st_size}"


Loops = Callable[..., Loop]


def silent(step: str, done: int, total: int) -> None:
    """A progress callback that shows nothing."""
    assert 0 <= done <= total


def run(*command: str | Path, stdin: str = "") -> str:
    """Standard output of a program of the system, which must succeed."""
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LC_ALL": "C"}
    words = [str(word) for word in command]
    return subprocess.run(words, input=stdin, capture_output=True, text=True, check=True, env=environment).stdout


@contextlib.contextmanager
def mounted(device: str, place: Path, *options: str) -> Iterator[Path]:
    place.mkdir()
    run("mount", *options, device, place)
    try:
        yield place
    finally:
        run("umount", place)


def boots(file: Path) -> bool:
    """Whether a card has a partition table."""
    try:
        table_in(file.read_bytes()[:HEAD])
    except PartitionTableError:
        return False
    return True


def options(release: Release, folder: Path) -> list[str]:
    """Options of every call: the image, its key, and where the records go."""
    records = [f"--register={folder}/cards.csv", f"--certificates={folder}/certificates"]
    return [f"--image={release.image}", f"--release-key={release.key_file}", "--allow-loop", *records]
