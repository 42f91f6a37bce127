"""Accepts rescue files: what a technician read from a card is taken like batches, and what the register makes of it is told.

The theory. A file holds what there was when it was made, and cannot prove that it was read from the card and not from a copy of
it. So it never says that a journal is complete. The station's own next journal proves that, by the end it names as the one it
goes on from (central/rules/journals.py), or a person answers for it who closes the journal (closing.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, func, select

from central.core import audit
from central.core.city import City
from central.core.fields import plausible
from central.db.station_locks import StationRow
from central.db.tables import entries, station_keys
from central.enforcement.reopened import ReopenedRefusal, find_reopened
from central.intake.batches import LARGEST, JournalRun, ReceivedEntry, check_generation, check_genesis, parse_entries
from central.intake.taking import StationRecord, Taken, take_after_gap, take_run
from central.operations.closing import lock_station, recompute
from central.register.journals import held_lines, read_journals, save_journal
from central.rules.journals import StationJournal, last_known, unsettled
from firmware.domain.errors import FieldError
from firmware.domain.station_name import is_station_name
from firmware.protocol.entry import Entry, chain_hash, position_of
from firmware.protocol.envelope import Envelope, EnvelopeError, open_envelope
from firmware.protocol.genesis import first_hash
from firmware.protocol.messages import Sent
from firmware.protocol.rescue import RESCUE, RescuedJournal, rescue_in

MOST_REFUSALS = 1000
"""Contradicted refusals that are told, at most."""


@dataclass(frozen=True)
class AcceptedJournal:
    """What was made of one journal of a rescue file."""

    generation: int
    taken: int
    """Entries that were not here."""
    repeated: int
    """Entries that were."""
    missing: tuple[tuple[int, int], ...]
    """First and last of the entries that are known of, and are not here."""
    open: tuple[int, ...]
    """Which journals of this beginning are still waited for, by number; none if nothing can be missing, or all are closed."""
    whole: bool
    """Whether the file says that all was read that had been there; a copy may say so as well."""


@dataclass(frozen=True)
class AcceptedRescue:
    """What was made of a rescue file."""

    station: str
    journals: tuple[AcceptedJournal, ...]
    reopened: tuple[ReopenedRefusal, ...]
    """Recorded refusals that what was taken contradicts."""


def accept(city: City, data: bytes, *, by: str, noted_by: str, now: datetime) -> AcceptedRescue:
    """Take what was rescued from a card, all of it or nothing; the same file a second time changes nothing.

    Raises FieldError naming what is wrong in a file that was cut or altered, or that no key of the station signed, LookupError
    for a station that this city does not know.
    """
    if not by.strip() or "\0" in by:
        raise FieldError("by", "say who rescued it")
    try:
        envelope, rescue = rescue_in(data)
    except ValueError as error:
        raise FieldError("", f"not a whole rescue file: {error}") from error
    taken: list[int] = []
    written: list[datetime] = []
    with city.store.begin() as connection:
        _check_signature(connection, rescue.station, envelope)
        row = lock_station(connection, rescue.station)
        for index, each in enumerate(rescue.journals):
            taken.append(_accept_journal(connection, row, f"journals[{index}]", each, written, now))
        known = read_journals(connection, rescue.station)
        recompute(connection, row, known, city.rules.silent_after, now)
        detail: dict[str, str | int] = {"by": by, "sha256": hashlib.sha256(data).hexdigest()}
        audit.note(connection, now, noted_by, "accept", rescue.station, taken=sum(taken), **detail)
    journals = tuple(_accepted(each, more, known) for each, more in zip(rescue.journals, taken, strict=True))
    return AcceptedRescue(rescue.station, journals, _contradicted(city, written, now))


def _check_signature(connection: Connection, station: str, envelope: Envelope) -> None:
    """Raises EnvelopeError unless a key that the station was ever enrolled with signed it: any of its journals has one.

    LookupError where no such key is known: then nobody can say whether the name it bears was altered.
    """
    query = select(station_keys.c.public_key).where(station_keys.c.station == station)
    keys = connection.scalars(query).all() if is_station_name(station) else ()
    if not keys:
        raise LookupError(f"altered, or of another city: no station {station!r} was ever enrolled here to have signed it")
    for key in keys:
        try:
            open_envelope(RESCUE, envelope, Ed25519PublicKey.from_public_bytes(key))
        except EnvelopeError:
            continue
        return
    raise EnvelopeError(f"altered, or not signed by a key of station {station}")


def _contradicted(city: City, written: Sequence[datetime], now: datetime) -> tuple[ReopenedRefusal, ...]:
    """The refusals that rights known only from now on contradict. `written`: when the entries taken were."""
    if not written:
        return ()
    found = find_reopened(city, min(written) - city.rules.look_back, now, MOST_REFUSALS)
    return tuple(each for each in found if each.right and each.right.known_from >= now)


# --- one journal --------------------------------------------------------------------------------------------------


def _accept_journal(
    connection: Connection, row: StationRow, field: str, rescued: RescuedJournal, written: list[datetime], now: datetime
) -> int:
    """Take what there is of one journal. Returns how many entries were not here."""
    station, genesis = row.station, rescued.genesis.encode()
    check_genesis(field, station, rescued.generation, genesis)
    before = _count(connection, station)
    for entries_of_run in _runs(station, field, rescued):
        known = read_journals(connection, station)
        held = StationRecord(known, row.current, row.complete_until)
        run = _run_of(connection, station, known, rescued, entries_of_run, field)
        taken = _take(connection, run, held, now)
        save_journal(connection, taken.journal, known)
        written += [content.at for content in (*taken.records, *taken.completed) if plausible(content.at)]
    return _count(connection, station) - before


def _accepted(rescued: RescuedJournal, taken: int, known: Sequence[StationJournal]) -> AcceptedJournal:
    """What the register has of a journal, once all of the file is taken."""
    alike = [each for each in known if each.first_hash == first_hash(each.station, rescued.genesis.encode())]
    waited_for = tuple(each.number for each in unsettled(known) if each in alike)
    return AcceptedJournal(
        rescued.generation, taken, len(rescued.entries) - taken, _missing(alike, known), waited_for, rescued.whole
    )


def _run_of(
    connection: Connection,
    station: str,
    known: Sequence[StationJournal],
    rescued: RescuedJournal,
    found: Sequence[ReceivedEntry],
    field: str,
) -> JournalRun:
    """What is handed in of a journal by these entries; by none, that it is here to its beginning. Raises FieldError."""
    genesis = rescued.genesis.encode()
    beginning = first_hash(station, genesis)
    if not found:
        return JournalRun(station, rescued.generation, genesis, beginning, 0, beginning, found)
    base, end = _base_of(connection, known, beginning, found[0], field), found[-1]
    return JournalRun(station, rescued.generation, genesis, base, end.seq, end.hash, found)


def _take(connection: Connection, run: JournalRun, held: StationRecord, now: datetime) -> Taken:
    taken = take_run(connection, run, held, now)
    return taken if isinstance(taken, Taken) else take_after_gap(connection, run, held, now)


def _runs(station: str, field: str, rescued: RescuedJournal) -> Iterator[list[ReceivedEntry]]:
    """The entries that follow one another, so many at a time; of a whole journal without any, none once.

    Raises FieldError for one that was changed or moved.
    """
    run: list[Sent] = []
    begins, last, before = 0, None, None
    for index, sent in enumerate(rescued.entries):
        seq = _seq_of(f"{field}.entries[{index}].body", sent)
        if last is not None and seq <= last:
            raise FieldError(f"{field}.entries[{index}].body", f"entry {seq} cannot follow entry {last}")
        if run and (seq != (last or 0) + 1 or len(run) == LARGEST):
            before = _parsed(station, f"{field}.entries", rescued, begins, run, before)
            yield before
            run, begins = [], index
        run.append(sent)
        last = seq
    if run:
        yield _parsed(station, f"{field}.entries", rescued, begins, run, before)
    elif rescued.whole:
        yield []


def _parsed(
    station: str, field: str, rescued: RescuedJournal, begins: int, run: Sequence[Sent], before: list[ReceivedEntry] | None
) -> list[ReceivedEntry]:
    """`before`: the entries before these, which continue them unless there is a hole."""
    parsed = parse_entries(station, field, run, begins)
    check_generation(field, rescued.generation, parsed, begins)
    first, last = parsed[0], before[-1] if before else None
    if last and first.seq == last.seq + 1 and chain_hash(last.hash, first.body) != first.hash:
        raise FieldError(f"{field}[{begins}].hash", "not the hash of this text after the entry before")
    return parsed


def _seq_of(field: str, sent: Sent) -> int:
    try:
        return position_of(sent.body.encode()).seq
    except ValueError as error:
        raise FieldError(field, f"not the text of an entry: {error}") from error


def _base_of(connection: Connection, known: Sequence[StationJournal], beginning: bytes, first: Entry, field: str) -> bytes:
    """What the first entry of a run continues from, if that is here; nothing, if it is not. Raises FieldError."""
    if first.seq == 1:
        if chain_hash(beginning, first.body) != first.hash:
            raise FieldError(f"{field}.entries", "entry 1 does not continue from where its genesis says that it begins")
        return beginning
    alike = [each for each in known if each.first_hash == beginning]
    hashes = [line.hashes.get(first.seq - 1, b"") for line in held_lines(connection, alike, first.seq - 1, first.seq)]
    return next((digest for digest in hashes if digest and chain_hash(digest, first.body) == first.hash), b"")


def _count(connection: Connection, station: str) -> int:
    return connection.execute(select(func.count()).where(entries.c.station == station)).scalar_one()


def _missing(alike: Sequence[StationJournal], known: Sequence[StationJournal]) -> tuple[tuple[int, int], ...]:
    """The entries that are not here before branches whose past is not here, and those the station told of after all of them."""
    branches = [each for each in alike if each.lacks_its_past]
    ranges = [
        (max((other.next for other in alike if other.next <= branch.begins), default=1), branch.begins - 1)
        for branch in branches
    ]
    end = max((each.next for each in alike), default=1)
    ranges.append((end, max((last_known(each, known) for each in alike), default=0)))
    return tuple((first, last) for first, last in ranges if first <= last)
