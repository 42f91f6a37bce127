"""Check log: which plates were looked up, by whom, and what was answered. Reading it is audited too."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from central.core import audit
from central.db.tables import checks
from central.enforcement.answers import PlateCheck

_INSERT = insert(checks).inline()


@dataclass(frozen=True)
class RecordedCheck:
    """One plate check in the log."""

    id: int
    checked_at: datetime
    asked_by: str
    plate: str
    zone: int
    sector: str
    at: datetime
    """The instant asked about."""
    allowed: bool
    because: str | None
    station: str | None
    """Where the right was sold that covered it."""
    reference: str | None
    complete_until: datetime | None
    silent: tuple[str, ...]


def record_check(connection: Connection, made: PlateCheck, asked_by: str) -> None:
    """Write a check to the log, in the transaction that answers it."""
    values = {
        "checked_at": made.checked_at,
        "asked_by": asked_by,
        "plate": made.plate,
        "zone": made.zone,
        "sector": made.sector,
        "at": made.at,
        "allowed": made.allowed,
        "because": made.because.value if made.because else None,
        "station": made.right.station if made.right else None,
        "reference": made.right.reference if made.right else None,
        "complete_until": made.complete_until,
        "silent": list(made.silent),
    }
    connection.execute(_INSERT, values)


def list_checks(store: Engine, by: str, now: datetime, after: int = 0, limit: int = 100) -> tuple[RecordedCheck, ...]:
    """The checks logged after the one with that id, oldest first."""
    columns = [checks.c[each.name] for each in fields(RecordedCheck)]
    query = select(*columns).where(checks.c.id > after).order_by(checks.c.id).limit(limit)
    with store.begin() as connection:
        found = tuple(RecordedCheck(**{**row, "silent": tuple(row["silent"])}) for row in connection.execute(query).mappings())
        audit.note(connection, now, by, "checks read", f"after {after}", count=len(found))
    return found
