"""DATEX II parking publication light: the sectors as on-street parking sites, in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType, field

from central.rules.apds import PERIODS, identity
from central.rules.evidence import Place
from central.rules.sector_map import UNITS, SectorMap
from firmware.domain.rate_key import RateKey
from firmware.tariff import Tariffs


class DatexPoint(Struct, frozen=True):
    """Where a site is shown on a map."""

    latitude: float
    longitude: float


class DatexLocation(Struct, frozen=True, rename="camel"):
    """Where a site is."""

    coordinates_for_display: DatexPoint


class DatexParkingSite(Struct, frozen=True, rename="camel"):
    """A sector."""

    name: str
    type: str
    maximum_parking_duration: int | UnsetType
    """Seconds that must be paid, for a visitor's car."""
    zone_description: tuple[str, ...]
    location_and_dimension: DatexLocation
    id: str = field(name="_id")


class DatexLightPublication(Struct, frozen=True, rename="camel"):
    """All of them."""

    lang: str
    publication_time: str
    name: str
    parking_site: tuple[DatexParkingSite, ...]
    parking_space: tuple[str, ...] = ()


class DatexPayload(Struct, frozen=True, rename="camel"):
    """The document."""

    parking_publication_light: DatexLightPublication
    version: str = field(name="_version", default="3.4")
    model_base_version: str = field(name="_modelBaseVersion", default="3")


def light_publication(
    sectors: Sequence[Place],
    areas: SectorMap,
    machines: Mapping[Place, Sequence[DatexPoint]],
    tariffs: Tariffs,
    now: datetime,
) -> DatexPayload:
    """The publication of these sectors, each at the middle of its area, or else among the machines that stand in it.

    A site has coordinates in that publication, and readers drop one that has none: a sector that nobody has placed is left out.
    """
    where = {place: _between(there) for place, there in machines.items() if there} | _middles(areas)
    placed = sorted(where.keys() & set(sectors), key=lambda place: (place.zone, place.sector))
    sites = tuple(_site(place, where[place], tariffs, now) for place in placed)
    return DatexPayload(DatexLightPublication("fr", now.isoformat(), "Stationnement payant sur voirie", sites))


def _site(place: Place, point: DatexPoint, tariffs: Tariffs, now: datetime) -> DatexParkingSite:
    table = tariffs.version_at(now)
    grid = table.grids.get(RateKey(place.zone)) if table else None
    return DatexParkingSite(
        name=f"Secteur {place.sector}",
        type="onStreet",
        maximum_parking_duration=grid.maximum_units * PERIODS[grid.unit][1] if grid else UNSET,
        zone_description=(f"zone tarifaire {place.zone}", f"secteur résidentiel {place.sector}"),
        id=identity("place", str(place.zone), place.sector),
        location_and_dimension=DatexLocation(point),
    )


def _middles(areas: SectorMap) -> dict[Place, DatexPoint]:
    """The middle of the box around the first area of each sector."""
    found: dict[Place, DatexPoint] = {}
    for area in areas:
        found.setdefault(area.place, _between([DatexPoint(y / UNITS, x / UNITS) for x, y in area.outline]))
    return found


def _between(points: Sequence[DatexPoint]) -> DatexPoint:
    """The middle of the box around points."""
    sides = ([each.latitude for each in points], [each.longitude for each in points])
    return DatexPoint(*((min(side) + max(side)) / 2 for side in sides))
