"""Looks up parking rights by plate, as known now or at an earlier moment.

The theory. A check may look up hundreds of plates at once (`central/rules/plate_match.py`) among millions of rows, in a
millisecond. So its statements are made once and their texts never change: SQLAlchemy compiles and PostgreSQL plans each of them
once, and the plates travel as one text, not as hundreds of parameters. The index is `rights_alike`: one descent for each plate,
to the rights that have not ended.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, select

from central.db.among import is_among, text_list
from central.db.as_of import known_as_of
from central.db.column_types import AwareDateTime
from central.db.tables import rights
from central.rules.evidence import RegisteredRight, RightStatus


def find_rights(
    connection: Connection, plates: Collection[str], after: datetime, known_at: datetime | None = None
) -> tuple[RegisteredRight, ...]:
    """The rights, of any place, that end after an instant. `plates`: folded (`plate_match.alike`), as the index is."""
    postgres = connection.dialect.name == "postgresql"
    values = {"plates": text_list(plates, postgres), "after": after}
    then = {"known_at": known_at} if known_at else {}
    rows = connection.execute(_statement(postgres, known_at is not None), values | then).mappings()
    return tuple(RegisteredRight(**{**row, "status": RightStatus(row["status"])}) for row in rows)


@lru_cache
def _statement(postgres: bool, then: bool) -> Select[tuple[object, ...]]:
    columns = [rights.c[name] for name in RegisteredRight.__dataclass_fields__]
    return select(*columns).where(
        is_among(rights.c.alike, "plates", postgres),
        rights.c.end > bindparam("after", type_=AwareDateTime()),
        known_as_of(rights, then),
    )
