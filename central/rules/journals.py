"""The journals of a station as the city holds them: places of entries, ends, branches, and how far the data goes.

The theory. A station has a line of journals, one a generation, and each of them may have branched: a card that was copied goes
on in two. The city numbers them all from 0, as it meets them, and an entry's place in its tables is one integer,

    number << 40 | seq

so journal 0's places are its sequence numbers. A journal is settled when nothing of it can be missing: a later one, or a branch
of it, continues exactly the end that is here, and nothing that the station ever said reaches further; or an operator closed it.
A journal that is only known because a later one continues it is settled when that end is here, in whichever branch. All others
are waited for, and the data of a station goes only as far as that of the one that goes least far. Who hands entries in proves
nothing: a copy of a card holds no more than the card did when it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from firmware.protocol import genesis as documents
from firmware.protocol.genesis import Genesis, Position

_SEQ_BITS = 40
_RESOLVED = 1 << 62


class EntryPlace(NamedTuple):
    """An entry of a station: the journal's number and the sequence number."""

    number: int
    seq: int


def entry_position(number: int, seq: int) -> int:
    """The place of an entry as the tables have it. `seq`: 0 to 2^40 - 1; 0 is the journal's beginning."""
    return number << _SEQ_BITS | seq


def resolved_position(position: int) -> int:
    """The place of what a reconciliation made of the entry at a place: no entry has it, and it comes after them all."""
    return position | _RESOLVED


def entry_resolved(position: int) -> int:
    """The place of the entry that a place speaks of, whether a reconciliation resolved it or not."""
    return position & ~_RESOLVED


def place_in(position: int) -> EntryPlace:
    """The journal's number and the sequence number of a place."""
    position = entry_resolved(position)
    return EntryPlace(position >> _SEQ_BITS, position & (1 << _SEQ_BITS) - 1)


@dataclass(frozen=True)
class StationJournal:
    """One journal of a station, or one branch of it, as far as the city has it."""

    station: str
    number: int
    """From 0, as the city met them."""
    generation: int
    genesis: bytes | None
    """The document it begins with; empty for one of before generations, None for one that is known only from its successor."""
    begins: int
    """Its first own entry: 1, or where it branched."""
    branch_of: int | None
    """The journal whose entries come before that; None for a whole one, and for a branch whose past is not here."""
    next: int
    """The entry wanted."""
    head: bytes
    """The hash that it must continue from."""
    complete_until: datetime | None = None
    """Everything written in it before this is here; None if it never handed in all it had."""
    last_contact: datetime | None = None
    """None if no machine has handed it in."""
    closed_at: datetime | None = None
    """When an operator said that nobody waits for more of it."""
    held: int = 0
    """Its last entry, as the machine that writes it said last; 0 if none has."""

    @property
    def end(self) -> Position:
        """The last entry that is here."""
        return Position(self.generation, self.next - 1, self.head.hex())

    @property
    def lacks_its_past(self) -> bool:
        """Whether it branched at an entry before which the city holds nothing of it."""
        return self.begins > 1 and self.branch_of is None

    @cached_property
    def document(self) -> Genesis | None:
        """What its genesis document says; None where there is none."""
        return documents.genesis_in(self.genesis) if self.genesis else None

    @property
    def parent(self) -> Position | None:
        """The end of the journal it continues, where its genesis says so."""
        return self.document.parent if self.document else None

    @cached_property
    def first_hash(self) -> bytes | None:
        """What its first entry continues from; None where that is not known."""
        return None if self.genesis is None else documents.first_hash(self.station, self.genesis)


# --- how far the data goes ----------------------------------------------------------------------------------------


def unsettled(journals: Sequence[StationJournal]) -> tuple[StationJournal, ...]:
    """Those of a station of which something may be missing."""
    return tuple(each for each in journals if each.closed_at is None and not is_proven_whole(each, journals))


