"""What is done for a station's journals while nobody is at the machine.

Once a minute: the next entries of the chain are checked, a checkpoint is written when enough has been added, and once an hour
the plates that are no longer needed are deleted. None of it is needed by a sale, and what fails is tried again.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.decoding import decode_json
from firmware.journal.durable_file import put_in_place
from firmware.journal.journal import delete_personal_parts
from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine
from firmware.journal.marks import read_cursor
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.ledger.ledger import Ledger
from firmware.ledger.plates import KEPT, Acknowledged, acknowledged_more, is_over, long_acknowledged
from firmware.protocol.genesis import Position
from firmware.station.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from hal.ports import Instant

EVERY = 60.0
"""Seconds."""
SLICE = 300
"""Entries checked at a time: some ten milliseconds here, a tenth of a second on the slowest Pi."""
ENTRIES_BETWEEN = 300
"""Entries from one checkpoint to the next: what a start reads is at most a few more."""
HISTORY = "acknowledged.json"
_history = msgspec.json.Decoder(tuple[Acknowledged, ...])


def restore(journal: JournalLine, key: Ed25519PrivateKey) -> tuple[Ledger, ClockEvidence]:
    """What the journals add up to: from the last checkpoint that holds, or from the first entry.

    Monotonic instants are of other boots, and count for nothing. Raises JournalError.
    """
    checkpoint = read_checkpoint(journal.folder, key.public_key())
    if checkpoint is None or not journal.has(checkpoint.position):
        checkpoint = None
    ledger, evidence = (checkpoint.ledger, checkpoint.evidence) if checkpoint else (Ledger(), ClockEvidence())
    for content in journal.contents_after(checkpoint.position if checkpoint else None):
        ledger, evidence = ledger.after(content.fact, content.at), evidence.after(content.fact, content.at, None)
    return ledger, evidence


class Upkeep:
    """The work for one station's journals that waits until nobody is there."""

    def __init__(self, journal: JournalLine, key: Ed25519PrivateKey, now: Instant) -> None:
        """`key`: what checkpoints are signed with."""
        self._journal, self._key = journal, key
        self.wake_at = now + EVERY
        self._written_at: Position | None = None
        self._history = _read_history(journal.folder)

    def run(self, ledger: Ledger, evidence: ClockEvidence, wall: datetime | None, now: Instant) -> None:
        """Do what is due. `wall`: the date, None where the clock cannot be believed. Raises JournalError for a bad entry."""
        self.wake_at = now + EVERY
        self._journal.verify_next(SLICE)
        if wall is not None:
            ledger = ledger.without_ended(wall - KEPT)
            acknowledged = read_cursor(self._journal.folder)
            if acknowledged and self._journal.has(acknowledged):
                self._forget(Acknowledged(wall, acknowledged), wall)
        self._write_checkpoint(ledger, evidence)

    def _write_checkpoint(self, ledger: Ledger, evidence: ClockEvidence) -> None:
        position, written = self._journal.position, self._written_at
        if written and written.generation == position.generation and position.seq < written.seq + ENTRIES_BETWEEN:
            return
        checkpoint = Checkpoint(position, ledger, replace(evidence, instant=None))
        with contextlib.suppress(OSError):
            write_checkpoint(self._journal.folder, checkpoint, self._key)
            self._written_at = position

    def _forget(self, now: Acknowledged, wall: datetime) -> None:
        """Delete the plates nobody needs, when an hour has passed since the last time."""
        history = acknowledged_more(self._history, now)
        if history == self._history:
            return
        self._history = history
        _write_history(self._journal.folder, history)
        self._written_at = None  # the checkpoint holds plates too: it is written anew without those that are over
        if until := long_acknowledged(history, wall):
            for journal in self._journal.journals_to(until.generation):
                last = until.seq if journal.generation == until.generation else journal.last()
                numbers = [entry.seq for entry in journal.with_personal_part(last) if is_over(journal.content_of(entry), wall)]
                with contextlib.suppress(JournalError):  # its log is being read: it is emptied the next time
                    delete_personal_parts(journal.path, numbers)


def _read_history(folder: Path) -> tuple[Acknowledged, ...]:
    with contextlib.suppress(OSError, ValueError):
        return decode_json(_history, (folder / HISTORY).read_bytes())
    return ()


def _write_history(folder: Path, history: tuple[Acknowledged, ...]) -> None:
    with contextlib.suppress(OSError):
        put_in_place(folder / HISTORY, msgspec.json.encode(history) + b"\n")
