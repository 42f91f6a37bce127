"""Bulk insert: many rows in one statement.

The theory. A driver sends many rows as many statements, and PostgreSQL runs each by itself: most of what a batch of a hundred
entries costs is spent there. One JSON text is one statement, and the server itself makes rows of it, column by column: half the
time. (COPY would take a third, but answers with errors of the driver that nobody here expects.) SQLite has no server.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
from sqlalchemy import Connection, Table, insert
from sqlalchemy.sql.dml import ReturningInsert

from central.db.driver import run_prepared
from central.db.prepared import change_each
from central.db.row_update import insert_of


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that have all the same columns, no JSON among them; dates must be aware. Without rows, nothing is done."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        run_prepared(connection, _statement(table.name, tuple(rows[0])), [_as_json(rows)])
    else:
        change_each(connection, insert_of(table), rows)


def insert_numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """The same for a table that numbers its rows in `id`, JSON columns too: the numbers, in the order of the rows."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":
        numbers = run_prepared(connection, _numbered_statement(table.name, tuple(rows[0])), [_as_json(rows)])
        return sorted(cast(int, number) for (number,) in numbers)
    return list(connection.scalars(_returning(table), rows))


@functools.cache
def _returning(table: Table) -> ReturningInsert[tuple[int]]:
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@functools.cache
def _statement(table: str, columns: tuple[str, ...]) -> str:
    names = _quoted(columns)
    made = f"json_populate_recordset(CAST(NULL AS {table}), CAST($1 AS json))"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {made}"


@functools.cache
def _numbered_statement(table: str, columns: tuple[str, ...]) -> str:
    """Rows are numbered in their order, so that the numbers in order are theirs."""
    names = _quoted(columns)
    made = f"json_populate_recordset(CAST(NULL AS {table}), CAST($1 AS json)) WITH ORDINALITY"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {made} ORDER BY ordinality RETURNING id"


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Bytes as PostgreSQL writes them; everything else as JSON does."""
    plain = [{name: rf"\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()} for row in rows]
    return msgspec.json.encode(plain).decode()
