"""The map of the sectors: taken as GeoJSON, kept in every version, read for checks by coordinates."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Engine, func, insert, select

from central.core import audit
from central.core.city import City
from central.core.remembered import forget, remember
from central.db.feed_tables import sector_maps
from central.db.locks import transaction_lock
from central.register.publications import tariffs_at
from central.rules.evidence import Place
from central.rules.sector_map import SectorMap, map_in, place_at


def put_map(city: City, document: bytes, by: str, now: datetime) -> int:
    """Take a map: its version. What the newest says already makes no new one. Audited. Raises FieldError naming the place."""
    areas = map_in(document, tariffs_at(city, now))
    with city.store.begin() as connection:
        transaction_lock(connection, "sector map")
        newest = connection.scalar(select(func.max(sector_maps.c.version))) or 0
        if newest and _document(connection) == document:
            return newest
        values = {"version": newest + 1, "document": document, "known_from": now, "loaded_by": by}
        connection.execute(insert(sector_maps).values(values))
        sectors = len({area.place for area in areas})
        audit.note(connection, now, by, "sectors published", "map", version=newest + 1, sectors=sectors)
    forget(city.store)
    return newest + 1


def read_map(store: Engine, now: datetime) -> bytes:
    """The map in force, as it was handed in. Raises LookupError if there is none."""
    document = remember(store, "sectors", now, lambda: _read(store))
    if document is None:
        raise LookupError("no map of the sectors was handed in")
    return document


def locate(city: City, latitude: float, longitude: float, now: datetime) -> Place:
    """The sector of a point. Raises LookupError without a map, FieldError where no sector or several have the point."""
    return place_at(read_areas(city.store, now), latitude, longitude)


def read_areas(store: Engine, now: datetime) -> SectorMap:
    """The areas of the map in force. Raises LookupError if there is none."""
    return _areas(read_map(store, now))


def _read(store: Engine) -> bytes | None:
    with store.begin() as connection:
        return _document(connection)


def _document(connection: Connection) -> bytes | None:
    newest = select(sector_maps.c.document).order_by(sector_maps.c.version.desc()).limit(1)
    document: bytes | None = connection.scalar(newest)
    return document


_areas = lru_cache(maxsize=4)(map_in)
"""A file is read once, however many checks ask for it."""
