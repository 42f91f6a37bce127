"""Closes journals of which nobody will hand in more, and works out again how far the station's data goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, update

from central.core import audit
from central.db import station_locks
from central.db.station_locks import StationRow
from central.db.tables import journals, stations
from central.register.journals import end_silence, read_journals, save_journal, with_journal
from central.rules.evidence import CheckRules
from central.rules.journals import StationJournal, missing_entries, station_complete_until, unsettled
from central.rules.written import is_blank
from firmware.domain.errors import FieldError
from firmware.domain.station_name import is_station_name


@dataclass(frozen=True)
class GivenUp:
    """A journal that was closed."""

    number: int
    """Among the journals of the station, from 0."""
    missing: int | None
    """Entries that are known to have been written and are not here; None: how many, nobody can say."""


def close(
    store: Engine,
    rules: CheckRules,
    station: str,
    generation: int,
    number: int | None,
    *,
    by: str,
    because: str,
    noted_by: str,
    now: datetime,
    confirm: str | None = None,
) -> GivenUp:
    """Close the journal of a generation: what is missing of it will not come.

    `number`: which of several; `by`: who decided; `noted_by`: who told the register; `confirm`: the station's name, for a
    journal that its machine still writes. Raises LookupError if no such journal is open, FieldError if it is not clear which is
    meant, who and why are not said, or what must be confirmed is not.
    """
    for field, text in (("by", by), ("because", because)):
        if is_blank(text) or "\0" in text:
            raise FieldError(field, "say who decided it, and why")
    with store.begin() as connection:
        row = lock_station(connection, station)
        known = read_journals(connection, station)
        chosen = _chosen(known, station, generation, number)
        missing = missing_entries(chosen, known)
        _require_confirmed(row, chosen, confirm, now - rules.silent_after)
        known = close_journal(connection, known, chosen, by, because, now)
        recompute(connection, row, known, rules.silent_after, now)
        detail: dict[str, str | int] = {"generation": generation, "number": chosen.number, "by": by, "because": because}
        detail |= {} if missing is None else {"missing": missing}
        audit.note(connection, now, noted_by, "close", station, **detail)
    return GivenUp(chosen.number, missing)


def lock_station(connection: Connection, station: str) -> StationRow:
    """The row of a station, locked until the transaction ends. Raises LookupError if there is no such station."""
    row = station_locks.lock_station(connection, station) if is_station_name(station) else None
    if row is None:
        raise LookupError(f"no station {station} is known")
    return row


def close_journal(
    connection: Connection, known: Sequence[StationJournal], chosen: StationJournal, by: str, because: str, now: datetime
) -> tuple[StationJournal, ...]:
    """Close one journal of a station. Returns all of them."""
    closed = replace(chosen, closed_at=now)
    save_journal(connection, closed, known)
    this = (journals.c.station == chosen.station) & (journals.c.number == chosen.number)
    connection.execute(update(journals).where(this).values(closed_by=by, closed_why=because))
    return with_journal(known, closed)


def recompute(
    connection: Connection, row: StationRow, known: Sequence[StationJournal], silent_after: timedelta, now: datetime
) -> None:
    """Keep how far the data of a station goes with these journals; what was missing until now was a silence."""
    until = station_complete_until(known, row.complete_until)
    since = row.complete_until or row.enrolled_at
    if since is not None:
        end_silence(connection, row.station, since, until, silent_after, now)
    values = {"complete_until": until, "unsettled": bool(unsettled(known))}
    connection.execute(update(stations).where(stations.c.station == row.station).values(values))


def _require_confirmed(row: StationRow, chosen: StationJournal, confirm: str | None, since: datetime) -> None:
    """Raises FieldError for a journal that a machine has handed in since then, unless the station is named."""
    heard = chosen.last_contact if row.revoked_at is None and row.current == chosen.number else None
    if heard is not None and heard >= since and confirm != chosen.station:
        reason = (
            f"a machine writes this journal, heard at {heard:%H:%M:%S}; to close it all the same, confirm with {row.station}"
        )
        raise FieldError("confirm", reason)


def _chosen(known: Sequence[StationJournal], station: str, generation: int, number: int | None) -> StationJournal:
    """The open journal that is meant. Raises LookupError, FieldError."""
    found = [each for each in unsettled(known) if each.generation == generation and number in (None, each.number)]
    if not found:
        raise LookupError(f"no journal of generation {generation} of station {station} is open")
    if len(found) > 1:
        numbers = " and ".join(str(each.number) for each in found)
        raise FieldError(
            "number", f"of generation {generation} of station {station} the journals {numbers} are open: say which"
        )
    return found[0]
