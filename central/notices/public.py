"""What the public reads of a notice: whoever has its number and the plate. What is unknown and what is wrong look alike."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, select

from central.core.city import City
from central.db.notice_tables import notices
from central.notices.answers import PublicNotice, public_answer
from central.notices.store import StoredNotice, load_notice
from central.rules.notice_numbers import key_of
from firmware.domain.plate import normalise

_NOBODY = "\0" * 10
"""Compared with when there is no such number, so that it takes as long."""


def find_public_notice(city: City, number: str, plate: str, key: str | None, now: datetime) -> PublicNotice | None:
    """The notice, if the plate is its own and the key, where it is given, too; None without telling which is wrong."""
    with city.store.begin() as connection:
        stored = find_stored(connection, city, number, plate, key, now)
        return public_answer(stored, now) if stored else None


def find_stored(
    connection: Connection, city: City, number: str, plate: str, key: str | None, now: datetime
) -> StoredNotice | None:
    """The same, as the register keeps it."""
    known = connection.scalar(select(notices.c.plate).where(notices.c.number == number))
    same = hmac.compare_digest((known or _NOBODY).encode(), normalise(plate).encode())
    keyed = hmac.compare_digest(key_of(number).encode(), (key or key_of(number)).encode())
    return load_notice(connection, city, number, now) if known and same and keyed else None
