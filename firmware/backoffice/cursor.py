"""The sync cursor beside the journal: the last entry the city has acknowledged, and its hash.

The theory. It only saves sending again what the city has, so it is not synchronised to disk. A cursor that is not of this
journal (another card, a tail lost) counts for nothing: then everything is offered again, and the city takes repeats.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from firmware.journal.durable_file import UNFINISHED
from firmware.journal.journal import JOURNAL, JournalReader

CURSOR = f"{JOURNAL}.cursor"
"""Its name in the station's folder."""


def read_cursor(reader: JournalReader) -> int:
    """The last entry this journal's city is known to have; 0 if that is not known."""
    try:
        seq, digest = _path(reader).read_text().split()
        entries = reader.entries_after(int(seq) - 1, 1)
    except (OSError, ValueError):
        return 0
    return entries[0].seq if entries and entries[0].hash.hex() == digest else 0


def write_cursor(reader: JournalReader, acknowledged: int) -> None:
    """Remember it for the next start. Not being able to is no error."""
    path = _path(reader)
    beside = path.with_name(path.name + UNFINISHED)
    entries = reader.entries_after(acknowledged - 1, 1) if acknowledged else []
    for entry in entries:
        with contextlib.suppress(OSError):
            beside.write_text(f"{entry.seq} {entry.hash.hex()}\n")
            beside.replace(path)


def unverified_cursor(folder: Path) -> int | None:
    """What the cursor in a station's folder says, whatever the journal; None if it says nothing."""
    try:
        return int((folder / CURSOR).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _path(reader: JournalReader) -> Path:
    return reader.path.with_name(CURSOR)
