"""Exceptions queue: what waits for a person, entries that could not be understood and journals that forked.

Nothing here disappears by itself, and what is cleared stays: with who looked, when, and what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Table, select, update

from central.core import audit
from central.db import tables
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter: an entry that is stored and changed nothing in the register."""

    station: str
    seq: int
    reason: str
    received_at: datetime
    body: str
    """The entry's text."""


@dataclass(frozen=True)
class Incident:
    """A fork: another entry under a number already taken, or another past: refused."""

    id: int
    station: str
    seq: int
    hash: str
    """What the station has there, in hexadecimal."""
    body: str
    """The entry's text; where none was sent, the statement that named it."""
    first_seen: datetime


def list_dead_letters(store: Engine) -> tuple[DeadLetter, ...]:
    """The dead letters nobody has cleared, oldest first."""
    letter, entry = tables.dead_letters.c, tables.entries.c
    same = (entry.station == letter.station) & (entry.seq == letter.seq)
    columns = (letter.station, letter.seq, letter.reason, letter.received_at, entry.body)
    query = select(*columns).join_from(tables.dead_letters, tables.entries, same).where(letter.cleared_at.is_(None))
    with store.begin() as connection:
        rows = connection.execute(query.order_by(letter.received_at, letter.station, letter.seq)).mappings()
        return tuple(DeadLetter(**{**row, "body": _text(row["body"])}) for row in rows)


def list_incidents(store: Engine) -> tuple[Incident, ...]:
    """The incidents nobody has cleared, oldest first."""
    incident = tables.incidents.c
    query = select(*(incident[name] for name in Incident.__dataclass_fields__)).where(incident.cleared_at.is_(None))
    with store.begin() as connection:
        rows = connection.execute(query.order_by(incident.id)).mappings()
        return tuple(Incident(**{**row, "hash": row["hash"].hex(), "body": _text(row["body"])}) for row in rows)


def clear_dead_letter(store: Engine, station: str, seq: int, by: str, note: str, now: datetime) -> None:
    """Clear a dead letter: somebody has looked. Raises LookupError if none waits there, FieldError if the note says nothing."""
    this = (tables.dead_letters.c.station == station) & (tables.dead_letters.c.seq == seq)
    _clear(store, tables.dead_letters, this, f"dead letter {station} {seq}", by, note, now)


def clear_incident(store: Engine, id: int, by: str, note: str, now: datetime) -> None:
    """Clear an incident: somebody has looked. Raises LookupError if none waits there, FieldError if the note says nothing."""
    _clear(store, tables.incidents, tables.incidents.c.id == id, f"incident {id}", by, note, now)


def _clear(store: Engine, table: Table, this: ColumnElement[bool], subject: str, by: str, note: str, now: datetime) -> None:
    if not note.strip() or "\0" in note:
        raise FieldError("note", "required: what was found")
    cleared = {"cleared_at": now, "cleared_by": by, "note": note}
    with store.begin() as connection:
        if connection.execute(update(table).where(this, table.c.cleared_at.is_(None)).values(cleared)).rowcount != 1:
            raise LookupError(f"no open {subject}")
        audit.note(connection, now, by, "clear", subject, note=note)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
