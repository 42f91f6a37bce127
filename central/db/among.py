"""Parameters of a statement that is planned once, whatever they are: values that a column is among, and an instant.

The theory. The values are one parameter, a JSON list that either database takes apart: so the text of a statement is the same
for any number of them, and it can be kept (central/db/prepared.py). PostgreSQL plans a prepared statement anew each time if its
values promise a cheaper plan: for a look-up by an index that takes longer than the look-up. Here they stand in a subselect,
which it does not look into while it plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from central.db.column_types import AwareDateTime


class _IsAmong(FunctionElement[bool]):
    """A column, and the parameter."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> _IsAmong:
        """It stands by itself: SQLite compares no such condition with 1, and so uses the index."""
        return self


def is_among(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column of texts or of numbers is among the values of a parameter, which `json_list` makes."""
    return _IsAmong(column, bindparam(parameter, type_=Text()))


def json_list(values: Iterable[str] | Iterable[int]) -> str:
    """The values of such a parameter."""
    return msgspec.json.encode(list(values)).decode()


def is_after(column: ColumnElement[datetime], parameter: str) -> ColumnElement[bool]:
    """Whether an instant is after that of a parameter."""
    return column > select(bindparam(parameter, type_=AwareDateTime())).scalar_subquery()


@compiles(_IsAmong, "sqlite")
def _on_sqlite(element: _IsAmong, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(_IsAmong, "postgresql")
def _on_postgresql(element: _IsAmong, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    kind = compiler.dialect.type_compiler_instance.process(next(iter(element.clauses)).type)
    return f"({column} = ANY (CAST(ARRAY(SELECT json_array_elements_text(CAST({values} AS json))) AS {kind}[])))"
