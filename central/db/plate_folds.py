"""Folds the plates of a register anew when plates are written in another way than they were.

The theory. A plate is looked up by its normal form, so rows kept in an earlier one are found by nobody. Once for each way of
writing them, the few rows whose plate is not plain letters and digits get today's form: sold rights, holdings, checks. It is
an index that is rewritten, not what was said: the journals keep every plate as a station wrote it.

No row is dropped. Where two plates become one, both rows stay, both count, and the audit trail names them, without a plate, for
a person to look at. A plate that cannot be folded is left as it is, and named too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, func, insert, select, update

from central.db.tables import audit, checks, holdings, plate_folds, rights
from central.rules.plate_match import alike
from firmware.domain.errors import FieldError
from firmware.domain.plate import plate_in

FOLD = 1
"""The present way: `firmware.domain.plate.normalise`. One more whenever that gives some plate another form."""
_PLATED = {
    "rights": (rights, ("station", "reference", "seq")),
    "holdings": (holdings, ("series", "generation", "id")),
    "checks": (checks, ("id",)),
}
"""The tables that are looked up by plate, and what tells their rows apart."""
_NOT_PLAIN = "[^ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789]"
FOLDED_INTO_ONE, NOT_FOLDED = "plates became one", "plate not folded"
"""Actions of the audit trail."""
_WHO = "migration"


def fold_plates(connection: Connection) -> tuple[str, ...]:
    """Fold what is not in the present form, once; a line for each finding that a person should look at."""
    if connection.scalar(select(plate_folds.c.fold).where(plate_folds.c.fold >= FOLD)):
        return ()
    at, found = _now(connection), list[str]()
    for name, (table, _) in _PLATED.items():
        for action, keys in _fold_table(connection, table, name):
            connection.execute(insert(audit).values(at=at, who=_WHO, action=action, subject=name, detail={"rows": keys}))
            found.append(f"{name}: {action}: rows {keys}; see them, none was dropped")
    connection.execute(insert(plate_folds).values(fold=FOLD, folded_at=at))
    return tuple(found)


def _fold_table(connection: Connection, table: Table, name: str) -> Iterator[tuple[str, str]]:
    """Give every row of a table the present form; what two plates have become, and what has none."""
    forms: dict[str, list[str]] = {}
    for plate in connection.scalars(select(table.c.plate).where(table.c.plate.regexp_match(_NOT_PLAIN)).distinct()).all():
        try:
            forms.setdefault(plate_in(plate), []).append(plate)
        except FieldError:
            yield NOT_FOLDED, _keys(connection, name, [plate])
    for folded, plates in forms.items():
        before = [*plates, folded] if _is_there(connection, table, folded) else plates
        keys = _keys(connection, name, before)
        values = {"plate": folded} | ({"alike": alike(folded)} if "alike" in table.c else {})
        connection.execute(update(table).where(table.c.plate.in_(plates)).values(values))
        if len(before) > 1:
            yield FOLDED_INTO_ONE, keys


def _is_there(connection: Connection, table: Table, plate: str) -> bool:
    return connection.scalar(select(table.c.plate).where(table.c.plate == plate).limit(1)) is not None


def _keys(connection: Connection, name: str, plates: list[str]) -> str:
    """The rows of these plates, each by its key: never by its plate."""
    table, names = _PLATED[name]
    columns = [table.c[each] for each in names]
    rows = connection.execute(select(*columns).where(table.c.plate.in_(plates)).order_by(*columns))
    return ", ".join(" ".join(map(str, row)) for row in rows)


def _now(connection: Connection) -> datetime:
    """The database's own clock; SQLite's is a text in UTC."""
    told: datetime | str | None = connection.scalar(select(func.current_timestamp()))
    at = datetime.fromisoformat(str(told))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
