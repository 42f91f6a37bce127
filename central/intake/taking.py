"""Takes a run of entries into the register: finds its journal or begins one, stores what is new, lets it change the rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from central.core.fields import plausible
from central.db.bulk_insert import insert_all
from central.db.tables import dead_letters, entries
from central.intake.batches import JournalRun, ReceivedEntry
from central.intake.collections import store_collections
from central.intake.personal_parts import take_up
from central.intake.placing import Continuation, Divergence, FoundPast, Gap, find_pasts, place_run
from central.register import parking_rights, resolutions
from central.register.journals import (
    HeldLine,
    free_number,
    held_lines,
    is_here,
    is_key_of,
    record_incident,
    save_journal,
    with_journal,
)
from central.rules.journals import StationJournal, earliest, entry_position, past_of
from firmware.domain.base64url import base64url_decode
from firmware.domain.errors import FieldError
from firmware.protocol.entry import EntryContent
from firmware.protocol.genesis import Position, first_hash, generations_before


@dataclass(frozen=True)
class StationRecord:
    """What the city has of a station when entries arrive."""

    journals: tuple[StationJournal, ...]
    current: int | None
    """The journal last heard of, by its number."""
    complete_until: datetime | None
    """How far the station's data goes."""


@dataclass(frozen=True)
class Taken:
    """A run that was stored. Its journal's own row is still to be saved; all others are."""

    journals: tuple[StationJournal, ...]
    """Those of the station, as they are now."""
    number: int
    """The journal it was taken into."""
    fresh: Sequence[ReceivedEntry]
    """Its entries that were not here."""
    records: Sequence[EntryContent]
    """What those say that were understood."""
    completed: Sequence[EntryContent] = ()
    """What entries say that were here without their personal part."""
    fork: int | None = None
    """The first entry that is another than one that is here; 0 for another beginning of this generation."""

    @property
    def journal(self) -> StationJournal:
        """The journal it was taken into, as it is now."""
        return next(each for each in self.journals if each.number == self.number)


def take_run(connection: Connection, run: JournalRun, held: StationRecord, now: datetime) -> Taken | Gap | Divergence:
    """Store what is new in a well-formed run. A Gap, and the Divergence of a run without entries, leave nothing stored.

    Raises FieldError `signed.genesis` for a new journal that no key of the station began.
    """
    alike = _alike(connection, run, held)
    first = run.entries[0].seq - 1 if run.entries else run.last
    lines = held_lines(connection, alike, first, run.last)
    placing = place_run(run, lines, held.current)
    if isinstance(placing, Gap) or (isinstance(placing, Divergence) and not run.entries):
        return placing
    return _store(connection, run, held, alike, lines, placing, now)


def take_after_gap(connection: Connection, run: JournalRun, held: StationRecord, now: datetime) -> Taken:
    """Store a run that begins after what is wanted: as a branch whose past is not here. Raises FieldError as `take_run`."""
    alike = _alike(connection, run, held)
    if _is_new(alike[0], held.journals):
        journals, _ = _begin(connection, run, alike[0], held.journals, held, now)
        save_journal(connection, alike[0], journals)
        held = replace(held, journals=with_journal(journals, alike[0]))
    return _store(connection, run, held, alike, (), Divergence(alike[0].number, run.entries[0].seq, None, run.entries), now)


def _store(
    connection: Connection,
    run: JournalRun,
    held: StationRecord,
    alike: Sequence[StationJournal],
    lines: Sequence[HeldLine],
    placing: Continuation | Divergence,
    now: datetime,
) -> Taken:
    journals, fork = held.journals, None
    for past in find_pasts(run, lines):
        journals = _store_past(connection, journals, past, now)
    if isinstance(placing, Divergence):
        fork = placing.seq
        journal = _branch(connection, run, journals, placing, held)
        entry = placing.fresh[0]
        position = entry_position(placing.number, fork)
        record_incident(connection, "fork", run.station, position, entry.hash, entry.body, now)
    else:
        if _is_new(alike[0], journals):
            journals, fork = _begin(connection, run, alike[0], journals, held, now)
            journals = with_journal(journals, alike[0])
        journal = next(each for each in journals if each.number == placing.number)
        if placing.fresh:
            journal = replace(journal, next=run.last + 1, head=run.head)
    journals = with_journal(journals, journal)
    completed = take_up(connection, run.station, _repeated(run, placing.fresh), journals, now)
    records = _store_entries(connection, journal, journals, placing.fresh, now)
    if all(each.number != journal.number for each in held.journals):
        journal = replace(journal, complete_until=no_further_than(journal, records))
        journals = with_journal(journals, journal)
    return Taken(journals, journal.number, placing.fresh, records, completed, fork)


def _repeated(run: JournalRun, fresh: Sequence[ReceivedEntry]) -> Sequence[ReceivedEntry]:
    """The entries of a run that are here already."""
    return run.entries[: len(run.entries) - len(fresh)]


# --- journals -----------------------------------------------------------------------------------------------------


def _alike(connection: Connection, run: JournalRun, held: StationRecord) -> list[StationJournal]:
    """The journals that begin as the run's does; a new one, if there is none. Raises FieldError if it cannot begin so."""
    beginning = first_hash(run.station, run.genesis)
    if found := [each for each in held.journals if each.first_hash == beginning]:
        return found
    awaited = [each for each in held.journals if each.genesis is None and each.generation == run.generation]
    number = awaited[0].number if awaited else free_number(connection, run.station, held.journals)
    until = awaited[0].complete_until if awaited else held.complete_until
    new = StationJournal(run.station, number, run.generation, run.genesis, 1, None, 1, beginning, until)
    if new.document and not is_key_of(connection, run.station, _key_in(new.document.public_key)):
        raise FieldError("signed.genesis", f"begun with a key that station {run.station} was never enrolled with")
    return [new]


