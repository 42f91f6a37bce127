"""Exceptions queue: what waits for a person: entries that could not be understood, journals that forked, clones.

Nothing here disappears by itself, and what is cleared stays: with who looked, when, and what was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Table, select, update

from central.core import audit
from central.db import tables
from central.register.journals import read_all_journals
from central.rules.journals import EntryPlace, StationJournal, entry_position, place_in
from central.rules.written import is_blank
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter: an entry that is stored and changed nothing in the register."""

    station: str
    generation: int
    journal: int
    """The journal's number among those of the station, from 0."""
    seq: int
    reason: str
    received_at: datetime
    body: str
    """The entry's text."""


@dataclass(frozen=True)
class Incident:
    """A fork, another entry under a number already taken or another past; a clone, two machines under one name; or a loss,
    entries that a station held and that are gone."""

    id: int
    kind: str
    """`fork`, `clone` or `loss`."""
    station: str
    generation: int
    journal: int
    """The number of the journal it differs from, or that came back, among those of the station."""
    seq: int
    hash: str
    """What the station has there, in hexadecimal."""
    body: str
    """The entry's text; where none was sent, the statement that named it; of a clone or a loss, what was seen."""
    first_seen: datetime


def list_dead_letters(store: Engine) -> tuple[DeadLetter, ...]:
    """The dead letters nobody has cleared, oldest first."""
    letter, entry = tables.dead_letters.c, tables.entries.c
    same = (entry.station == letter.station) & (entry.seq == letter.seq)
    columns = (letter.station, letter.seq, letter.reason, letter.received_at, entry.body)
    query = select(*columns).join_from(tables.dead_letters, tables.entries, same).where(letter.cleared_at.is_(None))
    with store.begin() as connection:
        journals = read_all_journals(connection)
        rows = connection.execute(query.order_by(letter.received_at, letter.station, letter.seq)).mappings()
        return tuple(DeadLetter(**{**row, "body": _text(row["body"]), **_place(row, journals)}) for row in rows)


def list_incidents(store: Engine) -> tuple[Incident, ...]:
    """The incidents nobody has cleared, oldest first."""
    incident = tables.incidents.c
    columns = (incident.id, incident.kind, incident.station, incident.seq, incident.hash, incident.body, incident.first_seen)
    query = select(*columns).where(incident.cleared_at.is_(None))
    with store.begin() as connection:
        journals = read_all_journals(connection)
        rows = connection.execute(query.order_by(incident.id)).mappings()
        return tuple(
            Incident(**{**row, "hash": row["hash"].hex(), "body": _text(row["body"]), **_place(row, journals)}) for row in rows
        )


def _place(row: RowMapping, journals: Mapping[str, Sequence[StationJournal]]) -> dict[str, int]:
    """An entry's place as people read it."""
    number, seq = place_in(row["seq"])
    generation = next((each.generation for each in journals.get(row["station"], ()) if each.number == number), 1)
    return {"generation": generation, "journal": number, "seq": seq}


def clear_dead_letter(store: Engine, station: str, place: EntryPlace, by: str, note: str, now: datetime) -> None:
    """Clear a dead letter: somebody has looked. Raises LookupError if none waits there, FieldError if the note says nothing."""
    letter = tables.dead_letters.c
    this = (letter.station == station) & (letter.seq == entry_position(*place))
    subject = f"dead letter {station} {place.seq}" + (f" of journal {place.number}" if place.number else "")
    with store.begin() as connection:
        _clear(connection, tables.dead_letters, this, subject, by, note, now)


def clear_incident(store: Engine, id: int, by: str, note: str, now: datetime) -> None:
    """Clear an incident: somebody has looked. Raises LookupError if none waits there, FieldError if the note says nothing.

    After a clone, journals that come back are counted anew.
    """
    incident = tables.incidents.c
    with store.begin() as connection:
        _clear(connection, tables.incidents, incident.id == id, f"incident {id}", by, note, now)
        cleared = select(incident.station).where(incident.id == id, incident.kind == "clone")
        if (station := connection.scalar(cleared)) is not None:
            connection.execute(update(tables.stations).where(tables.stations.c.station == station).values(returns=0))


def _clear(
    connection: Connection, table: Table, this: ColumnElement[bool], subject: str, by: str, note: str, now: datetime
) -> None:
    if is_blank(note) or "\0" in note:
        raise FieldError("note", "required: what was found")
    cleared = {"cleared_at": now, "cleared_by": by, "note": note}
    if connection.execute(update(table).where(this, table.c.cleared_at.is_(None)).values(cleared)).rowcount != 1:
        raise LookupError(f"no open {subject}")
    audit.note(connection, now, by, "clear", subject, note=note)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
