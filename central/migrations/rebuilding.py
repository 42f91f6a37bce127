"""Tables made anew, with what was in them. Knows no clock and no wire.

The theory. SQLite can change little of a table that is there, and PostgreSQL can change nearly all. So that both walk the same
path, a revision that changes a table copies its rows aside, drops it, makes the new one and moves the rows in: all in one
transaction, whole or not at all. It writes every row twice, which at a city's size is minutes of a planned stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, Table, func, insert, select, text, true


@contextmanager
def rebuilt(connection: Connection, old: MetaData, new: MetaData) -> Iterator[Mapping[str, Table]]:
    """The new tables in place of the old ones, empty. The old ones by name, to be read until the end of the block."""
    aside = MetaData()
    for table in old.sorted_tables:
        table.to_metadata(aside, name=f"old_{table.name}")
        connection.execute(text(f"CREATE TEMPORARY TABLE old_{table.name} AS SELECT * FROM {table.name}"))
    old.drop_all(connection)
    new.create_all(connection)
    yield {table.name: aside.tables[f"old_{table.name}"] for table in old.sorted_tables}
    for table in new.sorted_tables:
        _number_on(connection, table)
    for name in aside.tables:
        connection.execute(text(f"DROP TABLE {name}"))


def move(
    connection: Connection,
    source: Table,
    target: Table,
    given: Mapping[str, ColumnElement[Any]] | None = None,
    where: ColumnElement[bool] | None = None,
) -> None:
    """The rows of one table into another: columns of the same name as they are, others as given, the rest left out."""
    columns = {column.name: source.c[column.name] for column in target.c if column.name in source.c} | dict(given or {})
    rows = select(*columns.values()).where(true() if where is None else where)
    connection.execute(insert(target).from_select(list(columns), rows))


def _number_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts beside the table: rows that were moved in with their numbers were not counted."""
    numbered = table.autoincrement_column
    if numbered is None or connection.dialect.name != "postgresql":
        return
    last = select(func.coalesce(func.max(numbered), 0) + 1).scalar_subquery()
    connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, numbered.name), last, False)))
