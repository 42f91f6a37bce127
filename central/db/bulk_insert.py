"""Bulk insert: many rows in one statement.

The theory. A driver sends many rows as many statements, and PostgreSQL runs each by itself: most of what a batch of a hundred
entries costs is spent there. One JSON text is one statement, and the server itself makes rows of it, column by column: half the
time. (COPY would take a third, but answers with errors of the driver that nobody here expects.) SQLite has no server.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, Table, TextClause, insert, text


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that have all the same columns, no JSON among them; dates must be aware. Without rows, nothing is done."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_statement(table.name, tuple(rows[0])), {"rows": _as_json(rows)})
    else:
        connection.execute(insert(table), rows)


@functools.cache
def _statement(table: str, columns: tuple[str, ...]) -> TextClause:
    names = ", ".join(f'"{column}"' for column in columns)
    made = f"json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))"
    return text(f"INSERT INTO {table} ({names}) SELECT {names} FROM {made}")


def _as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Bytes as PostgreSQL writes them; everything else as JSON does."""
    plain = [{name: rf"\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()} for row in rows]
    return msgspec.json.encode(plain).decode()