def _is_new(journal: StationJournal, known: Sequence[StationJournal]) -> bool:
    """Whether a journal was never handed in, but perhaps awaited."""
    return all(each.number != journal.number or each.genesis is None for each in known)


def _key_in(text: str) -> bytes:
    try:
        return base64url_decode(text)
    except ValueError as error:
        raise FieldError("signed.genesis", "its public key is not base64url without padding") from error


def _begin(
    connection: Connection,
    run: JournalRun,
    journal: StationJournal,
    journals: tuple[StationJournal, ...],
    held: StationRecord,
    now: datetime,
) -> tuple[tuple[StationJournal, ...], int | None]:
    """The journals of a station that begins one, and 0 if this generation was begun already, which is an incident.

    If it continues an end that nobody has seen, the journal that has it is waited for from now on; if it does not continue one
    of the card before it, that card's first, unless one of them is here.
    """
    fork = None
    if any(each.generation == journal.generation and each.genesis is not None for each in journals):
        fork = 0
        position = entry_position(journal.number, 0)
        record_incident(connection, "fork", run.station, position, journal.head, run.genesis, now)
    for generation in _unseen_before(connection, journal, journals):
        awaited = _awaited(journal, generation, held, free_number(connection, run.station, (*journals, journal)))
        save_journal(connection, awaited, journals)
        journals = with_journal(journals, awaited)
    return journals, fork


def _unseen_before(connection: Connection, journal: StationJournal, journals: Sequence[StationJournal]) -> Iterator[int]:
    """The generations before a new journal of which nothing is here that could still become what it continues.

    One that continues an older card than the one before it says nothing of that one, which may have sold.
    """
    parent, before = journal.parent, generations_before(journal.generation)
    if parent and not (_is_awaited(parent, journals) or is_here(connection, journals, parent)):
        yield parent.generation
    told = {each.generation for each in journals} | ({parent.generation} if parent else set())
    if before and told.isdisjoint(before):
        yield before[0]


def _is_awaited(parent: Position, journals: Sequence[StationJournal]) -> bool:
    """Whether a journal that is here may still get there; all of them have a beginning."""
    return not parent.seq or any(each.generation == parent.generation and each.next <= parent.seq for each in journals)


def _awaited(journal: StationJournal, generation: int, held: StationRecord, number: int) -> StationJournal:
    """A journal that is known only because another one comes after it."""
    return StationJournal(journal.station, number, generation, None, 1, None, 1, b"", held.complete_until)


def _branch(
    connection: Connection, run: JournalRun, journals: Sequence[StationJournal], placing: Divergence, held: StationRecord
) -> StationJournal:
    """The branch that a run begins. Of one whose past is not here, the data goes as far as that of those it may belong to."""
    number = free_number(connection, run.station, journals)
    until = held.complete_until
    if placing.branch_of is None and placing.seq > 1:
        beginning = first_hash(run.station, run.genesis)
        until = earliest((until, *(each.complete_until for each in journals if each.first_hash == beginning)))
    return StationJournal(
        run.station, number, run.generation, run.genesis, placing.seq, placing.branch_of, run.last + 1, run.head, until
    )


def no_further_than(journal: StationJournal, records: Sequence[EntryContent]) -> datetime | None:
    """How far the data of a journal goes that has more to come than these entries: what follows them was written later."""
    return earliest((journal.complete_until, *(content.at for content in records if plausible(content.at))))


def _store_past(
    connection: Connection, journals: tuple[StationJournal, ...], past: FoundPast, now: datetime
) -> tuple[StationJournal, ...]:
    branch = next(each for each in journals if each.number == past.number)
    whole = replace(branch, begins=past.begins, branch_of=past.branch_of)
    save_journal(connection, whole, journals)
    journals = with_journal(journals, whole)
    _store_entries(connection, whole, journals, past.fresh, now)
    return journals


# --- entries ------------------------------------------------------------------------------------------------------


def _store_entries(
    connection: Connection,
    journal: StationJournal,
    journals: Sequence[StationJournal],
    fresh: Sequence[ReceivedEntry],
    now: datetime,
) -> list[EntryContent]:
    """Store entries of a journal and let them change the rights. Returns what those say that were understood."""
    this = {"station": journal.station, "received_at": now}
    rows = [
        {**this, "seq": entry_position(journal.number, e.seq), "hash": e.hash, "body": e.body, "personal": e.personal}
        for e in fresh
    ]
    insert_all(connection, entries, rows)
    contents = {entry.seq: parking_rights.usable_content(entry, entry.content) for entry in fresh}
    records = [content for content in contents.values() if isinstance(content, EntryContent)]
    reasons: Mapping[int, str] = {seq: content for seq, content in contents.items() if isinstance(content, str)}
    past = past_of(journal, journals)
    reasons = {**reasons, **resolutions.contradicted(connection, journal.station, records)}
    reasons = {**reasons, **parking_rights.apply_entries(connection, journal.station, past, records, now)}
    store_collections(connection, journal.station, journal.number, records)
    letters = [{**this, "seq": entry_position(journal.number, seq), "reason": reason} for seq, reason in reasons.items()]
    insert_all(connection, dead_letters, letters)
    return records
