"""Statements of SQLAlchemy that are compiled once, for either database, and then go to its driver as they are.

The theory. What a request of a station asks and writes is a dozen statements that never change but for their values. Each is
written once, as SQLAlchemy's own; its text, the order of its parameters and what is done to values on their way in and out are
worked out at its first use, for each database, and kept (central/db/driver.py says what that saves). So a statement must be one
that is kept too: of a module, or of a function that remembers it. None has a list written out in it (`is_among` in
central/db/among.py has it in one parameter), nor a column whose value SQLAlchemy itself would make.

PostgreSQL prepares a statement for each set of types it is sent. An integer is always sent as one of eight bytes, not as the
smallest type that holds it; one that its column cannot hold is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.numeric import Int8
from sqlalchemy import Connection, Delete, Dialect, Insert, Integer, Select, Update
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from central.db.driver import change_each_prepared, change_prepared, run_prepared

FetchedRow = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_FLOAT8 = 701
"""PostgreSQL's number of the type of a column: SQLAlchemy asks for it where it is a float, and all of ours are these."""


@dataclass(frozen=True)
class _PreparedStatement:
    text: str
    parameters: tuple[tuple[str, _Convert | None], ...]
    """Their names, in the order of the text, and what makes of a value what the driver takes."""
    fixed: Mapping[str, object]
    """The values that stand in the statement itself."""
    columns: tuple[tuple[int, _Convert], ...]
    """Those whose values the driver does not give as they are wanted, by their place in a row."""


def fetch(connection: Connection, statement: Select[Any], values: Mapping[str, object]) -> list[FetchedRow]:
    """The rows of a statement. `values`: by the names of its parameters. Raises sqlalchemy.exc.DBAPIError."""
    prepared = _prepare(statement, connection.dialect.name, ())
    rows = run_prepared(connection, prepared.text, _ordered(prepared, values))
    return [_converted(prepared.columns, row) for row in rows] if prepared.columns else rows


def change(connection: Connection, statement: Insert | Update | Delete, values: Mapping[str, object]) -> int:
    """Run a statement that changes rows: how many. `values`: by the names of its columns and its parameters.

    Raises sqlalchemy.exc.DBAPIError.
    """
    prepared = _prepare(statement, connection.dialect.name, tuple(values))
    return change_prepared(connection, prepared.text, _ordered(prepared, values))


def change_each(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, object]]) -> None:
    """The same for each of at least one row of values, all of the same names."""
    prepared = _prepare(statement, connection.dialect.name, tuple(rows[0]))
    change_each_prepared(connection, prepared.text, [_ordered(prepared, values) for values in rows])


def _ordered(prepared: _PreparedStatement, values: Mapping[str, object]) -> list[object]:
    given = {**prepared.fixed, **values} if prepared.fixed else values
    return [given[name] if convert is None else convert(given[name]) for name, convert in prepared.parameters]


def _converted(columns: tuple[tuple[int, _Convert], ...], row: FetchedRow) -> FetchedRow:
    values = list(row)
    for place, convert in columns:
        values[place] = convert(values[place])
    return tuple(values)


@functools.cache
def _prepare(statement: Select[Any] | Insert | Update | Delete, database: str, columns: tuple[str, ...]) -> _PreparedStatement:
    """Compile a statement. `columns`: of the values that it is given, where it changes rows.

    Raises ValueError if its text or a value is made anew each time.
    """
    dialect = _dialect(database)
    compiled = statement.compile(dialect=dialect, column_keys=columns or None)
    assert isinstance(compiled, SQLCompiler)
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        raise ValueError(f"a statement whose text or values SQLAlchemy makes each time: {compiled}")
    names = tuple(compiled.positiontup or ())
    binds = compiled.binds
    outgoing = enumerate(column.type for column in statement.selected_columns) if isinstance(statement, Select) else ()
    read = ((place, kind.dialect_impl(dialect).result_processor(dialect, _FLOAT8)) for place, kind in outgoing)
    return _PreparedStatement(
        str(compiled),
        tuple((name, _way_in(binds[name].type, dialect)) for name in names),
        {name: binds[name].effective_value for name in names if not binds[name].required},
        tuple((place, convert) for place, convert in read if convert),
    )


def _way_in(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    if dialect.name == "postgresql" and isinstance(kind, Integer):
        return _int8
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _int8(value: int | None) -> int | None:
    return None if value is None else Int8(value)


@functools.cache
def _dialect(database: str) -> Dialect:
    """The dialect of a database with parameters as its driver numbers them."""
    if database == "postgresql":
        return postgresql(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    return sqlite(paramstyle="qmark")
