"""What the public reads of a notice, by number, plate and the code on the letter. Unknown and wrong look alike."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, select

from central.core.city import City
from central.db.notice_tables import notices
from central.notices.answers import PublicNotice, public_answer
from central.notices.letter_codes import is_opened_by
from central.notices.store import StoredNotice, first_number, load_notice
from firmware.domain.plate import normalise

_NOBODY = "\0" * 10
"""Compared with when there is no such number, so that it takes as long."""


def find_public_notice(city: City, number: str, plate: str, code: str, now: datetime) -> PublicNotice | None:
    """The notice, if plate and code are its own; None without telling which is wrong."""
    with city.store.begin() as connection:
        stored = find_stored(connection, city, number, plate, code, now)
        return public_answer(stored, now) if stored else None


def find_stored(
    connection: Connection, city: City, number: str, plate: str, code: str | None, now: datetime
) -> StoredNotice | None:
    """The same, as the register keeps it. Without a code only what is nobody's secret may be told of it."""
    known = connection.scalar(select(notices.c.plate).where(notices.c.number == first_number(connection, number)))
    same = hmac.compare_digest((known or _NOBODY).encode(), normalise(plate).encode())
    opened = code is None or is_opened_by(connection, city, number, code)[0]
    return load_notice(connection, city, number, now) if known and same and opened else None
