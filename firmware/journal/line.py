"""A station's line of journals: the older generations, read; the newest, written.

The theory. A journal is only ever continued if it is certainly the one that was here. Where it is shorter than a mark says, or
the city holds more of it or another one, it stays as it is and a new one begins, of the next generation: its genesis names the
end of the one before, and its first entry says why. So a restored backup, a lost tail or a copy is never continued under
numbers that were given before, and what the old file holds is still there to be handed in.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.journal.journal import Draw, Journal
from firmware.journal.journal_file import Head, JournalError, JournalReader, generations_in, journal_path
from firmware.journal.marks import HEAD_MARK, HeadMark, read_city_mark, read_cursor, read_head_mark, shortfall
from firmware.protocol.entry import Entry, EntryContent
from firmware.protocol.facts import Fact, GenerationBegun, InDoubt, PaymentReversed, RightGivenBack, RightSold
from firmware.protocol.genesis import Position, begins_card, genesis_document


class Leaving(NamedTuple):
    """Why a station does not go on in its newest journal."""

    why: str
    """As in `GenerationBegun`."""
    detail: str
    known: int
    """The greatest generation that is known of."""
    parent: Position | None
    """Where that journal had come to: its end, or what a mark says; None if that is not known. The city must not take what is
    left for all there was."""


class LineReader:
    """Reads a station's journals, perhaps while the station writes. Never changes a file."""

    def __init__(self, folder: Path) -> None:
        """Open every journal there. Raises JournalError if there is none, or one that is no journal."""
        self.folder = folder
        self.journals: tuple[JournalReader, ...] = ()
        self.look()
        if not self.journals:
            raise JournalError(
                journal_path(folder, 1), "is missing; provision a new station, or put the journal of this one back"
            )

    @property
    def station(self) -> str:
        """Whose journals these are."""
        return self.newest.station

    @property
    def newest(self) -> JournalReader:
        """The journal of the newest generation."""
        return self.journals[-1]

    def look(self) -> None:
        """Open what has been begun since the last look. Raises JournalError."""
        known = {journal.generation for journal in self.journals}
        for generation in generations_in(self.folder):
            if generation not in known:
                self.journals = (
                    *self.journals,
                    named_rightly(JournalReader(journal_path(self.folder, generation)), generation),
                )

    def held(self, generation: int) -> int:
        """The number of the last entry of this generation's journal; one more where it is known that some are missing."""
        journal = next(each for each in self.journals if each.generation == generation)
        later = [each for each in self.journals if each.generation > generation]
        return journal.last() + bool(shortfall(journal, later))

    def entries_after(self, position: Position | None) -> Iterator[tuple[JournalReader, Entry]]:
        """Every entry after this one of every generation, oldest first; all of them after None."""
        yield from entries_after(self.journals, position)

    def close(self) -> None:
        """Let go of the files."""
        for journal in self.journals:
            journal.close()


