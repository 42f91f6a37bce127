"""Locks stations' rows in one order: those of one transaction all at once, by name, and then their sectors.

The theory. A trigger keeps each sector's reach, and lets the transactions that write stations of one sector take turns
(docs/decisions/0043): whoever has written a station has its sector until the end. So whoever locks a second station after that,
while its own report waits for the sector, waits for whoever waits for it. And two that begin with different stations wait for
each other. Both are impossible where all rows are locked before any sector, each in its order; that a transaction asks once is
looked at each time, for PostgreSQL notices only where two meet.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Row, func, literal, select

from central.db.tables import stations

StationRow = Row[tuple[object, ...]]
_HELD = "stations held"
"""In what is kept beside a connection: its transaction, and the names that this one has locked."""


def lock_station(connection: Connection, name: str) -> StationRow | None:
    """The row of a station, locked until the transaction ends; None if there is no such station."""
    note_locked(connection, {name})
    return connection.execute(select(stations).where(stations.c.station == name).with_for_update()).one_or_none()


def lock_stations(connection: Connection, names: Collection[str]) -> tuple[StationRow, ...]:
    """The rows of stations, by name, locked until the transaction ends, and after them the sectors they stand in."""
    note_locked(connection, names)
    these = stations.c.station.in_(names)
    rows = connection.execute(select(stations).where(these).order_by(stations.c.station).with_for_update()).all()
    if connection.dialect.name == "postgresql":
        places = select(stations.c.sector).where(these, stations.c.sector.is_not(None)).distinct()
        ordered = places.order_by(stations.c.sector).subquery()
        turn = func.hashtextextended(literal("reach of ") + ordered.c.sector, 0)  # as the trigger says it
        connection.execute(select(func.pg_advisory_xact_lock(turn)).select_from(ordered)).all()
    return tuple(rows)


def note_locked(connection: Connection, names: Collection[str]) -> None:
    """Keep that a transaction has these stations from now on. Raises RuntimeError if it had others before."""
    transaction = connection.get_transaction()
    held_by, held = connection.info.get(_HELD, (None, frozenset()))
    if held_by is not transaction or transaction is None:
        connection.info[_HELD] = (transaction, frozenset(names))
    elif not held.issuperset(names):
        raise RuntimeError(f"locks {sorted(set(names) - held)} after {sorted(held)}: a transaction locks its stations at once")
