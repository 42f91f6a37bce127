"""Audit trail: what people did to the register; it only grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from central.db.tables import audit

PUBLIC = "the public"
"""Who it was, where no token is needed."""


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the audit trail: who did what, to what, when."""

    id: int
    """Greater than those of all that was noted before."""
    at: datetime
    who: str
    action: str
    """Such as `enrol`."""
    subject: str
    """What it was done to."""
    detail: dict[str, str | int]


def note(connection: Connection, at: datetime, who: str, action: str, subject: str, **detail: str | int) -> None:
    """Add an entry for what this transaction does; neither is kept without the other. No plate, no secret goes in here."""
    connection.execute(insert(audit).values(at=at, who=who, action=action, subject=subject, detail=detail))


def list_audit(store: Engine, after: int = 0, limit: int = 100) -> tuple[AuditEntry, ...]:
    """The entries after the one with that id, oldest first."""
    query = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
    with store.begin() as connection:
        return tuple(AuditEntry(**row) for row in connection.execute(query).mappings())


def latest_audit(store: Engine, before: int | None = None, limit: int = 100) -> tuple[AuditEntry, ...]:
    """The last entries, or the last before the one with that id, newest first."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    with store.begin() as connection:
        rows = connection.execute(query if before is None else query.where(audit.c.id < before)).mappings()
        return tuple(AuditEntry(**row) for row in rows)
