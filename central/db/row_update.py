"""Updates of rows by their key, and inserts: a statement for each set of columns, built once.

The theory. SQLAlchemy takes longer to build such a statement, and to find its compiled text, than SQLite takes to run it: so it
is kept, and so is its text (central/db/prepared.py).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from sqlalchemy import Connection, Insert, Table, Update, bindparam, insert, update

from central.db.prepared import change

_KEY = "key_"
"""Begins the parameters of the key: those of the values are named as their columns."""


def update_row(connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> int:
    """Give the rows with this key, by the names of its columns, these values; how many there were."""
    parameters = {_KEY + name: value for name, value in key.items()} | dict(values)
    return change(connection, _update(table, tuple(key)), parameters)


def insert_row(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row."""
    change(connection, insert_of(table), values)


@functools.cache
def _update(table: Table, key: tuple[str, ...]) -> Update:
    return update(table).where(*(table.c[name] == bindparam(_KEY + name) for name in key))


@functools.cache
def insert_of(table: Table) -> Insert:
    """The statement that inserts rows into a table; their columns are those of the parameters."""
    return insert(table)
