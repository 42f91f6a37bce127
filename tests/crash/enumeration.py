"""Lives whose crash states are enumerated, and what is found in them."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from unittest.mock import patch

from firmware.journal import journal
from tests.crash.laws import CrashState, broken, crash_states
from tests.crash.workload import full_log, lived, station_life

ENTRIES_OF_A_FULL_LOG = 59
"""As many of `full_log` as SQLite writes into the log before it takes them into the file (1000 pages)."""


@dataclass
class CrashFindings:
    """How many states were looked at, and which promises were broken in how many."""

    states: int = 0
    acknowledged: int = 0
    """Entries that had to be found again, over all states."""
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, other: CrashFindings) -> None:
        """Count these too."""
        self.states += other.states
        self.acknowledged += other.acknowledged
        self.broken += other.broken


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in memory, where there is one: what is lost in a power cut is chosen here and not by a disk."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="horodateur-crash-", dir=memory if memory.is_dir() else None)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def findings(states: Iterable[CrashState]) -> CrashFindings:
    """Start a station from each of these states."""
    found = CrashFindings()
    with scratch_folder() as scratch:
        for state in states:
            folder = scratch / "folder"
            folder.mkdir()
            found.states += 1
            found.acknowledged += len(state.promise.entries)
            if finding := broken(state, folder):
                found.broken[finding] += 1
            shutil.rmtree(folder)
    return found


def in_a_station_life(seed: int, every: int = 1, step: int = 1) -> CrashFindings:
    """Everything a folder meets; every so many of its states, after each `step`th operation."""
    with scratch_folder() as folder:
        life = lived(folder, station_life(seed))
    return findings(islice(crash_states(life, step=step), seed % every, None, every))


def in_a_full_log(step: int, every: int = 1) -> CrashFindings:
    """SQLite takes the log into the file while the station writes: after each `step`th operation every so many states."""
    with scratch_folder() as folder:
        life = lived(folder, full_log(ENTRIES_OF_A_FULL_LOG + 2))
    begins = life.moments[ENTRIES_OF_A_FULL_LOG].operation
    return findings(islice(crash_states(life, begins, step), 0, None, every))


@contextmanager
def less_synchronised(level: str) -> Iterator[None]:
    """The journal's connections synchronise less, and nobody looks whether they do: `NORMAL` or `OFF`."""
    full = {"NORMAL": 1, "OFF": 0}[level]
    with patch.multiple(journal, _SYNCHRONOUS=f"PRAGMA synchronous={level}", _FULL=full):
        yield
