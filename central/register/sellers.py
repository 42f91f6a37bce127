"""Sellers by telephone: enrolled, revoked, and until when what they sold is complete.

The theory. A seller is a row of `stations` without a place and without a key. So all that is asked of a station's silence is
asked of a seller's by the same statement: a refusal is not conclusive as long as a seller may still hand in a parking that was
bought before its instant. A seller says so itself, every minute if nothing happens: all that it sold before an instant is here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Engine, Row, insert, select, update

from central.core import audit
from central.core.problems import ConflictError
from central.db.feed_tables import sellers
from central.db.station_locks import note_locked
from central.db.tables import stations
from central.register.journals import end_silence
from firmware.domain.errors import FieldError

SELLER = "^[a-z][a-z0-9-]{1,30}$"
"""The name of a seller, which no station can have."""


@dataclass(frozen=True)
class PhoneSeller:
    """Who sells parking by telephone."""

    operator: str
    """In addresses: small letters, digits and dashes."""
    name: str
    """As people read it."""
    enrolled_at: datetime
    revoked_at: datetime | None
    """What was bought from then on is refused."""
    complete_until: datetime | None
    """Everything sold before this is here; None: it was never said."""
    last_report: datetime | None


def is_machine(station: Column[str]) -> ColumnElement[bool]:
    """Whether this column names a machine in the street, and nobody who sells by telephone."""
    return station.not_in(select(sellers.c.seller))


def enrol_seller(store: Engine, operator: str, name: str, by: str, now: datetime) -> None:
    """Enrol a seller, or take one up again that was revoked. Audited. Raises FieldError for a name that cannot be."""
    if not re.fullmatch(SELLER, operator):
        raise FieldError("operator", "2 to 31 small letters, digits and dashes, a letter first")
    if not name.strip():
        raise FieldError("name", "is missing")
    with store.begin() as connection:
        row = lock_seller(connection, operator)
        if row is None:
            place = {"station": operator, "next": 1, "head": b"", "enrolled_at": now}
            connection.execute(insert(stations).values(place))
            connection.execute(insert(sellers).values(seller=operator, name=name, enrolled_at=now, enrolled_by=by))
        else:
            connection.execute(update(stations).where(stations.c.station == operator).values(revoked_at=None))
            connection.execute(update(sellers).where(sellers.c.seller == operator).values(name=name))
        audit.note(connection, now, by, "seller enrolled", operator, name=name)


def revoke_seller(store: Engine, operator: str, by: str, now: datetime) -> None:
    """Revoke a seller: what is bought from now on is refused. Audited. Raises LookupError if there is none."""
    with store.begin() as connection:
        row = require_seller(connection, operator)
        if row.revoked_at is None:
            connection.execute(update(stations).where(stations.c.station == operator).values(revoked_at=now))
            audit.note(connection, now, by, "seller revoked", operator)


def list_sellers(store: Engine) -> tuple[PhoneSeller, ...]:
    """Every seller there ever was, by name."""
    columns = stations.c
    query = select(
        sellers.c.seller.label("operator"), sellers.c.name, columns.enrolled_at, columns.revoked_at, columns.complete_until
    ).add_columns(columns.last_contact.label("last_report"))
    with store.begin() as connection:
        rows = connection.execute(query.join(stations, columns.station == sellers.c.seller).order_by(sellers.c.seller))
        return tuple(PhoneSeller(**row) for row in rows.mappings())


def report_complete(store: Engine, operator: str, until: datetime, silent_after: timedelta, now: datetime) -> None:
    """Take a seller's word that everything it sold before `until` is here. Saying the same again changes nothing.

    Raises LookupError; FieldError for an instant to come, ConflictError for one before what was said already.
    """
    if until > now:
        raise FieldError("until", f"is in the future: it is now {now.isoformat(timespec='seconds')}")
    with store.begin() as connection:
        row = require_seller(connection, operator)
        if row.complete_until and until < row.complete_until:
            raise ConflictError("until", f"everything was said to be here until {row.complete_until.isoformat()} already")
        end_silence(connection, operator, row.complete_until or row.enrolled_at, until, silent_after, now)
        values = {"complete_until": until, "last_contact": now, "last_accepted": now}
        connection.execute(update(stations).where(stations.c.station == operator).values(values))


def require_seller(connection: Connection, operator: str) -> Row[tuple[object, ...]]:
    """Its row of `stations`, locked until the transaction ends. Raises LookupError if there is no such seller."""
    row = lock_seller(connection, operator)
    if row is None:
        raise LookupError("no operator of that name is enrolled")
    return row


def lock_seller(connection: Connection, operator: str) -> Row[tuple[object, ...]] | None:
    """Its row of `stations`, locked until the transaction ends; None if there is no such seller."""
    this = (stations.c.station == operator) & stations.c.station.in_(select(sellers.c.seller))
    note_locked(connection, {operator})
    return connection.execute(select(stations).where(this).with_for_update()).one_or_none()


def check_enrolled(store: Engine, operator: str) -> None:
    """Raises FieldError for a name under which nobody sells: a token for it would open nothing, or somebody else's later."""
    with store.begin() as connection:
        if operator not in seller_names(connection):
            raise FieldError("operator", f"no operator {operator} is enrolled")


def seller_names(connection: Connection) -> Sequence[str]:
    """Every seller, by name."""
    return connection.scalars(select(sellers.c.seller).order_by(sellers.c.seller)).all()
