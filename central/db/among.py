"""Parameters of a statement that is planned once, whatever they are: values that a column is among, and an instant.

The theory. PostgreSQL plans a prepared statement anew each time if its values promise a cheaper plan: for a look-up by an index
that takes longer than the look-up. Here the values stand in a scalar subselect, which it does not look into while it plans.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, any_, bindparam, cast, func, literal_column, select

from central.db.column_types import AwareDateTime

V = TypeVar("V")

_BETWEEN = " "
"""Stands in no plate."""


def is_among(
    column: ColumnElement[V], parameter: str, postgres: bool, kind: type[Text] | type[Integer] = Text
) -> ColumnElement[bool]:
    """Whether a column is among the values of a parameter, which `text_list` makes. `kind`: theirs.

    SQLite has no arrays.
    """
    if postgres:
        between = literal_column(f"'{_BETWEEN}'", Text())
        texts = select(func.string_to_array(bindparam(parameter, type_=Text()), between)).scalar_subquery()
        return column == any_(cast(texts, ARRAY(kind)))
    return column.in_(bindparam(parameter, expanding=True))


def text_list(values: Collection[V], postgres: bool) -> str | list[V]:
    """Values without a space in them, as the parameter of `is_among`."""
    return _BETWEEN.join(map(str, values)) if postgres else list(values)


def is_after(column: ColumnElement[datetime], parameter: str) -> ColumnElement[bool]:
    """Whether an instant is after that of a parameter."""
    return column > select(bindparam(parameter, type_=AwareDateTime())).scalar_subquery()
