"""Where stations stand: read from an operator's CSV or GeoJSON file, all of it or nothing."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, delete, insert, select

from central.core import audit
from central.db.fleet_tables import station_positions
from central.db.tables import stations
from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError

LONGEST_ADDRESS = 100
EARTH_M = 6_371_000.0
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")
"""A plain decimal: Python reads underscores, exponents and the digits of other scripts too."""


@dataclass(frozen=True)
class StationPosition:
    """Where a station stands: WGS 84, degrees."""

    station: str
    latitude: float
    longitude: float
    address: str = ""


def positions_in_csv(lines: Iterable[str]) -> tuple[StationPosition, ...]:
    """The positions in a CSV file with the columns station, latitude, longitude and perhaps address.

    Raises FieldError naming the first line that is wrong.
    """
    reader = csv.DictReader(lines, strict=True)
    wanted = {"station", "latitude", "longitude"}
    if not wanted <= set(reader.fieldnames or ()):
        raise FieldError("line 1", f"the columns must be {', '.join(sorted(wanted))} and perhaps address")
    return _each_once([_position(f"line {number}", row) for number, row in enumerate(reader, 2)])


_document = msgspec.json.Decoder(dict[str, Any])


def positions_in_geojson(text: str) -> tuple[StationPosition, ...]:
    """The positions in a GeoJSON FeatureCollection of points, each with the property `station`. Raises FieldError."""
    try:
        features = decode_json(_document, text.encode())["features"]
        rows = [_feature(each) for each in features]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FieldError("features", "expected a FeatureCollection of points with the property `station`") from error
    return _each_once([_position(f"features[{number}]", row) for number, row in enumerate(rows)])


def _feature(feature: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    longitude, latitude = list(feature["geometry"]["coordinates"])[:2]  # type: ignore[call-overload]  # JSON
    said = feature["properties"]
    return {"station": said["station"], "latitude": latitude, "longitude": longitude, "address": said.get("address", "")}


def _position(place: str, row: Mapping[str, object]) -> StationPosition:
    station, address = str(row["station"] or ""), str(row.get("address") or "").strip()
    latitude, longitude = _degrees(place, row["latitude"]), _degrees(place, row["longitude"])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise FieldError(place, "is nowhere on Earth: latitude -90 to 90, longitude -180 to 180")
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise FieldError(place, f"an address has at most {LONGEST_ADDRESS} characters, on one line")
    return StationPosition(station, latitude, longitude, address)


def _degrees(place: str, said: object) -> float:
    """Of a cell, or a number of JSON. Raises FieldError."""
    if isinstance(said, float):
        return said
    text = str(said).strip()
    if _DEGREES.fullmatch(text) is None:
        raise FieldError(place, "latitude and longitude must be degrees, such as 48.8638 and 2.3705")
    return float(text)


def _each_once(found: Sequence[StationPosition]) -> tuple[StationPosition, ...]:
    names = [each.station for each in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise FieldError("station", f"{twice} is there twice")
    return tuple(found)


def save_positions(store: Engine, found: Sequence[StationPosition], by: str, now: datetime) -> None:
    """Keep where these stations stand; others stay where they were. Audited. Raises FieldError for one that is unknown."""
    with store.begin() as connection:
        unknown = sorted({each.station for each in found} - set(connection.scalars(select(stations.c.station))))
        if unknown:
            raise FieldError("station", f"no station {unknown[0]} is known; nothing was kept")
        for each in sorted(found, key=lambda each: each.station):  # a row refers to its station, which others lock by name
            connection.execute(delete(station_positions).where(station_positions.c.station == each.station))
            connection.execute(insert(station_positions).values(**vars(each), set_at=now, set_by=by))
        audit.note(connection, now, by, "positions set", "stations", count=len(found))


def read_positions(store: Engine) -> dict[str, StationPosition]:
    """Where stations stand, as far as somebody said, by name."""
    names = StationPosition.__dataclass_fields__
    query = select(*(station_positions.c[name] for name in names)).order_by(station_positions.c.station)
    with store.begin() as connection:
        return {row["station"]: StationPosition(**row) for row in connection.execute(query).mappings()}


def metres_between(one: StationPosition, latitude: float, longitude: float) -> float:
    """The distance from a station to a point, along the ground."""
    a, b = math.radians(one.latitude), math.radians(latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))
