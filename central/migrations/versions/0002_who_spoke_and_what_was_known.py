"""Stations by their key; rights, holdings and publications with since when they were known; people and what they did.

Up: a right keeps the status it has, known since the entry that gave it came in; what it was before that is not made up, and
stands in `entries`. A station keeps its journal and has no key: nothing more is taken from it until it is enrolled.

Down: the register as it is now, in the old shape; the journals whole. What the old shape has no place for is gone: keys,
statements, silences, holdings, publications, people. A dead letter or an incident that was cleared waits again.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import ColumnElement, Table, case, func, literal, null, select

from central.migrations import shape_0001 as old
from central.migrations import shape_0002 as new
from central.migrations.rebuilding import move, rebuilt

revision = "0002"
down_revision = "0001"

LOOK_ALIKES = {"O": "0", "I": "1", "B": "8", "S": "5", "Z": "2"}
"""As central/rules/plate_match.py folded them when this was released."""


def upgrade() -> None:
    """To the second release."""
    connection = op.get_bind()
    with rebuilt(connection, old.metadata, new.metadata) as before:
        move(connection, before["stations"], new.stations)
        move(connection, before["entries"], new.entries)
        rights = before["rights"]
        known_from = _received_at(before["entries"], rights)
        move(connection, rights, new.rights, {"known_from": known_from, "alike": _alike(rights.c.plate)})
        move(connection, before["dead_letters"], new.dead_letters)
        move(connection, before["incidents"], new.incidents)
        checks = before["checks"]
        because = case((checks.c.allowed, literal("right")), else_=null())
        move(connection, checks, new.checks, {"asked_by": literal("unknown"), "sector": literal(""), "because": because})


def downgrade() -> None:
    """To the first release."""
    connection = op.get_bind()
    with rebuilt(connection, new.metadata, old.metadata) as before:
        stations, rights = before["stations"], before["rights"]
        last_contact = func.coalesce(stations.c.last_contact, stations.c.enrolled_at)
        move(connection, stations, old.stations, {"last_contact": last_contact})
        move(connection, rights, old.rights, where=rights.c.known_until.is_(None))
        for name in ("entries", "dead_letters", "incidents", "checks"):
            move(connection, before[name], old.metadata.tables[name])


def _received_at(entries: Table, rights: Table) -> ColumnElement[object]:
    """When the entry came in that gave a right its status."""
    its_own = (entries.c.station == rights.c.station) & (entries.c.seq == rights.c.seq)
    return select(entries.c.received_at).where(its_own).scalar_subquery()


def _alike(plate: ColumnElement[str]) -> ColumnElement[str]:
    for letter, digit in LOOK_ALIKES.items():
        plate = func.replace(plate, letter, digit)
    return plate
