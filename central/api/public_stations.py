"""Public routes about stations: where they stand, and whether one could be paid at. No plate, no sale, no person."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from central.api.auth import Auth, limit_public
from central.api.datetimes import RequestDateTime
from central.api.documents import ANYONE, GEOJSON, problems
from central.api.errors import rule_errors
from central.core.city import City
from central.core.remembered import remember
from central.operations.availability import EXACTLY, NearestWorking, PlacedStation, nearest_working, placed_stations
from central.pages.alarm_words import stops_sales
from firmware.domain.errors import FieldError

_POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,10})?),(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)", re.ASCII)
HISTORY = timedelta(days=400)
"""How far back is answered: an appeal and its case are over by then."""


class PointGeometry(BaseModel):
    """A point of GeoJSON: longitude, then latitude."""

    type: str = "Point"
    coordinates: tuple[float, float]


class StationProperties(BaseModel):
    """What everybody may know of a station."""

    station: str
    zone: int | None
    sector: str | None
    address: str
    availability: str
    """`working`, `down` or `unknown`: now."""
    known_until: str | None
    """How far its data goes."""


class StationFeature(BaseModel):
    """A station, as a feature of GeoJSON."""

    type: str = "Feature"
    geometry: PointGeometry
    properties: StationProperties


class StationCollection(BaseModel):
    """Stations in service that have a position."""

    type: str = "FeatureCollection"
    features: list[StationFeature]


class GeoJsonResponse(JSONResponse):
    """An answer in GeoJSON, which is there as bytes."""

    media_type = GEOJSON

    def render(self, content: bytes) -> bytes:
        """As they are."""
        return content


routes = APIRouter(prefix="/v1", tags=["public"], dependencies=[Depends(limit_public)], responses=problems(*ANYONE))


@routes.get("/stations.geojson", response_class=GeoJsonResponse, response_model=StationCollection)
def read_geojson(auth: Auth) -> Response:
    """Every station in service whose place is known, as GeoJSON (RFC 7946), as last heard; of sales nothing.

    However many ask, the stations are read once a second.
    """
    store, now = auth.city.store, auth.clock()
    return GeoJsonResponse(remember(store, "stations.geojson", now, lambda: _collection(auth.city, now)))


@routes.get("/public/nearest-working")
def read_nearest(
    auth: Auth, at: Annotated[str, Query(max_length=40)], when: Annotated[RequestDateTime | None, Query()] = None
) -> NearestWorking:
    """Whether a machine within 200 m of a point could be paid at then (now, if not said). `at`: latitude,longitude.

    `working` is null as long as nobody can say: the data of a machine within reach does not go as far as that instant yet, or
    the city has not said where each machine stands (`unplaced`). Now it is as each machine was last heard, unless it is silent.
    """
    now = auth.clock()
    instant = when or now
    with rule_errors():
        latitude, longitude = _point(at)
        if not now - HISTORY <= instant <= now:
            raise FieldError("when", f"must lie in the last {HISTORY.days} days")
    since_heard = EXACTLY if when else auth.city.rules.silent_after
    return nearest_working(auth.city.store, stops_sales, latitude, longitude, instant, since_heard)


def _point(text: str) -> tuple[float, float]:
    """Latitude and longitude. Raises FieldError for what is no point of the Earth."""
    parts = _POINT.fullmatch(text)
    if parts is None or abs(float(parts[1])) > 90 or abs(float(parts[2])) > 180:
        raise FieldError("at", "is not latitude,longitude such as 48.8638,2.3705")
    return float(parts[1]), float(parts[2])


def _collection(city: City, now: datetime) -> bytes:
    """A `StationCollection`, as text: made of one by one, three thousand would take five times as long."""
    found = placed_stations(city.store, stops_sales, now, city.rules.silent_after)
    return msgspec.json.encode({"type": "FeatureCollection", "features": [_feature(each) for each in found]})


def _feature(each: PlacedStation) -> dict[str, object]:
    """A `StationFeature`."""
    place = each.position
    properties = {
        "station": place.station,
        "zone": each.zone,
        "sector": each.sector,
        "address": place.address,
        "availability": each.availability.value,
        "known_until": each.known_until.isoformat() if each.known_until else None,
    }
    point = {"type": "Point", "coordinates": (place.longitude, place.latitude)}
    return {"type": "Feature", "geometry": point, "properties": properties}
