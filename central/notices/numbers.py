"""Allocates the numbers of notices: the next serial of a device's day, then those of the next device numbers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select, union_all

from central.db.locks import transaction_lock
from central.db.notice_tables import corrective_notices, notices
from central.rules.notice_numbers import LAST_DEVICE, NoticeAuthority, next_number, serial_block
from firmware.domain.errors import FieldError


def allocate_number(connection: Connection, authority: NoticeAuthority, day: date, device: int) -> str:
    """A number that no notice has, corrective or not. Raises FieldError once those of the last device number are used up."""
    transaction_lock(connection, "notice numbers")
    for serving in range(device, LAST_DEVICE + 1):
        block = serial_block(authority, day, serving)
        if number := next_number(block, _last_number(connection, block)):
            return number
    raise FieldError("device", f"no number is left for {day.isoformat()} from device {device} on")


def _last_number(connection: Connection, block: str) -> str | None:
    columns = (notices.c.number, corrective_notices.c.number)
    among = (select(each).where(each.between(f"{block}000", f"{block}999")) for each in columns)
    found = union_all(*among).subquery()
    last: str | None = connection.scalar(select(func.max(found.c.number)))
    return last
