"""`flash.sh` killed for real, on a card that booted before: it does not boot any more, and no key is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from workshop.common.errors import PartitionTableError
from workshop.common.partitions import HEAD, table_in

ROOT = Path(__file__).parents[3]
LEAST = 10_000
"""Sectors written for this image until it is read back, at the least: after them comes the proof, and then the table."""
UNIT = [
    "--station=75011-0042", "--zone=1", "--sector=11D", "--address=12 rue Oberkampf",
    "--central=https://central.example/api", f"--central-key={'A' * 43}",
]  # fmt: skip


class Loop(Protocol):
    """A loop device, and the file it stands on."""

    path: str
    file: Path

    @property
    def token(self) -> str:
        """What is typed to erase it."""
        ...


class Release(Protocol):
    """An image as it is published."""

    image: Path
    key_file: Path


Loops = Callable[..., Loop]


@pytest.fixture
def words(release: Release, tmp_path: Path) -> list[str]:
    """What every call here says."""
    papers = [f"--register={tmp_path}/cards.csv", f"--certificates={tmp_path}/papers"]
    return [f"--image={release.image}", f"--release-key={release.key_file}", "--allow-loop", *papers]


def boots(file: Path) -> bool:
    try:
        table_in(file.read_bytes()[:HEAD])
    except PartitionTableError:
        return False
    return True


def sectors_written(loop: Loop) -> int:
    return int(Path("/sys/block", Path(loop.path).name, "stat").read_text().split()[6])


def begun(words: list[str], loop: Loop, raw_image: bytes, until: int) -> subprocess.Popen[str]:
    """A flasher at work on a card that booted before, once so many sectors of it are written."""
    loop.file.write_bytes(raw_image)
    before = sectors_written(loop)
    command = [str(ROOT / "flash.sh"), *words, *UNIT, f"--device={loop.path}", f"--yes-erase={loop.token}"]
    flasher = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while flasher.poll() is None and sectors_written(loop) - before < until:
        os.sched_yield()
    return flasher


@pytest.mark.parametrize("share", [0.001, 0.2, 0.4, 0.6, 0.8, 0.9])
def test_killed_for_real_the_card_does_not_boot(words: list[str], loops: Loops, raw_image: bytes, share: float) -> None:
    loop = loops(len(raw_image))
    flasher = begun(words, loop, raw_image, round(share * LEAST))
    flasher.kill()
    flasher.communicate()
    assert flasher.returncode == -signal.SIGKILL
    assert not boots(loop.file)


def test_stopped_politely_it_says_so_and_leaves_no_key(words: list[str], loops: Loops, raw_image: bytes) -> None:
    loop = loops(len(raw_image))
    flasher = begun(words, loop, raw_image, 8)
    flasher.terminate()
    _, told = flasher.communicate()
    assert flasher.returncode == 10, told
    assert "a card begun does not boot" in told
    assert not boots(loop.file)
    assert not list(Path("/dev/shm").glob(f"horodateur-flash-{flasher.pid}-*"))
