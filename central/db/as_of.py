"""Bitemporal filter: rows known now, or as known at `known_at`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, bindparam, or_

from central.db.column_types import AwareDateTime


def known_as_of(table: Table, then: bool) -> ColumnElement[bool]:
    """The rows of a table with `known_from` and `known_until` that are known now or, `then`, at the parameter `known_at`."""
    columns, moment = table.c, bindparam("known_at", type_=AwareDateTime())
    if not then:
        return columns.known_until.is_(None)
    return (columns.known_from <= moment) & or_(columns.known_until.is_(None), columns.known_until > moment)
