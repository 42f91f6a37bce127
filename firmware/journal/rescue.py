"""Reads what is intact of the journals on a card, of damaged ones too, for a rescue file. Never changes what it reads.

The theory. An entry is intact if its hash is that of its text and of the hash before it. So where an entry is bad, the hash
that stands beside it still proves the next one: a run ends there and a new one begins. Of an entry that is gone the hash is
gone too, and the one after it cannot be proven; the run begins with the one after that. A hash that is itself damaged is told
by the next entry, which continues from the right one.

SQLite writes beside a database that it only reads, and refuses one beside which it may not write. So what is read is a copy.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.journal.marks import CURSOR, HEAD_MARK, shortfall
from firmware.protocol.entry import Entry, chain_hash, content_in, position_of
from firmware.protocol.genesis import genesis_in
from firmware.protocol.messages import Sent, sent_of
from firmware.protocol.rescue import RescuedJournal

_LARGEST = 1 << 32
"""Bytes of a journal that is believed to have been cut off; it is not on the disk but a hole."""
_LEAST_ENTRY = 100
"""Bytes of an entry in a file, at the least."""


@dataclass(frozen=True)
class ReadRun:
    """Entries of one journal that follow each other without a hole."""

    base: str
    """What the first of them continues from, hexadecimal."""
    entries: tuple[Sent, ...]


@dataclass(frozen=True)
class ReadJournal:
    """One journal as far as it could be read."""

    generation: int
    genesis: str
    runs: tuple[ReadRun, ...]
    """In order; more than one where entries between them could not be read."""
    flaw: str
    """Why it is not whole; empty if it was read to its end, and no mark beside it says that there was more."""

    @property
    def whole(self) -> bool:
        """Whether the card holds nothing more of it."""
        return not self.flaw

    @property
    def as_sent(self) -> RescuedJournal:
        """As it stands in a rescue file."""
        entries = tuple(entry for run in self.runs for entry in run.entries)
        return RescuedJournal(self.generation, self.genesis, self.whole, entries)


@dataclass(frozen=True)
class RescuedLine:
    """What could be read of a station's journals."""

    station: str
    journals: tuple[ReadJournal, ...]
    """The oldest generation first; at least one."""
    unreadable: tuple[JournalError, ...]
    """Why nothing could be read of the others."""
    public_keys: frozenset[str]
    """The station's, as all journals beside these name them; none where one names none, or cannot be read: it may name any."""

    @property
    def lost(self) -> tuple[str, ...]:
        """The journals of which nothing is here that there was, by their files' names."""
        named = (journal_path(Path(), each.generation).name for each in self.journals if not each.whole and not each.runs)
        return (*named, *(failure.path.name for failure in self.unreadable))


def read_rescue(path: Path) -> RescuedLine:
    """Read the journals of a station's folder, or one journal file. Raises JournalError if nothing can be read, or OSError."""
    folder = path if path.is_dir() else path.parent
    line = _journals_in(folder)
    wanted = line if path.is_dir() else [path]
    if not wanted or not path.exists():
        raise JournalError(path, "there is no journal here")
    with tempfile.TemporaryDirectory(prefix="horodateur-rescue-") as place, contextlib.ExitStack() as stack:
        readers, failures = dict[Path, JournalReader](), dict[Path, JournalError]()
        for file, copy in copy_journals(folder, Path(place), wanted).items():
            try:
                readers[file] = stack.enter_context(contextlib.closing(JournalReader(copy)))
            except JournalError as error:
                failures[file] = JournalError(file, error.reason)
        chosen = {file: readers[file] for file in wanted if file in readers}
        if not chosen:
            raise failures[wanted[0]]
        present, readable = generations_in(folder), {each.generation for each in chosen.values()}
        journals = _without_copies(
            [_rescued(each, _most_entries(file), tuple(readers.values()), present, readable) for file, each in chosen.items()]
        )
        unreadable = tuple(failures[file] for file in wanted if file in failures)
        return RescuedLine(_station_of(chosen), journals, unreadable, frozenset() if failures else _keys_in(readers.values()))


def copy_journals(folder: Path, place: Path, others: Sequence[Path] = ()) -> dict[Path, Path]:
    """Copy a folder's journals with their logs and marks, and these other journals: original -> copy. Raises OSError."""
    journals = dict.fromkeys((*_journals_in(folder), *others))
    logs = [each.with_name(f"{each.name}-wal") for each in journals]
    for file in (*journals, *logs, folder / CURSOR, folder / HEAD_MARK):
        if file.is_file():
            shutil.copyfile(file, place / file.name)
    copies = {file: place / file.name for file in journals}
    for copy in copies.values():
        if copy.exists():
            _lengthen(copy)
    return copies


