"""Looks up the stays that notices bought, by plate, as known now or at an earlier moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select, true

from central.db.notice_tables import notice_events, notices
from central.rules.evidence import Inquiry, NoticeStay
from central.rules.notices import NoticeEventKind

_ENDING = (NoticeEventKind.WITHDRAWN.value, NoticeEventKind.CANCELLED.value)


def stays_of(connection: Connection, inquiry: Inquiry) -> tuple[NoticeStay, ...]:
    """The stays of the vehicle asked about that have not ended at the instant, as known then: one statement."""
    vehicle = inquiry.vehicle
    return find_stays(connection, vehicle.plate, vehicle.place.zone, vehicle.at, inquiry.known_at)


def find_stays(
    connection: Connection, plate: str, zone: int, after: datetime, known_at: datetime | None = None
) -> tuple[NoticeStay, ...]:
    """The stays in a tariff zone that end after an instant, of notices that were neither withdrawn nor cancelled."""
    columns, events = notices.c, notice_events.c
    ended = (events.number == columns.number) & events.kind.in_(_ENDING)
    ended &= events.recorded_at <= known_at if known_at else true()
    here = (columns.plate == plate) & (columns.zone == zone) & (columns.covers_until > after)
    known = columns.issued_at <= known_at if known_at else true()
    wanted = select(columns.number, columns.control_at, columns.covers_until).where(here, known, ~exists().where(ended))
    return tuple(NoticeStay(*row) for row in connection.execute(wanted.order_by(columns.number)))
