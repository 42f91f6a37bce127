"""What the city knows of one station over time: alarms, journals, the last entries; nothing of who parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine, select

from central.db.tables import alarms, entries, journals
from central.operations.fleet import StationState, list_stations
from central.rules.evidence import CheckRules
from central.rules.journals import place_in
from firmware.domain.decoding import decode_json

LAST_ALARMS, LAST_ENTRIES = 50, 50
SHOWN = ("alarm", "reference", "why", "reason", "version", "open", "person", "action", "detail", "number", "sales")
"""Members of a fact that say nothing of who parked."""


@dataclass(frozen=True)
class AlarmSpan:
    """An alarm, from its raising to its end."""

    alarm: str
    raised_at: datetime
    cleared_at: datetime | None


@dataclass(frozen=True)
class ShownEntry:
    """An entry of a journal, without what it says of a motorist."""

    journal: int
    seq: int
    at: datetime | None
    """By the station's clock; None if the entry does not say."""
    received_at: datetime
    fact: str
    """Its name; empty if the entry cannot be read."""
    detail: tuple[tuple[str, str], ...]
    cents: int | None


@dataclass(frozen=True)
class JournalState:
    """One journal of a station, as a list of them has it."""

    number: int
    generation: int
    begins: int
    next: int
    complete_until: datetime | None
    last_contact: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    closed_why: str | None


@dataclass(frozen=True)
class StationHistory:
    """A station: how it is, and what was."""

    state: StationState
    alarms: tuple[AlarmSpan, ...]
    """The last ones, newest first."""
    journals: tuple[JournalState, ...]
    lines: tuple[ShownEntry, ...]
    """The last entries of the journal it writes, newest first."""


class _Written(msgspec.Struct):
    """What is read of an entry of any version."""

    at: datetime | None = None
    fact: dict[str, object] = {}  # msgspec copies an empty default


def read_station(store: Engine, station: str, now: datetime, rules: CheckRules) -> StationHistory:
    """The history of a station. Raises LookupError if there is none of this name."""
    state = next((each for each in list_stations(store, now, rules) if each.station == station), None)
    if state is None:
        raise LookupError(f"no station {station} is known")
    with store.begin() as connection:
        return StationHistory(state, _alarms(connection, station), _journals(connection, station), _lines(connection, station))


def _alarms(connection: Connection, station: str) -> tuple[AlarmSpan, ...]:
    columns = alarms.c
    query = select(columns.alarm, columns.raised_at, columns.cleared_at).where(columns.station == station)
    rows = connection.execute(query.order_by(columns.raised_at.desc(), columns.seq.desc()).limit(LAST_ALARMS)).mappings()
    return tuple(AlarmSpan(**row) for row in rows)


def _journals(connection: Connection, station: str) -> tuple[JournalState, ...]:
    query = select(*(journals.c[name] for name in JournalState.__dataclass_fields__)).where(journals.c.station == station)
    return tuple(JournalState(**row) for row in connection.execute(query.order_by(journals.c.number)).mappings())


def _lines(connection: Connection, station: str) -> tuple[ShownEntry, ...]:
    columns = entries.c
    query = select(columns.seq, columns.body, columns.received_at).where(columns.station == station)
    rows = connection.execute(query.order_by(columns.received_at.desc(), columns.seq.desc()).limit(LAST_ENTRIES))
    return tuple(shown_entry(row.seq, row.body, row.received_at) for row in rows)


def shown_entry(position: int, body: bytes, received_at: datetime) -> ShownEntry:
    """An entry as a page shows it."""
    number, seq = place_in(position)
    try:
        written = decode_json(msgspec.json.Decoder(_Written), body)
    except ValueError:
        return ShownEntry(number, seq, None, received_at, "", (), None)
    right = written.fact.get("right")
    known = {**(right if isinstance(right, dict) else {}), **written.fact}
    amount = known.get("cents")
    detail = [(name, str(known[name])) for name in SHOWN if known.get(name) not in (None, "")]
    cents = amount if isinstance(amount, int) else None
    return ShownEntry(number, seq, written.at, received_at, str(written.fact.get("fact", "")), tuple(detail), cents)
