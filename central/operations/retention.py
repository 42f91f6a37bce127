"""Retention: how long plates are kept, by class of data, and their deletion.

The theory. A plate says where somebody was. It is kept as long as somebody may ask for it, and not a day longer, apart from the
entry that brought it: bodies and hashes stay for ever, what stands beside them goes (firmware/protocol/personal.py). What is
still open is exempt: an entry that waits for a person, and all that is known of a plate that was refused, until nobody can
appeal any more, nor the court judge. Of notices and appeals themselves: notice_retention.py. Entries of before generations have
the plate in their bodies, which no hash could lose: they keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Select,
    Table,
    exists,
    func,
    insert,
    select,
    union_all,
    update,
)

from central.core import audit
from central.db.appeal_tables import court_cases, judgments
from central.db.notice_tables import notices
from central.db.retention_tables import retention_runs
from central.db.tables import checks, dead_letters, entries, rights


@dataclass(frozen=True)
class RetentionPeriods:
    """How long plates are kept: what a city decides with whoever answers for its personal data."""

    entries: timedelta = timedelta(days=90)
    """Beside journal entries, from when they arrived: refunds and complaints of a season."""
    rights: timedelta = timedelta(days=90)
    """In rights, from when they end."""
    checks: timedelta = timedelta(days=30)
    """In the log of checks that were answered yes, from when they were made."""
    appeal: timedelta = timedelta(days=400)
    """In refusals, from when they were made, and in all that may contradict them: a notice can be appealed for months."""


PERIODS = RetentionPeriods()


@dataclass(frozen=True)
class DeletedPlates:
    """How many rows lost their plate, or would."""

    entries: int
    rights: int
    checks: int


@dataclass(frozen=True)
class _PlateClass:
    """A class of data: the rows whose plate is old enough, and what stands in its place."""

    table: Table
    rows: ColumnElement[bool]
    values: dict[str, object]


def count_expired(store: Engine, now: datetime, periods: RetentionPeriods = PERIODS) -> DeletedPlates:
    """How many plates would be deleted now."""
    with store.begin() as connection:
        counts = [_count(connection, each) for each in _classes(now, periods)]
    return DeletedPlates(*counts)


def delete_expired(store: Engine, by: str, now: datetime, periods: RetentionPeriods = PERIODS) -> DeletedPlates:
    """Delete the plates that are old enough; an audit line says how many, and the register since when its rights are whole."""
    with store.begin() as connection:
        counts = [
            connection.execute(update(each.table).where(each.rows).values(each.values)).rowcount
            for each in _classes(now, periods)
        ]
        deleted = DeletedPlates(*counts)
        connection.execute(insert(retention_runs).values(run_at=now, rights_since=now - periods.rights))
        audit.note(connection, now, by, "retention", "plates", **vars(deleted))
    return deleted


def _classes(now: datetime, periods: RetentionPeriods) -> tuple[_PlateClass, ...]:
    """Each class, those first that are recognised by what the next ones lose."""
    refused = _refused_plates(now - periods.appeal)
    before_court = checks.c.id.in_(_before_court(notices.c.check))
    old_checks = (checks.c.plate != "") & (checks.c.checked_at < now - periods.checks)
    old_rights = (rights.c.plate != "") & (rights.c.end < now - periods.rights) & rights.c.plate.not_in(refused)
    appealed = (rights.c.station == entries.c.station) & (rights.c.seq == entries.c.seq) & rights.c.plate.in_(refused)
    letter = dead_letters.c
    waiting = (letter.station == entries.c.station) & (letter.seq == entries.c.seq) & letter.cleared_at.is_(None)
    old_entries = entries.c.personal.is_not(None) & (entries.c.received_at < now - periods.entries)
    kept = exists().where(waiting) | exists().where(appealed)
    return (
        _PlateClass(entries, old_entries & ~kept, {"personal": None}),
        _PlateClass(rights, old_rights, {"plate": "", "alike": ""}),
        _PlateClass(
            checks,
            old_checks & (checks.c.allowed | (checks.c.checked_at < now - periods.appeal)) & ~before_court,
            {"plate": ""},
        ),
    )


def _refused_plates(since: datetime) -> CompoundSelect[tuple[object, ...]]:
    """The plates that were refused since then, or whose notice is before the court."""
    refused = select(checks.c.plate).where(checks.c.allowed.is_(False), checks.c.checked_at >= since)
    return union_all(refused, _before_court(notices.c.plate))


def _before_court(column: Column[Any]) -> Select[tuple[object, ...]]:
    """A column of the notices of which the court has not judged yet: a year is nothing there."""
    waiting = select(column).join(court_cases, court_cases.c.number == notices.c.number).outerjoin(judgments)
    return waiting.where(judgments.c.case.is_(None))


def _count(connection: Connection, each: _PlateClass) -> int:
    return connection.execute(select(func.count()).select_from(each.table).where(each.rows)).scalar_one()
