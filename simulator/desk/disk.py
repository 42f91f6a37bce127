"""Disk of a simulated station: the journal's, with faults."""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import datetime

from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine, Leaving
from firmware.protocol.entry import Entry
from firmware.protocol.facts import Fact

FAULTS = {
    "full": "Disque plein : rien ne s’écrit plus dans le journal",
    "io_error": "Carte usée : chaque écriture dans le journal échoue",
    "slow": "Carte lente : la machine s’arrête deux secondes à chaque écriture",
}
WRITE_S = 2.0
"""What a write takes on a slow disk."""
_REASONS = {"full": "database or disk is full", "io_error": "disk I/O error"}
"""In SQLite's words."""


def refuses_writes(on: Set[str]) -> bool:
    """Whether nothing can be written with these of FAULTS on."""
    return bool(on & _REASONS.keys())


def _not_held(seconds: float) -> None:
    """A station that starts is not held: nobody uses it yet."""


def _nobody_listens() -> None:
    """A station that starts has entries before there is a link to the city."""


class FaultyDisk(JournalLine):
    """A station's journals on a disk that can fail. What is there can still be read."""

    def __init__(self, line: JournalLine, on: Set[str]) -> None:
        """`on`: which of FAULTS are on, now and later."""
        self.__dict__.update(line.__dict__)  # the same line: only `append` is another one
        self._on = on
        self.stall: Callable[[float], None] = _not_held
        """Holds the station for so many seconds; replaced once there is a process to hold."""
        self.written: Callable[[], None] = _nobody_listens
        """Called after each entry; replaced once somebody sends them."""

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        """As the real one, while it can be written."""
        for fault in sorted(self._on & _REASONS.keys()):
            raise JournalError(self.current.path, f"could not be written: {_REASONS[fault]}")
        entry = super().append(fact, at, instant)
        self.written()
        if "slow" in self._on:
            self.stall(WRITE_S)
        return entry

    def begin(self, reason: Leaving, at: datetime, instant: float) -> Fact:
        """As the real one."""
        fact = super().begin(reason, at, instant)
        self.written()
        return fact
