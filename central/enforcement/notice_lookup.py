"""Looks up the stays that notices bought, by plate, as known now or at an earlier moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, exists, func, literal_column, or_, select, true

from central.db.among import is_after, is_among, json_list
from central.db.column_types import AwareDateTime
from central.db.notice_tables import late_receipts, notice_events, notices
from central.rules.evidence import Inquiry, NoticeStay
from central.rules.notices import NoticeEventKind

_ENDING = (NoticeEventKind.WITHDRAWN.value, NoticeEventKind.CANCELLED.value)


@dataclass(frozen=True)
class NoticeRow:
    """A notice and the stay it bought."""

    number: str
    plate: str
    zone: int
    control_at: datetime
    covers_until: datetime


def find_stays(connection: Connection, plate: str, zone: int, after: datetime) -> tuple[NoticeStay, ...]:
    """The stays of a plate in a tariff zone that end after an instant."""
    return _stays(find_notices(connection, [plate], after, None), plate, zone, after)


def stays_among(rows: Sequence[NoticeRow], inquiries: Sequence[Inquiry]) -> list[tuple[NoticeStay, ...]]:
    """For each vehicle asked about, the stays in its tariff zone that have not ended, among notices of all their plates."""
    return [_stays(rows, each.vehicle.plate, each.vehicle.place.zone, each.vehicle.at) for each in inquiries]


def find_notices(
    connection: Connection, plates: Collection[str], after: datetime, known_at: datetime | None
) -> tuple[NoticeRow, ...]:
    """Notices that were neither withdrawn nor cancelled, as known now or at `known_at`."""
    values = notices_values(plates, after, known_at)
    rows = connection.execute(notices_statement(known_at is not None), values)
    return tuple(NoticeRow(**row) for row in rows.mappings())


def notices_values(plates: Collection[str], after: datetime, known_at: datetime | None) -> dict[str, object]:
    """The parameters of `notices_statement`."""
    then: dict[str, object] = {"known_at": known_at} if known_at else {}
    return {"fined": json_list(plates), "after": after, **then}


@lru_cache
def notices_statement(then: bool) -> Select[tuple[object, ...]]:
    """Made once: every check that finds no right asks it."""
    columns, events, known_at = notices.c, notice_events.c, bindparam("known_at", type_=AwareDateTime())
    ended = (events.number == columns.number) & or_(*(events.kind == literal_column(f"'{kind}'") for kind in _ENDING))
    ended &= events.recorded_at <= known_at if then else true()
    late = late_receipts.c
    shorter = select(func.min(late.covers_until)).where(late.number == columns.number, ~late.sent).scalar_subquery()
    until = func.coalesce(shorter, columns.covers_until, type_=AwareDateTime())
    return (
        select(columns.number, columns.plate, columns.zone, columns.control_at, until.label("covers_until"))
        .where(is_among(columns.plate, "fined"))
        .where(is_after(columns.covers_until, "after"))
        .where(columns.issued_at <= known_at if then else true(), ~exists().where(ended))
        .order_by(columns.number)
    )


def _stays(rows: Sequence[NoticeRow], plate: str, zone: int, after: datetime) -> tuple[NoticeStay, ...]:
    return tuple(
        NoticeStay(row.number, row.control_at, row.covers_until)
        for row in rows
        if (row.plate, row.zone) == (plate, zone) and row.covers_until > after
    )
