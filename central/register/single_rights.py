"""One holding by the number that another office gives it: put, changed, ended, without its whole series.

The theory. A series is replaced as a whole, and a series of one row is a single holding: so one that is known by its number is
a series of its own, `resident.A-17`, which no series that is loaded from a file can be called. Nothing else is new: it is
looked up, published to the stations and kept like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection, Engine, Row, select

from central.core.audit import note
from central.db.locks import transaction_lock
from central.db.tables import generations, holdings
from central.register.holdings import HoldingRow, put_holding


@dataclass(frozen=True)
class SingleRight:
    """A holding under another office's number."""

    series: str
    id: str
    version: int
    """How often it was put, changed or ended."""
    plate: str
    holding: str
    sectors: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime | None


def put_single(store: Engine, series: str, id: str, row: HoldingRow, by: str, now: datetime) -> SingleRight:
    """Put a holding, or change it: what there is after it. What is there already makes no new version. Audited."""
    with store.begin() as connection:
        transaction_lock(connection, f"single right {series} {id}")
        present = _present(connection, series, id)
        if present is None or _row_in(present) != row:
            put_holding(connection, _name(series, id), row, by, now)
            note(connection, now, by, "right put", _name(series, id), holding=row.holding)
        return _required(connection, series, id)


def end_single(store: Engine, series: str, id: str, by: str, now: datetime) -> None:
    """End a holding now; one that has not begun is taken back, one that has ended stays as it is. Audited.

    Raises LookupError if there is none.
    """
    with store.begin() as connection:
        transaction_lock(connection, f"single right {series} {id}")
        row = _row_in(_present(connection, series, id) or _missing())
        if row.valid_until is None or row.valid_until > now:
            ended = replace(row, valid_until=now) if row.valid_from < now else None
            put_holding(connection, _name(series, id), ended, by, now)
            note(connection, now, by, "right ended", _name(series, id))


def read_single(store: Engine, series: str, id: str) -> SingleRight:
    """A holding as it is now. Raises LookupError."""
    with store.begin() as connection:
        return _required(connection, series, id)


def _name(series: str, id: str) -> str:
    return f"{series}.{id}"


def _required(connection: Connection, series: str, id: str) -> SingleRight:
    row = _present(connection, series, id) or _missing()
    held = _row_in(row)
    return SingleRight(series, id, row.generation, **vars(held))


def _present(connection: Connection, series: str, id: str) -> Row[tuple[object, ...]] | None:
    query = (
        select(holdings).join(generations).where(holdings.c.series == _name(series, id), generations.c.known_until.is_(None))
    )
    return connection.execute(query).one_or_none()


def _row_in(row: Row[tuple[object, ...]]) -> HoldingRow:
    return HoldingRow(row.plate, row.holding, tuple(row.sectors), row.valid_from, row.valid_until)


def _missing() -> NoReturn:
    raise LookupError("no right of that number is known")