class JournalLine:
    """A station's own journals."""

    def __init__(
        self, older: tuple[JournalReader, ...], current: Journal, key: Ed25519PublicKey, boot: str, draw: Draw
    ) -> None:
        """Use `open_line`."""
        self._older, self._current, self._key, self._boot, self._draw = older, current, key, boot, draw
        self._mark = HeadMark(self.folder)
        self._verified = Head(0, current.start)

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._current.path.parent

    @property
    def current(self) -> Journal:
        """The journal that is written."""
        return self._current

    @property
    def head(self) -> Head:
        """The end of the newest journal."""
        return self._current.head

    @property
    def position(self) -> Position:
        """How far the line has come."""
        return Position(self._current.generation, self.head.seq, self.head.hash.hex())

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        """Write a fact down, as `Journal.append` does; a sale, and money given back, move the head mark too."""
        entry = self._current.append(fact, at, instant)
        if isinstance(fact, RightSold | InDoubt | RightGivenBack | PaymentReversed):
            with contextlib.suppress(OSError):  # the sale is on disk: a mark that lags says less, and nothing wrong
                self._mark.write(self.position)
        return entry

    def contents_after(self, position: Position | None) -> Iterator[EntryContent]:
        """What every entry after this one says, of every generation, oldest first; all of them after None.

        Raises JournalError.
        """
        for journal, entry in entries_after((*self._older, self._current), position):
            yield journal.content_of(entry)

    def has(self, position: Position) -> bool:
        """Whether these journals have come so far, and by the same entries."""
        return any(journal.has(position) for journal in (*self._older, self._current))

    def journals_to(self, generation: int) -> tuple[JournalReader, ...]:
        """The journals up to this generation, the oldest first."""
        return tuple(each for each in (*self._older, self._current) if each.generation <= generation)

    def latest(self, limit: int) -> list[EntryContent]:
        """What the last `limit` entries of the newest journal say, oldest first."""
        return self._current.latest(limit)

    def verify_next(self, limit: int) -> None:
        """Check the next entries of the newest journal, from its first to its last and then again. Raises JournalError."""
        verified = self._current.verify_after(self._verified, limit)
        self._verified = verified if verified != self._verified else Head(0, self._current.start)

    def leaving(self) -> Leaving | None:
        """Why the newest journal is not to be continued; None if it is."""
        return leaving(self._current)

    def begin(self, reason: Leaving, at: datetime, instant: float) -> Fact:
        """Go on in a new journal; its first fact. Raises JournalError, and then nothing has changed."""
        parent, generation = reason.parent, max(self._current.generation, reason.known) + 1
        if begins_card(generation):
            raise JournalError(self._current.path, f"generation {generation - 1} is the last of a card; replace it")
        document = genesis_document(self._current.station, generation, self._key, parent)
        fact = GenerationBegun(generation, reason.why, reason.detail)
        first = EntryContent(1, self._current.station, at, instant, self._boot, fact, generation)
        path = journal_path(self.folder, generation)
        Journal.create(path, document, [first])
        begun = Journal.open(path, self._current.station, self._boot, draw=self._draw)
        left = JournalReader(self._current.path)
        self._current.close()
        self._older, self._current, self._verified = (*self._older, left), begun, Head(0, begun.start)
        with contextlib.suppress(OSError):
            self._mark.write(self.position)
        return fact

    def close(self) -> None:
        """Let go of the files."""
        self._mark.close()
        for journal in (*self._older, self._current):
            journal.close()


def open_line(
    folder: Path,
    station: str,
    boot: str,
    key: Ed25519PublicKey,
    trusted: Position | None = None,
    draw: Draw = os.urandom,
) -> JournalLine:
    """Open a station's journals: the newest for writing, checked whole, or from `trusted` on.

    Raises JournalError and changes nothing. Whether the newest is to be continued at all, `leaving` says.
    """
    reader = LineReader(folder)
    *older, newest = reader.journals
    newest.close()
    good = Head(trusted.seq, bytes.fromhex(trusted.hash)) if trusted and trusted.generation == newest.generation else None
    try:
        return JournalLine(tuple(older), Journal.open(newest.path, station, boot, good, draw), key, boot, draw)
    except BaseException:
        reader.close()
        raise


def named_rightly(journal: JournalReader, generation: int) -> JournalReader:
    """Raises JournalError for a copy under another name: its entries would be read twice."""
    if journal.generation != generation:
        journal.close()
        raise JournalError(journal.path, f"it is the journal of generation {journal.generation}: take it away")
    return journal


def leaving(journal: JournalReader) -> Leaving | None:
    """Why a station does not go on in this journal, its newest; None if it does."""
    folder = journal.path.parent
    if (told := read_city_mark(folder)) and told.journal == journal.start.hex():
        holds = told.holds
        return Leaving(told.why, _said("the city holds", holds), holds.generation if holds else 1, journal.end())
    if not journal.genesis_document:
        return Leaving("format", "", 1, journal.end())
    if (sold := read_head_mark(folder)) is None:
        return Leaving("behind a mark", f"{HEAD_MARK} is not there, or cannot be read", 1, None)
    for name, mark in (("at a sale", sold), ("acknowledged", read_cursor(folder))):
        if mark and mark.generation >= journal.generation and not journal.has(mark):
            return Leaving("behind a mark", _said(name, mark), mark.generation, mark)
    return None


def entries_after(journals: tuple[JournalReader, ...], position: Position | None) -> Iterator[tuple[JournalReader, Entry]]:
    """Every entry of these journals after a position, oldest first, with the journal it stands in."""
    for journal in journals:
        if position is None or journal.generation > position.generation:
            yield from ((journal, entry) for entry in journal.entries())
        elif journal.generation == position.generation:
            yield from ((journal, entry) for entry in journal.entries_after(position.seq, 1 << 40))


def _said(what: str, position: Position | None) -> str:
    return f"{what}: generation {position.generation}, entry {position.seq}" if position else what
