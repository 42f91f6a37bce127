"""What the feeds for other systems are made of: the city's sectors, and its rights page by page, as known at one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from central.core.city import City
from central.db.as_of import known_as_of
from central.db.fleet_tables import station_positions
from central.db.tables import rights, stations
from central.register.sector_maps import read_areas
from central.rules.apds import VersionedRight
from central.rules.datex2 import DatexPoint
from central.rules.evidence import Place, RegisteredRight, RightStatus
from central.rules.sector_map import SectorMap


@dataclass(frozen=True)
class RightsPage:
    """A page of rights, as known at one instant."""

    reference_instant: datetime
    offset: int
    page_size: int
    total: int
    rights: tuple[VersionedRight, ...]


def read_areas_or_none(city: City, now: datetime) -> SectorMap:
    """The areas of the sectors; none while no map was handed in."""
    try:
        return read_areas(city.store, now)
    except LookupError:
        return ()


def read_sectors(city: City, now: datetime) -> tuple[Place, ...]:
    """Every sector that has a station, or stands on the map."""
    with city.store.begin() as connection:
        columns = stations.c
        there = select(columns.zone, columns.sector).where(columns.enrolled_at.is_not(None), columns.revoked_at.is_(None))
        enrolled = {Place(row.zone, row.sector) for row in connection.execute(there.distinct()) if row.zone and row.sector}
    return tuple(enrolled | {area.place for area in read_areas_or_none(city, now)})


def read_machines(city: City) -> Mapping[Place, Sequence[DatexPoint]]:
    """Where the stations in service of each sector stand, as far as somebody said."""
    columns, at = stations.c, station_positions.c
    there = columns.enrolled_at.is_not(None) & columns.revoked_at.is_(None) & columns.sector.is_not(None)
    query = select(columns.zone, columns.sector, at.latitude, at.longitude)
    found: dict[Place, list[DatexPoint]] = {}
    with city.store.begin() as connection:
        for row in connection.execute(query.where(there, at.station == columns.station)):
            found.setdefault(Place(row.zone, row.sector), []).append(DatexPoint(row.latitude, row.longitude))
    return found


def read_rights(city: City, ending_after: datetime, offset: int, size: int, known_at: datetime) -> RightsPage:
    """A page of the rights that end after an instant, in an order that stays the same from page to page."""
    columns = rights.c
    these = known_as_of(rights, then=True) & (columns.end > ending_after) & (columns.status != RightStatus.STARTED.value)
    names = RegisteredRight.__dataclass_fields__
    query = select(*(columns[name] for name in names), columns.seq).where(these)
    page = query.order_by(columns.station, columns.reference, columns.seq).offset(offset).limit(size)
    with city.store.begin() as connection:
        total = connection.execute(select(func.count()).select_from(rights).where(these), {"known_at": known_at}).scalar_one()
        rows = connection.execute(page, {"known_at": known_at}).mappings().all()
    found = tuple(
        VersionedRight(
            RegisteredRight(**{**{name: row[name] for name in names}, "status": RightStatus(row["status"])}), row["seq"]
        )
        for row in rows
    )
    return RightsPage(known_at, offset, size, total, found)