def is_proven_whole(journal: StationJournal, journals: Sequence[StationJournal]) -> bool:
    """Whether the station's own later journals say that this one ends where it ends here, and nothing says that it went on.

    One that only later journals tell of is here if all the ends that they name are; one that none names may go on.
    """
    named = _parents_in(journal.generation, journals)
    if journal.genesis is None:
        return bool(named) and named <= {each.end for each in journals}
    is_continued = journal.end in named or any(True for _ in _continuations(journal, journals))
    return is_continued and not journal.lacks_its_past and last_known(journal, journals) < _reach(journal, journals)


def last_known(journal: StationJournal, journals: Sequence[StationJournal]) -> int:
    """The last entry of a journal that the station told of: as one it holds, or one that a later journal continues from.

    Ends that are here, in whichever branch, are not waited for.
    """
    waited_for = _parents_in(journal.generation, journals) - {each.end for each in journals}
    return max([journal.held, *(parent.seq for parent in waited_for)])


def _reach(journal: StationJournal, journals: Sequence[StationJournal]) -> int:
    """The entry wanted of a journal, or of the branch that goes on exactly where it ends."""
    return max([journal.next, *(_reach(branch, journals) for branch in _continuations(journal, journals))])


def _continuations(journal: StationJournal, journals: Sequence[StationJournal]) -> Iterator[StationJournal]:
    """The branches that go on exactly where a journal ends: their past was found to be it."""
    return (each for each in journals if (each.branch_of, each.begins) == (journal.number, journal.next))


def _parents_in(generation: int, journals: Sequence[StationJournal]) -> Set[Position]:
    """The places in a generation that later journals say they continue."""
    return {each.parent for each in journals if each.parent and each.parent.generation == generation}


def station_complete_until(journals: Sequence[StationJournal], before: datetime | None) -> datetime | None:
    """Everything that a station wrote before this is here, in whichever journal; None if one never handed in all it had.

    `before`: how far its data went; it stays there if every journal is settled.
    """
    open_ones = unsettled(journals)
    return earliest(each.complete_until for each in open_ones) if open_ones else before


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The earliest of at least one moment; None, which is before all, if there is one."""
    found = tuple(moments)
    return None if None in found else min(moment for moment in found if moment is not None)


def newest(journals: Sequence[StationJournal]) -> StationJournal:
    """The journal of the greatest generation; among branches, the one met last. There must be one."""
    return max(journals, key=lambda each: (each.generation, each.number))


def missing_entries(journal: StationJournal, journals: Sequence[StationJournal]) -> int | None:
    """How many entries of a journal the station told of, and are not here; None if nobody can say."""
    branches = [each for each in journals if each.generation == journal.generation and each is not journal]
    if journal.lacks_its_past or (journal.genesis is None and branches):
        return None
    return max(0, last_known(journal, journals) - _reach(journal, journals) + 1) or None


# --- what came before ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JournalPast:
    """Where the entries stand that come before those of one journal, as ranges of places."""

    number: int
    own: tuple[range, ...]
    """Its own and, of a branch, those before it branched."""
    earlier: tuple[range, ...] = ()
    """Those of the journals it continues."""


def past_of(journal: StationJournal, journals: Sequence[StationJournal]) -> JournalPast:
    """The past of a journal among those of its station."""
    by_number = {each.number: each for each in journals}
    earlier: list[range] = []
    line = journal
    while (parent := _parent_of(line, journals)) is not None:
        earlier += _own_ranges(parent, by_number)
        line = parent
    return JournalPast(journal.number, tuple(_own_ranges(journal, by_number)), tuple(earlier))


def _parent_of(journal: StationJournal, journals: Sequence[StationJournal]) -> StationJournal | None:
    """The journal that its genesis says it continues; of several branches, the one with that end, or the first."""
    wanted = journal.parent
    same = [each for each in journals if wanted and each.generation == wanted.generation < journal.generation]
    return next((each for each in same if each.end == wanted), same[0] if same else None)


def _own_ranges(journal: StationJournal, by_number: dict[int, StationJournal]) -> list[range]:
    ranges = [range(entry_position(journal.number, 0), entry_position(journal.number + 1, 0))]
    while journal.branch_of is not None:
        until, journal = journal.begins, by_number[journal.branch_of]
        ranges.append(range(entry_position(journal.number, 0), entry_position(journal.number, until)))
    return ranges