def _lengthen(file: Path) -> None:
    """Put zeros where the end of a file was cut off: SQLite reads nothing of one that is shorter than it says."""
    with file.open("r+b") as content:
        head = content.read(32)
        page, pages = int.from_bytes(head[16:18]) or 1, int.from_bytes(head[28:32])
        wanted = (1 << 16 if page == 1 else page) * pages
        if head.startswith(b"SQLite format 3\0") and file.stat().st_size < wanted <= _LARGEST:
            content.truncate(wanted)


def _journals_in(folder: Path) -> list[Path]:
    return [journal_path(folder, generation) for generation in generations_in(folder)]


def _station_of(journals: dict[Path, JournalReader]) -> str:
    station = next(iter(journals.values())).station
    for file, journal in journals.items():
        if journal.station != station:
            raise JournalError(file, f"it is the journal of station {journal.station}, not of {station}")
    return station


def _keys_in(line: Iterable[JournalReader]) -> frozenset[str]:
    """The keys that journals were begun with."""
    return frozenset(genesis_in(each.genesis_document).public_key for each in line if each.genesis_document)


def _most_entries(file: Path) -> int:
    """How many entries fit into a journal and its log, whatever they say of themselves."""
    return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*")) // _LEAST_ENTRY


def _without_copies(found: Sequence[ReadJournal]) -> tuple[ReadJournal, ...]:
    """These without those that hold nothing that an earlier one does not: copies under another name."""
    kept = list[ReadJournal]()
    for each in found:
        alike = [other for other in kept if (other.generation, other.genesis) == (each.generation, each.genesis)]
        if not any(set(each.as_sent.entries) <= set(other.as_sent.entries) for other in alike):
            kept.append(each)
    return tuple(kept)


def _rescued(
    journal: JournalReader, most: int, line: Sequence[JournalReader], present: Sequence[int], readable: Collection[int]
) -> ReadJournal:
    """A journal of this line as far as it can be read. `most`: entries that it may have."""
    flaw = _flaw(journal, [each for each in line if each.generation > journal.generation])
    if not flaw and (further := [each for each in present if each > journal.generation and each not in readable]):
        flaw = f"generation {further[0]} of this card is not in this file"
    runs = tuple(ReadRun(run.base.hex(), tuple(map(sent_of, run.entries))) for run in _runs(journal, most) if run.entries)
    return ReadJournal(journal.generation, journal.genesis_document.decode(), runs, flaw)


def _flaw(journal: JournalReader, later: Sequence[JournalReader]) -> str:
    try:
        journal.verify()
        return shortfall(journal, later)
    except JournalError as error:
        return ": ".join(filter(None, (error.place, error.reason)))


@dataclass
class _Run:
    """Entries that follow each other, while they are found."""

    base: bytes
    entries: list[Entry] = field(default_factory=list)


def _runs(journal: JournalReader, most: int) -> Iterator[_Run]:
    """The intact entries, in runs; a run may have none."""
    entries = [
        entry for entry in readable_entries(journal, most) if isinstance(entry.body, bytes) and isinstance(entry.hash, bytes)
    ]
    run, before = _Run(journal.start), journal.start
    for entry, following in zip(entries, (*entries[1:], None), strict=False):
        digest = chain_hash(before, entry.body)
        proven = digest == entry.hash or (following and chain_hash(digest, following.body) == following.hash)
        if proven and _is_of(journal, entry):
            run.entries.append(replace(entry, hash=digest, personal=_intact_personal_part(entry)))
            before = digest
        else:
            yield run
            run, before = _Run(entry.hash), entry.hash
    yield run


def readable_entries(journal: JournalReader, most: int) -> Iterator[Entry]:
    """Every entry that the file gives, oldest first; those behind a place that cannot be read too. `most`: as fit into it.

    A damaged file may give any number, and the same page again and again: an entry that does not come after the last one is
    not believed. So each read comes further by one at least, and there are at most twice as many of them as entries fit.
    """
    last = 0
    with contextlib.suppress(JournalError):
        for entry in journal.entries():
            if entry.seq <= last:
                break
            yield entry
            last = entry.seq
        else:
            return
    while last < most:
        found: list[Entry] = []
        with contextlib.suppress(JournalError):
            found = journal.entries_after(last, 1)
            if not found:
                return
        further = [entry for entry in found if entry.seq > last]
        yield from further
        last = further[0].seq if further else last + 1


def _is_of(journal: JournalReader, entry: Entry) -> bool:
    try:
        place = position_of(entry.body)
    except ValueError:
        return False
    return (place.station, place.generation) == (journal.station, journal.generation)


def _intact_personal_part(entry: Entry) -> bytes | None:
    """The personal part, unless it is certainly not the one the body was written with."""
    with contextlib.suppress(ValueError):
        content_in(entry.body)  # a fact that this software does not know may have one as well
        try:
            content_in(entry.body, entry.personal)
        except ValueError:
            return None
    return entry.personal
