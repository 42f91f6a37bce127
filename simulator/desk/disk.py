"""Disk of a simulated station: the journal's, with faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine
from firmware.protocol.entry import Entry
from firmware.protocol.facts import Fact

FAULTS = {"full": "Disque plein : rien ne s’écrit plus dans le journal"}


class FaultyDisk(JournalLine):
    """A station's journals on a disk that can be full. What is there can still be read."""

    def __init__(self, line: JournalLine, is_full: Callable[[], bool]) -> None:
        self.__dict__.update(line.__dict__)  # the same line: only `append` is another one
        self._is_full = is_full

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        """As the real one, while there is room."""
        if self._is_full():
            raise JournalError(self.current.path, "could not be written: database or disk is full")
        return super().append(fact, at, instant)
