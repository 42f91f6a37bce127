"""Several selects as one statement of PostgreSQL: one trip to the server, one state of the database.

The theory. What a plate check reads is a few rows of several tables. As statements of their own each costs a trip, and the
driver describes and converts every column of each; as one JSON text they are one trip, and decoded to values at once. Their own
text is made once, and goes to the driver as it is (central/db/driver.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql.selectable import SelectBase

from central.db.driver import run_prepared


@dataclass(frozen=True)
class JoinedStatement:
    """A statement whose one value is a JSON object."""

    text: str
    names: tuple[str, ...]
    """Of its parameters, by their numbers."""


def as_one(statements: Mapping[str, SelectBase]) -> JoinedStatement:
    """The statement that gives of each name the rows, each an object, in their order.

    All that changes in it are parameters with a name: no list that is written out, no value of its own.
    """
    pairs = [part for name, each in statements.items() for part in (literal_column(f"'{name}'"), _rows_of(each, name))]
    numbered = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    compiled = select(cast(func.json_build_object(*pairs), Text)).compile(dialect=numbered)
    return JoinedStatement(str(compiled), tuple(compiled.positiontup or ()))


def read_text(connection: Connection, statement: JoinedStatement, values: Mapping[str, object]) -> str:
    """What such a statement gives. `values`: by the names of its parameters, as the driver takes them; dates are aware."""
    ((text,),) = run_prepared(connection, statement.text, [values[name] for name in statement.names])
    return str(text)


def _rows_of(statement: SelectBase, name: str) -> object:
    rows = statement.subquery(f"{name}_rows")
    return select(func.coalesce(func.json_agg(rows.table_valued()), literal_column("'[]'::json"))).scalar_subquery()
