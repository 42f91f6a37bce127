"""Whether a column is among many texts: one parameter, however many there are, so that a statement is planned once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, any_, bindparam, func

_BETWEEN = " "
"""Stands in no plate."""


def is_among(column: ColumnElement[str], parameter: str, postgres: bool) -> ColumnElement[bool]:
    """Whether a column is among the texts of a parameter, which `text_list` makes. SQLite has no arrays."""
    if postgres:
        return column == any_(func.string_to_array(bindparam(parameter, type_=Text()), _BETWEEN))
    return column.in_(bindparam(parameter, expanding=True))


def text_list(texts: Collection[str], postgres: bool) -> str | list[str]:
    """Texts without a space in them, as the parameter of `is_among`."""
    return _BETWEEN.join(texts) if postgres else list(texts)
