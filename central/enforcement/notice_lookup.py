"""Looks up the stays that notices bought, by plate, as known now or at an earlier moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, Select, bindparam, exists, select, true

from central.db.among import is_among, text_list
from central.db.column_types import AwareDateTime
from central.db.notice_tables import notice_events, notices
from central.rules.evidence import Inquiry, NoticeStay
from central.rules.notices import NoticeEventKind

_ENDING = (NoticeEventKind.WITHDRAWN.value, NoticeEventKind.CANCELLED.value)


def stays_of(connection: Connection, inquiries: Sequence[Inquiry]) -> list[tuple[NoticeStay, ...]]:
    """For each vehicle asked about, the stays in its tariff zone that have not ended: one statement for all of them.

    All are asked about as known at one moment.
    """
    if not inquiries:
        return []
    vehicles = [inquiry.vehicle for inquiry in inquiries]
    after = min(vehicle.at for vehicle in vehicles)
    rows = _rows(connection, {vehicle.plate for vehicle in vehicles}, after, inquiries[0].known_at)
    return [_stays(rows, vehicle.plate, vehicle.place.zone, vehicle.at) for vehicle in vehicles]


def find_stays(connection: Connection, plate: str, zone: int, after: datetime) -> tuple[NoticeStay, ...]:
    """The stays of a plate in a tariff zone that end after an instant."""
    return _stays(_rows(connection, [plate], after, None), plate, zone, after)


def _rows(connection: Connection, plates: Collection[str], after: datetime, known_at: datetime | None) -> Sequence[RowMapping]:
    """Notices that were neither withdrawn nor cancelled, as known now or at `known_at`."""
    postgres = connection.dialect.name == "postgresql"
    values = {"plates": text_list(plates, postgres), "after": after} | ({"known_at": known_at} if known_at else {})
    return connection.execute(_statement(postgres, known_at is not None), values).mappings().all()


@lru_cache
def _statement(postgres: bool, then: bool) -> Select[tuple[object, ...]]:
    """Made once: every check that finds no right asks it."""
    columns, events, known_at = notices.c, notice_events.c, bindparam("known_at", type_=AwareDateTime())
    ended = (events.number == columns.number) & events.kind.in_(_ENDING)
    ended &= events.recorded_at <= known_at if then else true()
    return (
        select(columns.number, columns.plate, columns.zone, columns.control_at, columns.covers_until)
        .where(is_among(columns.plate, "plates", postgres))
        .where(columns.covers_until > bindparam("after", type_=AwareDateTime()))
        .where(columns.issued_at <= known_at if then else true(), ~exists().where(ended))
        .order_by(columns.number)
    )


def _stays(rows: Sequence[RowMapping], plate: str, zone: int, after: datetime) -> tuple[NoticeStay, ...]:
    return tuple(
        NoticeStay(row["number"], row["control_at"], row["covers_until"])
        for row in rows
        if (row["plate"], row["zone"]) == (plate, zone) and row["covers_until"] > after
    )
