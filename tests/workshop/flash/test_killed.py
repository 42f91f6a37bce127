"""`flash.sh` killed for real, on a card that booted before: it does not boot any more, and no key is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.workshop.flash.cards import UNIT, Loop, Loops, boots
from workshop.common.checkout import ROOT

LEAST = 10_000
"""Sectors written for this image until it is read back, at the least: after them comes the proof, and then the table."""


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
