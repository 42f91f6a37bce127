"""Finds the journals that only a rescue file closed, and opens them again.

The theory. A version of before believed a rescue file that called itself whole, and closed its journals with that as the
reason. Such a file proves nothing (rescued.py), so a register that was kept since then may call a station complete whose card
sold more. Those journals are opened again, but for those that the station's own later journals prove to be whole
(central/rules/journals.py). What a person closed stays closed, whatever the reason says: the audit trail has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from central.core import audit
from central.db.station_locks import StationRow, lock_stations
from central.db.tables import audit as audit_trail
from central.db.tables import journals
from central.operations.closing import recompute
from central.register.journals import read_journals, save_journal
from central.rules.evidence import CheckRules
from central.rules.journals import StationJournal, is_proven_whole
from firmware.domain.errors import FieldError

BY_A_FILE = "rescued whole"
"""The reason that the version of before wrote down."""


def list_unproven_closings(store: Engine) -> tuple[StationJournal, ...]:
    """The journals that only a rescue file closed and nothing proves to be whole, by station and number."""
    with store.begin() as connection:
        return tuple(each for station in _stations(connection) for each in _unproven(connection, station))


def reopen(store: Engine, rules: CheckRules, *, by: str, noted_by: str, now: datetime) -> tuple[StationJournal, ...]:
    """Open them all again, and keep how far each station's data goes without them; none is left for a second time.

    `by`: who decided; `noted_by`: who told the register. Raises FieldError if nobody did.
    """
    if not by.strip() or "\0" in by:
        raise FieldError("by", "say who decided it")
    with store.begin() as connection:
        rows = lock_stations(connection, _stations(connection))
        return tuple(each for row in rows for each in _reopen_station(connection, row, rules.silent_after, by, noted_by, now))


def _reopen_station(
    connection: Connection, row: StationRow, silent_after: timedelta, by: str, noted_by: str, now: datetime
) -> Sequence[StationJournal]:
    station = row.station
    found = _unproven(connection, station)
    known = read_journals(connection, station)
    for each in found:
        save_journal(connection, replace(each, closed_at=None), known)
        audit.note(connection, now, noted_by, "reopen", station, generation=each.generation, number=each.number, by=by)
    if found:
        recompute(connection, row, read_journals(connection, station), silent_after, now)
    return found


def _stations(connection: Connection) -> Sequence[str]:
    """Those of which a file closed a journal, by name."""
    query = select(journals.c.station).where(journals.c.closed_why == BY_A_FILE).distinct().order_by(journals.c.station)
    return connection.scalars(query).all()


def _unproven(connection: Connection, station: str) -> Sequence[StationJournal]:
    """Those of one station, by number. What a person closed is in the audit trail, with the same instant."""
    by_file = (journals.c.station == station) & (journals.c.closed_why == BY_A_FILE)
    numbers = set(connection.scalars(select(journals.c.number).where(by_file)))
    by_person = (audit_trail.c.action == "close") & (audit_trail.c.subject == station)
    closings = set(connection.scalars(select(audit_trail.c.at).where(by_person)))
    known = read_journals(connection, station)
    closed = (each for each in known if each.number in numbers and each.closed_at not in closings)
    return [each for each in closed if not is_proven_whole(each, known)]
