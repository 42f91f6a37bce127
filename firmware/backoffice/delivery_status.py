"""How deliveries to the city go: written by the sync process, read by the running station.

It is worth nothing to money (the journals and the city know what was taken), and may be thrown away. What is unreadable counts
as unknown.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import msgspec

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.journal.durable_file import put_in_place
from firmware.journal.marks import read_cursor
from firmware.service.inspection import DeliveryStatus

LAST_ACCEPTED = "contact"
"""The file's name in the station's folder."""


class DeliveryNote(StrictStruct, frozen=True, omit_defaults=True):
    """What the sync process knows."""

    accepted_at: datetime | None = None
    """When the city last accepted a delivery; aware."""
    refused: str = ""
    """Why it did not take the last one; empty if it did."""
    clone: bool = False
    """Two machines hand in under this name, the city says."""


_note = msgspec.json.Decoder(DeliveryNote)


def note_delivery(folder: Path, note: DeliveryNote) -> bool:
    """Write this down; whether it could be. Not being able to is no error: the city is told (`StatusReport.unwritable`)."""
    with contextlib.suppress(OSError):
        put_in_place(folder / LAST_ACCEPTED, msgspec.json.encode(note) + b"\n")
        return True
    return False


def read_note(folder: Path) -> DeliveryNote:
    """What was written down last; nothing where that cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        note = decode_json(_note, (folder / LAST_ACCEPTED).read_bytes())
        if note.accepted_at is None or note.accepted_at.tzinfo:
            return note
    return DeliveryNote()


def read_delivery_status(folder: Path) -> DeliveryStatus:
    """What is known of the link to the city."""
    note, cursor = read_note(folder), read_cursor(folder)
    seq, generation = (cursor.seq, cursor.generation) if cursor else (None, 1)
    return DeliveryStatus(note.accepted_at, seq, generation, note.refused, note.clone)
