"""Sectors as areas on the ground: reads a GeoJSON file, and says in which sectors a point lies.

The theory. Degrees become whole ten-millionths (a centimetre), so whether a point lies left or right of an edge is exact. An
area has its edges: a point on the border of two sectors lies in both, a point on the rim of a hole lies in the area around it,
one within a hole does not. Nothing is guessed: where no sector or several have the point, whoever asks is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from central.rules.evidence import Place
from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError
from firmware.domain.sector import Sector
from firmware.tariff import Tariffs
from firmware.tariff.place import check_zone

UNITS = 10_000_000
"""In a degree."""
WEST, EAST, SOUTH, NORTH = 2.0, 2.7, 48.6, 49.1
"""The city and what lies around it: a file that has latitude before longitude lies elsewhere."""
MOST_FEATURES, MOST_POSITIONS = 2000, 100_000

LonLat = Annotated[list[float], Meta(min_length=2, max_length=3)]
"""Longitude, latitude and, if it must be, altitude, which is not looked at."""
GroundPoint = tuple[int, int]
"""Longitude and latitude in ten-millionths of a degree."""
GroundRing = tuple[GroundPoint, ...]


class SectorProperties(Struct, frozen=True):
    """What an area is."""

    sector: Sector
    zone: int
    """Tariff zone: a sector of the 12th or the 16th may have an area in each."""


class SectorPolygon(Struct, frozen=True, tag_field="type", tag="Polygon"):
    """One area: its outline, then its holes."""

    coordinates: Annotated[list[list[LonLat]], Meta(min_length=1)]


class SectorMultiPolygon(Struct, frozen=True, tag_field="type", tag="MultiPolygon"):
    """Several areas."""

    coordinates: Annotated[list[Annotated[list[list[LonLat]], Meta(min_length=1)]], Meta(min_length=1)]


class SectorFeature(Struct, frozen=True, tag_field="type", tag="Feature"):
    """A sector, or a part of one."""

    properties: SectorProperties
    geometry: SectorPolygon | SectorMultiPolygon


class SectorFile(Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    """The whole file (RFC 7946); members that nobody reads here are left alone."""

    features: Annotated[list[SectorFeature], Meta(min_length=1, max_length=MOST_FEATURES)]


@dataclass(frozen=True)
class SectorArea:
    """One polygon of a sector."""

    place: Place
    outline: GroundRing
    holes: tuple[GroundRing, ...]


SectorMap = tuple[SectorArea, ...]
_file = msgspec.json.Decoder(SectorFile)


def map_in(document: bytes, tariffs: Tariffs | None = None) -> SectorMap:
    """The areas of a file; with `tariffs`, its zones are held against them.

    Raises FieldError naming the place: `features[3].geometry.coordinates[0][2]`.
    """
    try:
        file = decode_json(_file, document)
    except FieldError:  # a member that is given twice
        raise
    except ValueError as error:
        reason, _, place = str(error).partition(" - at `$")
        raise FieldError(place.rstrip("`").lstrip(".") or "body", reason) from error
    if sum(1 for each in file.features for _ in _positions(each)) > MOST_POSITIONS:
        raise FieldError("features", f"has more than {MOST_POSITIONS} positions")
    return tuple(area for number, each in enumerate(file.features) for area in _areas(f"features[{number}]", each, tariffs))


def sectors_at(areas: SectorMap, latitude: float, longitude: float) -> tuple[Place, ...]:
    """Every sector that has this point, each once, by name."""
    point = _ground([longitude, latitude])
    found = {area.place for area in areas if _has(area, point)}
    return tuple(sorted(found, key=lambda place: (place.sector, place.zone)))


def place_at(areas: SectorMap, latitude: float, longitude: float) -> Place:
    """The one sector that has this point. Raises FieldError if none has it, or several have."""
    found = sectors_at(areas, latitude, longitude)
    if not found:
        raise FieldError("position", "lies in no sector of the city's map: ask by zone and sector")
    if len(found) > 1:
        names = ", ".join(f"{place.sector} (zone {place.zone})" for place in found)
        raise FieldError("position", f"lies in several sectors, or on their border: {names}; ask by zone and sector")
    return found[0]


def _has(area: SectorArea, point: GroundPoint) -> bool:
    return _side(area.outline, point) >= 0 and all(_side(hole, point) <= 0 for hole in area.holes)


def _side(ring: GroundRing, point: GroundPoint) -> int:
    """1 for a point within a ring, 0 for one on it, -1 for one outside: counts the edges east of it."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return 0
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return 1 if inside else -1


def _areas(where: str, feature: SectorFeature, tariffs: Tariffs | None) -> Iterator[SectorArea]:
    said = feature.properties
    try:
        check_zone(tariffs, said.sector, said.zone) if tariffs else None
    except FieldError as error:
        raise FieldError(f"{where}.properties.{error.field}", error.reason) from error
    place, geometry = Place(said.zone, said.sector), feature.geometry
    if isinstance(geometry, SectorPolygon):
        yield _area(f"{where}.geometry.coordinates", place, geometry.coordinates)
    else:
        for number, rings in enumerate(geometry.coordinates):
            yield _area(f"{where}.geometry.coordinates[{number}]", place, rings)


def _area(where: str, place: Place, rings: Sequence[Sequence[Sequence[float]]]) -> SectorArea:
    outline, *holes = (_ring(f"{where}[{number}]", ring) for number, ring in enumerate(rings))
    return SectorArea(place, outline, tuple(holes))


def _ring(where: str, positions: Sequence[Sequence[float]]) -> GroundRing:
    for number, (longitude, latitude, *_) in enumerate(positions):
        if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
            raise FieldError(f"{where}[{number}]", "lies outside of the city: longitude comes first, then latitude")
    ring = tuple(map(_ground, positions))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise FieldError(where, "is no closed ring: 4 positions or more, the last like the first")
    if not sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)):
        raise FieldError(where, "has no area")
    return ring


def _ground(position: Sequence[float]) -> GroundPoint:
    return round(position[0] * UNITS), round(position[1] * UNITS)


def _positions(feature: SectorFeature) -> Iterator[Sequence[float]]:
    geometry = feature.geometry
    polygons = [geometry.coordinates] if isinstance(geometry, SectorPolygon) else geometry.coordinates
    return (position for rings in polygons for ring in rings for position in ring)
