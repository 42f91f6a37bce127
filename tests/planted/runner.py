"""Runs the tests of planted defects: each worker has its own copy of the tree, and plants, tests and reverts one at a time."""

from __future__ import annotations

import asyncio
import compileall
import contextlib
import os
import py_compile
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.planted.defect import Defect
from tests.planted.planting import PlantingError, planted

ROOT = Path(__file__).parents[2]
TREE = (
    *("hal", "firmware", "simulator", "central", "workshop", "board", "docs", "tests", "bench"),
    *("flash.sh", "tariffs.json", "pyproject.toml", "Makefile"),
)
"""The part of the project that tests need."""


class Verdict(Enum):
    """What became of a defect."""

    RED = "seen"
    GREEN = "NOT SEEN"
    NO_PLACE = "NO PLACE FOR IT"
    NOT_RUN = "THE TEST DID NOT RUN"
    TOO_LONG = "THE TEST DID NOT END"


ANSWERS: dict[int | None, Verdict] = {0: Verdict.GREEN, 1: Verdict.RED}
"""By what pytest exits with; anything else is a test that did not run."""


@dataclass(frozen=True)
class DefectOutcome:
    """One defect, and what its test said."""

    defect: Defect
    verdict: Verdict
    seconds: float


@dataclass(frozen=True)
class Copy:
    """A copy of the tree that tests run in."""

    folder: Path
    timeout: float
    """Seconds that one defect's test may take."""

    async def outcome(self, defect: Defect) -> DefectOutcome:
        """Plant it, run its test, take it out again."""
        began = time.monotonic()
        try:
            with self.with_defect(defect):
                verdict, _ = await self.run([defect.test], self.timeout)
        except PlantingError:
            verdict = Verdict.NO_PLACE
        return DefectOutcome(defect, verdict, time.monotonic() - began)

    @contextlib.contextmanager
    def with_defect(self, defect: Defect) -> Iterator[None]:
        """The copy with this defect in it. Raises PlantingError if there is no one place for it."""
        file = self.folder / defect.file
        sound = file.read_text("utf-8")
        file.write_text(planted(sound, defect), "utf-8")
        try:
            yield
        finally:
            file.write_text(sound, "utf-8")

    async def run(self, tests: Iterable[str], timeout: float) -> tuple[Verdict, str]:
        """Run tests of the copy up to the first that fails, the copy in front of everything installed; what they printed."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests),
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), timeout)
        except TimeoutError:
            return Verdict.TOO_LONG, ""
        finally:
            await _end_all(process)
        return ANSWERS.get(process.returncode, Verdict.NOT_RUN), printed.decode("utf-8", "replace")


async def _end_all(process: asyncio.subprocess.Process) -> None:
    """Whatever the tests have started and left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def copy_tree(folder: Path) -> None:
    """Copy the tree and compile it. Compiled files are told stale by the hash of their source: times are too coarse for that."""
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "out"))
        else:
            shutil.copy(ROOT / name, folder / name)
    compileall.compile_dir(folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
