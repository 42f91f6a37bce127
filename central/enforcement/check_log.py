"""Which plates were asked about, by whom, and what was answered. Who reads this is noted too."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Engine, select

from central.core import audit
from central.db.tables import checks


@dataclass(frozen=True)
class RecordedCheck:
    """One plate check."""

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


def list_checks(store: Engine, by: str, now: datetime, after: int = 0, limit: int = 100) -> tuple[RecordedCheck, ...]:
    """The checks recorded after the one with that id, oldest first."""
    columns = [checks.c[each.name] for each in fields(RecordedCheck)]
    query = select(*columns).where(checks.c.id > after).order_by(checks.c.id).limit(limit)
    with store.begin() as connection:
        found = tuple(RecordedCheck(**{**row, "silent": tuple(row["silent"])}) for row in connection.execute(query).mappings())
        audit.note(connection, now, by, "checks read", f"after {after}", count=len(found))
    return found
