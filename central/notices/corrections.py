"""Corrective notices: a notice whose appeal was accepted in part gets a number of its own (CGCT R.2333-120-14).

The theory. The notice stays what it is, with the deadlines of its first number; the corrected amount is an event of it
(central/rules/notices.py). The corrective notice is the document that tells it, numbered by the same rule: the day of the
control and the agent's device. Whoever asks by its number is answered about the notice it corrects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import corrective_notices
from central.notices.numbers import allocate_number
from central.notices.store import CorrectiveNotice, StoredNotice, find_corrective
from firmware.domain.errors import FieldError


@dataclass(frozen=True)
class AcceptedAppeal:
    """What a corrective notice says of the appeal that it follows."""

    received_at: datetime
    """As acknowledged."""
    mandated: bool
    """Somebody appealed for whoever owes the notice."""


def issue_corrective(
    connection: Connection, city: City, corrected: StoredNotice, appeal: AcceptedAppeal, by: str, now: datetime
) -> StoredNotice:
    """Number the corrective notice of a notice whose amount was just corrected. Raises FieldError if no number is left."""
    row, notice = corrected.row, corrected.notice
    if corrected.corrective is not None:
        raise FieldError("state", "this notice has a corrective notice already")
    values = {
        "number": allocate_number(connection, city.authority, notice.day(row.control_at), row.device),
        "corrects": row.number,
        "appeal_received_at": appeal.received_at,
        "mandated": appeal.mandated,
        "due_cents": notice.corrected(now).terms.due_cents,
        "issued_at": now,
        "issued_by": by,
    }
    connection.execute(insert(corrective_notices).values(values))
    audit.note(connection, now, by, "corrective notice issued", values["number"], corrects=row.number)
    return StoredNotice(row, notice, corrected.recorded, find_corrective(connection, row.number))


def read_corrective(connection: Connection, number: str) -> CorrectiveNotice | None:
    """The corrective notice that has this number; None if it is the number of a first notice, or of none."""
    corrects = connection.scalar(select(corrective_notices.c.corrects).where(corrective_notices.c.number == number))
    return find_corrective(connection, corrects) if corrects else None
