"""The card of a station that a new one takes the place of: how far its journals go, and what the new card takes along.

The theory. A new card goes on in a journal of its own, under a key of its own. Its generation is the first of those that no
card has had: the old one may have begun others that nobody heard of. The old card's journals go with it unchanged, so its sync
hands in what the old one had not, and the genesis of the new journal names their end: nothing lies between the two. Only what
is certainly whole is taken along. Of a card that cannot be read nothing is said: the new journal has no parent, and the city
waits for what may be missing. Nor of one of which only a copy was read: what that holds is taken along, but it ends where the
card was when it was made, and nothing in it says whether the card went on. Only the card itself names its end.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from firmware.backoffice.delivery_status import LAST_ACCEPTED
from firmware.domain.errors import FileError
from firmware.journal.durable_file import synchronise
from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.journal.marks import CURSOR, read_city_mark, read_cursor, read_head_mark, shortfall
from firmware.protocol.entry import EntryContent
from firmware.protocol.envelope import public_key_text
from firmware.protocol.facts import GenerationBegun
from firmware.protocol.genesis import LAST_GENERATION, Position, genesis_in, next_card
from firmware.station.signing_key import KEY, SigningKeyError, load_signing_key

REASON = "card replaced"
"""As `GenerationBegun` has it."""
UNREAD = "the old card could not be read"
_BOOT = "provisioning"
"""Stands in the first entry in place of a start of the station."""


@dataclass(frozen=True)
class ReplacedCard:
    """What a new card goes on from."""

    generation: int
    """The greatest that is known of."""
    at: datetime
    """When it is replaced, aware."""
    folder: Path | None = None
    """A copy of its state folder; None where it could not be read."""
    ends: tuple[Position, ...] = ()
    """Of the journals in it, the oldest first, each whole."""
    is_copy: bool = False
    """Whether not the card was read but a copy of it, which may be older than the card's last sale."""

    @property
    def next_generation(self) -> int:
        """The new card's first: none that the old one can have begun unattended."""
        return next_card(self.generation)

    @property
    def parent(self) -> Position | None:
        """What the new journal continues from; None where that is not known."""
        return self.ends[-1] if self.ends and not self.is_copy else None

    @property
    def begun(self) -> GenerationBegun:
        """The first fact of the new card's journal."""
        return GenerationBegun(self.next_generation, REASON, self._known)

    @property
    def _known(self) -> str:
        if not self.ends:
            return UNREAD
        end = self.ends[-1]
        if self.is_copy:
            return f"has a copy of generation {end.generation} to entry {end.seq}"
        return f"continues generation {end.generation} from entry {end.seq}"

    def first_entry(self, station: str) -> EntryContent:
        """The first entry of the new card's journal."""
        return EntryContent(1, station, self.at, 0.0, _BOOT, self.begun, self.next_generation)


def unread_card(generation: int, at: datetime) -> ReplacedCard:
    """A card that cannot be read. `generation`: the greatest that is known of. Raises FileError if no card can come after."""
    card = ReplacedCard(generation, at)
    if not 1 <= generation < card.next_generation <= LAST_GENERATION:
        reason = f"no card can come after it, {LAST_GENERATION} is the last there is; take a new station number"
        raise FileError(f"generation {generation}", "", reason)
    return card


def read_replaced_card(folder: Path, station: str, generation: int, at: datetime) -> ReplacedCard:
    """The card whose state folder this is a copy of. `generation`: the greatest that is known of from elsewhere.

    Raises FileError naming the file unless it is this station's, with its key, and every journal is whole.
    """
    if not generations_in(folder):
        raise JournalError(folder, "there is no journal here: it is no station's folder")
    with contextlib.ExitStack() as stack:
        files = (journal_path(folder, number) for number in generations_in(folder))
        line = [stack.enter_context(contextlib.closing(JournalReader(file))) for file in files]
        ends = tuple(_end(journal, station, line) for journal in line)
    _require_key(folder / KEY, line[-1])
    known = unread_card(max(generation, *(position.generation for position in (*ends, *_told(folder)))), at)
    return ReplacedCard(known.generation, at, folder, ends)


def take_along(card: ReplacedCard, folder: Path) -> None:
    """Copy the old card's journals with their logs, and what is known of their delivery; the bytes are on disk. Raises OSError.

    Their names are when the folder is synchronised: the journal that is begun next does it.
    """
    if card.folder is None:
        return
    journals = [journal_path(card.folder, end.generation) for end in card.ends]
    logs = [each.with_name(f"{each.name}-wal") for each in journals]
    for file in (*journals, *logs, card.folder / CURSOR, card.folder / LAST_ACCEPTED):
        if file.exists():
            synchronise(shutil.copyfile(file, folder / file.name))


def _end(journal: JournalReader, station: str, line: Sequence[JournalReader]) -> Position:
    """Where a journal of this line ends. Raises JournalError unless it is this station's, and whole."""
    if journal.station != station:
        raise JournalError(journal.path, f"it is the journal of station {journal.station}, not of {station}")
    head = journal.verify()
    if missing := shortfall(journal, [each for each in line if each.generation > journal.generation]):
        raise JournalError(journal.path, missing)
    return Position(journal.generation, head.seq, head.hash.hex())


def _require_key(file: Path, newest: JournalReader) -> None:
    """Raises SigningKeyError unless the key is there, and the one that began the newest journal."""
    public = public_key_text(load_signing_key(file).public_key())
    if newest.genesis_document and genesis_in(newest.genesis_document).public_key != public:
        raise SigningKeyError(str(file), "", f"it is not the key that {newest.path.name} was begun with")


def _told(folder: Path) -> list[Position]:
    """What the marks name."""
    city = read_city_mark(folder)
    return [mark for mark in (read_head_mark(folder), read_cursor(folder), city.holds if city else None) if mark]
