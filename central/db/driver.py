"""Statements that go to the database's driver as they are: nothing is looked for in them, and rows are tuples.

The theory. For each statement SQLAlchemy makes a context, looks at each parameter and describes each column, and psycopg looks
for the names of parameters, in a text of more than 4 096 characters anew each time. Of what every check reads and every batch
writes that was two thirds of the processor time in Python; SQLite answers in less time than is spent around it. Nothing else
changes: it is the same connection in the same transaction, who listens to statements hears of it, and what the driver refuses
leaves as SQLAlchemy's own errors. PostgreSQL keeps the statement prepared, its parameters numbered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

R = TypeVar("R")
_Cursor = sqlite3.Cursor | psycopg.RawCursor[tuple[object, ...]]


def run_prepared(connection: Connection, statement: str, values: Sequence[object]) -> list[tuple[object, ...]]:
    """The rows of a statement; none if it gives none. `values`: in order, for `$1`, `$2`… of PostgreSQL (dates are aware), for
    each `?` of SQLite.

    Raises sqlalchemy.exc.DBAPIError as SQLAlchemy does, which lets go of every connection once one is lost.
    """
    return _execute(connection, statement, values, _rows)


def change_prepared(connection: Connection, statement: str, values: Sequence[object]) -> int:
    """Run a statement that gives no rows: how many it changed. Otherwise as `run_prepared`."""
    return _execute(connection, statement, values, lambda cursor: cursor.rowcount)


def change_each_prepared(connection: Connection, statement: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement that gives no rows once for each of several rows of values. Otherwise as `run_prepared`."""
    _execute(connection, statement, rows, lambda _: None, many=True)


def _rows(cursor: _Cursor) -> list[tuple[object, ...]]:
    return cursor.fetchall() if isinstance(cursor, sqlite3.Cursor) or (cursor.pgresult and cursor.pgresult.nfields) else []


def _execute(
    connection: Connection, statement: str, values: Sequence[Any], outcome: Callable[[_Cursor], R], many: bool = False
) -> R:
    """What an `outcome` makes of the cursor: SQLite finds each row only when it is fetched, and may fail at any."""
    driver, listeners = connection.connection.driver_connection, connection.dispatch
    assert isinstance(driver, sqlite3.Connection | psycopg.Connection)
    cursor = driver.cursor() if isinstance(driver, sqlite3.Connection) else psycopg.RawCursor(driver)
    for told in listeners.before_cursor_execute:
        told(connection, cursor, statement, values, None, many)
    try:
        if many:
            cursor.executemany(statement, values)
        elif isinstance(cursor, sqlite3.Cursor):
            cursor.execute(statement, values)
        else:
            cursor.execute(statement, values, prepare=True)
        result = outcome(cursor)
    except (psycopg.Error, sqlite3.Error) as error:
        if isinstance(cursor, psycopg.RawCursor) and cursor.connection.closed:
            connection.exec_driver_sql("SELECT 1")  # raises, and does what is done about a lost connection
        raise DBAPIError.instance(statement, None, error, Exception, dialect=connection.dialect) from error
    for told in listeners.after_cursor_execute:
        told(connection, cursor, statement, values, None, many)
    return result
