"""Marks of how far a station's journals had come, kept outside them.

The theory. A journal cannot tell that its tail is gone: a restored backup, or a database copied without its log, is a whole
journal, only shorter. So what it had come to is also written beside it, by three hands:

    journal.mark         the station, at each sale: overwritten in place and synchronised, one flush
    journal.db.cursor    the sync process: the last entry the city has acknowledged
    city.mark            the sync process: the city holds more than this journal, or another; it is to be left

A journal that does not contain a mark has lost something or is not the one that was here. A mark that cannot be read says
nothing: it was torn by a power cut while it was written, before anybody was told of the sale.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from firmware.domain.decoding import StrictStruct, decode_json
from firmware.domain.errors import reason_of
from firmware.journal.durable_file import put_in_place, synchronise
from firmware.journal.journal_file import JournalError, JournalReader, generations_in
from firmware.protocol.genesis import HexHash, Position

HEAD_MARK = "journal.mark"
CITY_MARK = "city.mark"
CURSOR = "journal.db.cursor"
_LENGTH = 192
"""Bytes: less than any sector, so the disk writes it whole or not at all."""

_position = msgspec.json.Decoder(Position)


class CityMark(StrictStruct, frozen=True):
    """What the city said of a journal that the station must leave: it holds more of it, or another one under its number."""

    journal: HexHash
    """What the first entry of the journal to be left continues from."""
    why: Annotated[str, msgspec.Meta(max_length=40)]
    """`behind the city` or `beside the city`."""
    holds: Position | None
    """The end of what the city holds of the newest generation."""


_city_mark = msgspec.json.Decoder(CityMark)


class HeadMark:
    """The mark the station writes at each sale."""

    def __init__(self, folder: Path) -> None:
        """Open it for writing, making it if there is none. Raises JournalError."""
        try:
            self._descriptor = os.open(folder / HEAD_MARK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                synchronise(folder)  # it may be new: its name is to be as durable as what it says
            except OSError:
                self.close()
                raise
        except OSError as error:
            raise JournalError(folder / HEAD_MARK, f"cannot be written: {reason_of(error)}") from error

    def write(self, position: Position) -> None:
        """Say how far the journals have come; on disk when this returns. Raises OSError."""
        os.pwrite(self._descriptor, msgspec.json.encode(position).ljust(_LENGTH - 1) + b"\n", 0)
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def read_head_mark(folder: Path) -> Position | None:
    """How far the journals in this folder had come at the last sale; None if that is not known."""
    with contextlib.suppress(OSError, ValueError):
        return decode_json(_position, (folder / HEAD_MARK).read_bytes())
    return None


def read_city_mark(folder: Path) -> CityMark | None:
    """What the city said last of a journal to be left; None if it said nothing."""
    with contextlib.suppress(OSError, ValueError):
        return decode_json(_city_mark, (folder / CITY_MARK).read_bytes())
    return None


def write_city_mark(folder: Path, mark: CityMark) -> None:
    """Keep what the city said, for the station to act upon. Raises OSError."""
    if read_city_mark(folder) != mark:
        put_in_place(folder / CITY_MARK, msgspec.json.encode(mark) + b"\n")


def read_cursor(folder: Path) -> Position | None:
    """The last entry the city has acknowledged; None if that is not known."""
    with contextlib.suppress(OSError, ValueError):
        text = (folder / CURSOR).read_bytes()
        return decode_json(_position, text) if text.startswith(b"{") else _cursor_of_before(text.decode())
    return None


def write_cursor(folder: Path, acknowledged: Position) -> None:
    """Remember it for the next start. It only saves sending again what the city has: not being able to is no error."""
    with contextlib.suppress(OSError):
        put_in_place(folder / CURSOR, msgspec.json.encode(acknowledged) + b"\n")


def acknowledged_of(journal: JournalReader) -> int:
    """The last entry of a journal in a station's folder that the city is known to have; 0 if that is not known."""
    cursor = read_cursor(journal.path.parent)
    if cursor is None or cursor.generation < journal.generation:
        return 0
    if cursor.generation > journal.generation:
        return journal.last()
    return cursor.seq if journal.has(cursor) else 0


def shortfall(journal: JournalReader, later: Sequence[JournalReader] = ()) -> str:
    """What a journal of a station's folder lacks, as a mark beside it or one of these later journals says; empty if nothing."""
    folder = journal.path.parent
    head = read_head_mark(folder)
    beside = (HEAD_MARK, head), (CURSOR, read_cursor(folder))
    begun = ((each.path.name, each.parent) for each in later)
    told = (_missing(journal, name, mark) for name, mark in (*beside, *begun) if mark)
    return next(filter(None, told), "") or ("" if head else _unmarked(journal, later))


def _unmarked(journal: JournalReader, later: Sequence[JournalReader]) -> str:
    """Why nobody can say how far a journal without a mark had come; empty if a later journal that continues it says it."""
    if any(each.parent and journal.has(each.parent) for each in later):
        return ""
    return f"{HEAD_MARK} is not beside it, or cannot be read: nobody can say how far it had come"


def _missing(journal: JournalReader, name: str, mark: Position) -> str:
    """What this mark says of a journal that does not have it; empty for one that has, or that it does not speak of."""
    if mark.generation != journal.generation:
        newest = max(generations_in(journal.path.parent), default=0)
        is_missing = journal.generation == newest < mark.generation
        return f"{name} says generation {mark.generation}: its journal is missing" if is_missing else ""
    if journal.has(mark):
        return ""
    last = journal.last()
    if mark.seq <= last:
        return f"{name} says another entry {mark.seq}: it is not the journal that was here"
    log = Path(f"{journal.path}-wal")
    without = "" if log.exists() and log.stat().st_size else f"; copied without {log.name}?"
    return f"it ends at entry {last}, and {name} says entry {mark.seq}: its tail is missing{without}"


def _cursor_of_before(text: str) -> Position:
    """The cursor of before generations: number and hash."""
    seq, digest = text.split()
    return msgspec.convert({"generation": 1, "seq": int(seq), "hash": digest}, Position)
