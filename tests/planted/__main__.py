"""Plant every defect of the catalogue, one at a time, in a copy of the tree: its test must turn red.

python -m tests.planted [WORD …]    only the defects whose text has one of these words
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.planted.catalogue import DEFECTS
from tests.planted.defect import Defect

ROOT = Path(__file__).parents[2]
TREE = (
    "hal",
    "firmware",
    "simulator",
    "central",
    "workshop",
    "board",
    "docs",
    "tests",
    "flash.sh",
    "tariffs.json",
    "pyproject.toml",
)
RED, GREEN = 1, 0
"""What pytest answers: tests failed; all passed. Anything else is a test that did not run."""


def main(words: Sequence[str]) -> int:
    """The exit status: 0 if every defect was seen."""
    chosen = [defect for defect in DEFECTS if not words or any(word in f"{defect}" for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        tests = sorted({defect.test for defect in chosen})
        if run(Path(folder), *tests) != GREEN:
            print("the tests are red before anything is planted:", *tests, sep="\n  ")  # noqa: T201
            return 1
        unseen = [defect for defect in chosen if not is_seen(Path(folder), defect)]
    print(f"{len(chosen) - len(unseen)} of {len(chosen)} planted defects seen")  # noqa: T201
    return 1 if unseen else 0


def copy(folder: Path) -> None:
    """The part of the tree that tests need."""
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)


def is_seen(folder: Path, defect: Defect) -> bool:
    """Plant it, run its test, take it out again."""
    file = folder / defect.file
    sound = file.read_text("utf-8")
    assert sound.count(defect.old) == 1, defect
    file.write_text(sound.replace(defect.old, defect.new), "utf-8")
    began = time.monotonic()
    answer = run(folder, defect.test)
    file.write_text(sound, "utf-8")
    said = {RED: "seen", GREEN: "NOT SEEN"}.get(answer, f"THE TEST DID NOT RUN ({answer})")
    seconds = time.monotonic() - began
    print(f"{said:8} {seconds:5.1f} s  {defect.what} ({defect.test.partition('::')[2]})", flush=True)  # noqa: T201
    return answer == RED


def run(folder: Path, *tests: str) -> int:
    """Run tests of the copy, with the copy in front of everything installed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
