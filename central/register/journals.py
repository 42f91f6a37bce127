"""Journals in the register: which a station has, the hashes that are here, the row of each, and what an operator closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update

from central.db.prepared import fetch
from central.db.row_update import insert_row, update_row
from central.db.tables import entries, incidents, journals, silences, station_keys
from central.rules.journals import StationJournal, entry_position, place_in
from firmware.protocol.genesis import Position

_NAMES = tuple(field.name for field in fields(StationJournal))
_NO_ROW = object()
"""A column of a journal that has no row yet: no value."""
_ALL = select(*(journals.c[name] for name in _NAMES)).order_by(journals.c.number)
_OF_STATION = _ALL.where(journals.c.station == bindparam("of"))


@dataclass(frozen=True)
class HeldLine:
    """What is here of one journal around some entries, those before it branched included."""

    number: int
    begins: int
    next: int
    """The entry wanted."""
    lacks_its_past: bool
    """Whether nothing is here of what came before `begins`."""
    hashes: Mapping[int, bytes]
    """Of the entries that are here, by their numbers; of 0, what the first one continues from."""


def read_journals(connection: Connection, station: str) -> tuple[StationJournal, ...]:
    """The journals of a station, by number."""
    return tuple(StationJournal(*row) for row in fetch(connection, _OF_STATION, {"of": station}))


def read_all_journals(connection: Connection) -> dict[str, tuple[StationJournal, ...]]:
    """The journals of every station that has any, by name."""
    found: dict[str, list[StationJournal]] = {}
    for journal in (StationJournal(*row) for row in fetch(connection, _ALL, {})):
        found.setdefault(journal.station, []).append(journal)
    return {station: tuple(each) for station, each in found.items()}


def free_number(connection: Connection, station: str, known: Iterable[StationJournal]) -> int:
    """The number of the next journal: no entry has it, not even one of a register that went back to an older version."""
    last = connection.scalar(select(func.max(entries.c.seq)).where(entries.c.station == station))
    return max([-1, *(each.number for each in known), *([] if last is None else [place_in(last).number])]) + 1


def save_journal(connection: Connection, journal: StationJournal, known: Sequence[StationJournal]) -> None:
    """Write the row of a journal: another one, or what is new of the present one. One that is open has no closing note."""
    before = next((each for each in known if each.number == journal.number), None)
    values = {name: value for name in _NAMES if (value := getattr(journal, name)) != getattr(before, name, _NO_ROW)}
    if before is None:
        insert_row(connection, journals, values)
    elif values:
        reopened = {"closed_by": None, "closed_why": None} if journal.closed_at is None else {}
        update_row(connection, journals, {"station": journal.station, "number": journal.number}, {**values, **reopened})


def with_journal(known: Sequence[StationJournal], journal: StationJournal) -> tuple[StationJournal, ...]:
    """The journals of a station, one of them added or in its new state."""
    return tuple(sorted((*(each for each in known if each.number != journal.number), journal), key=lambda each: each.number))


def is_key_of(connection: Connection, station: str, public_key: bytes) -> bool:
    """Whether a station was ever enrolled with this key."""
    this = (station_keys.c.station == station) & (station_keys.c.public_key == public_key)
    return connection.scalar(select(station_keys.c.station).where(this)) is not None


# --- the hashes that are here -------------------------------------------------------------------------------------


def is_here(connection: Connection, known: Sequence[StationJournal], place: Position) -> bool:
    """Whether an entry of a station is here, in whichever branch of its generation."""
    alike = [each for each in known if each.generation == place.generation]
    lines = held_lines(connection, alike, place.seq, place.seq)
    return any(line.hashes.get(place.seq, b"").hex() == place.hash for line in lines)


def held_lines(connection: Connection, alike: Sequence[StationJournal], first: int, last: int) -> list[HeldLine]:
    """What is here from `first` to `last` of the journals that begin alike, and the end of each."""
    by_number = {each.number: each for each in alike}
    own = {each.number: _own_hashes(connection, each, first, last) for each in alike}
    return [
        HeldLine(each.number, each.begins, each.next, each.lacks_its_past, _line_hashes(each, by_number, own)) for each in alike
    ]


def _own_hashes(connection: Connection, journal: StationJournal, first: int, last: int) -> dict[int, bytes]:
    held = {journal.next - 1: journal.head}
    if journal.begins == 1 and journal.first_hash is not None:
        held[0] = journal.first_hash
    low, high = max(first, journal.begins), min(last, journal.next - 2)
    if low <= high:
        these = entries.c.seq.between(entry_position(journal.number, low), entry_position(journal.number, high))
        query = select(entries.c.seq, entries.c.hash).where(entries.c.station == journal.station, these)
        held |= {place_in(row.seq).seq: row.hash for row in connection.execute(query)}
    return held


def _line_hashes(
    journal: StationJournal, by_number: Mapping[int, StationJournal], own: Mapping[int, Mapping[int, bytes]]
) -> dict[int, bytes]:
    if journal.branch_of is None:
        return dict(own[journal.number])
    before = _line_hashes(by_number[journal.branch_of], by_number, own)
    return {seq: digest for seq, digest in before.items() if seq < journal.begins} | dict(own[journal.number])


# --- exceptions and silences --------------------------------------------------------------------------------------


def record_incident(
    connection: Connection, kind: str, station: str, position: int, digest: bytes, body: bytes, now: datetime
) -> None:
    """Keep what a person must look at, once. `kind`: `fork`, `clone` or `loss`."""
    columns = incidents.c
    same = (columns.station == station) & (columns.seq == position) & (columns.hash == digest)
    if connection.scalar(select(columns.id).where(same)) is None:
        values = {"station": station, "seq": position, "hash": digest, "body": body, "first_seen": now, "kind": kind}
        connection.execute(insert(incidents).values(values))


def end_silence(
    connection: Connection, station: str, since: datetime, until: datetime | None, silent_after: timedelta, now: datetime
) -> None:
    """Keep what was not here while a station was silent, for whoever asks later what was known then.

    `since`: how far its data went; `until`: how far it goes now. Data that went back to where it was before is one silence.
    """
    if until is not None and since < until and since < now - silent_after:
        this = (silences.c.station == station) & (silences.c.since == since)
        if not connection.execute(update(silences).where(this).values(until=now)).rowcount:
            connection.execute(insert(silences).values(station=station, since=since, until=now))
