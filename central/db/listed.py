"""Whether a column is among values that are one parameter, so that the text of a statement is the same for any number of them.

The theory. Both databases take JSON apart. PostgreSQL does so once for a statement, and looks each value up in the index: it
does not see how many there are while it plans, so the plan is made once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class _IsListed(FunctionElement[bool]):
    """A column, and the parameter."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> _IsListed:
        """It stands by itself: SQLite compares no such condition with 1, and so uses the index."""
        return self


def is_listed(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column of texts or of numbers is among the values of a parameter, which `listed` makes."""
    return _IsListed(column, bindparam(parameter, type_=Text()))


def listed(values: Iterable[str] | Iterable[int]) -> str:
    """The values of such a parameter."""
    return msgspec.json.encode(list(values)).decode()


@compiles(_IsListed, "sqlite")
def _on_sqlite(element: _IsListed, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(_IsListed, "postgresql")
def _on_postgresql(element: _IsListed, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    kind = compiler.dialect.type_compiler_instance.process(next(iter(element.clauses)).type)
    return f"({column} = ANY (CAST(ARRAY(SELECT json_array_elements_text(CAST({values} AS json))) AS {kind}[])))"
