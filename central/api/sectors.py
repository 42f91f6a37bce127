"""Routes of the sectors as areas on the ground: the map, and plate checks by coordinates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, limit_public, needs
from central.api.bodies import RawBody
from central.api.datetimes import RequestDateTime
from central.api.documents import ANYONE, GEOJSON, WITH_TOKEN, Responses, body, problems
from central.api.errors import rule_errors
from central.api.request_body import RequestBody
from central.core.fields import plate_in
from central.enforcement import checks
from central.enforcement.answers import PlateCheck
from central.register.sector_maps import locate, put_map, read_map

CheckingAgent = Annotated[Bearer, Depends(needs(Scope.CHECK))]
MapPublisher = Annotated[Bearer, Depends(needs(Scope.PUBLISH))]
MAP_READ: Responses = {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}
SQUARE = [[[2.37, 48.85], [2.38, 48.85], [2.38, 48.86], [2.37, 48.85]]]
MAP: dict[str, object] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"sector": "11D", "zone": 1},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
    ],
}


class GroundPosition(BaseModel):
    """Where a vehicle stands (WGS 84)."""

    model_config = ConfigDict(extra="forbid")

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]


class CheckAtRequest(RequestBody):
    """A plate check by coordinates."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"plate": "AB-123-CD", "position": {"latitude": 48.855, "longitude": 2.379}}]},
    )

    plate: Annotated[str, Field(max_length=40), AfterValidator(plate_in)]
    """Case, spaces and dashes do not matter."""
    position: GroundPosition
    at: RequestDateTime | None = None
    """With an offset; now, if not said."""
    known_at: RequestDateTime | None = None
    """With an offset, and not ahead: what was known then is told beside what is known now."""


class MapVersion(BaseModel):
    """The version of the map."""

    version: int


routes = APIRouter(prefix="/v1", tags=["enforcement"], responses=problems(*WITH_TOKEN))
public = APIRouter(prefix="/v1", tags=["public"], dependencies=[Depends(limit_public)], responses=problems(*ANYONE))


@routes.post("/checks/by-position", responses=problems(404))
def check_at(agent: CheckingAgent, asked: CheckAtRequest, auth: Auth) -> PlateCheck:
    """The same as `POST /v1/checks`, for who knows where he stands: the answer says in which `zone` and `sector` that is.

    Where no sector of the map has the point, or several have it, the request is refused and says so: nothing is guessed.
    """
    city, now = auth.city, auth.clock()
    with rule_errors():
        place = locate(city, asked.position.latitude, asked.position.longitude, now)
        question = checks.CheckQuestion(asked.plate, place.zone, place.sector, asked.at, asked.known_at)
        answer = checks.check(city, question, agent.name, now)
    auth.counters.checks.labels(answer.because.value if answer.because else "refused").inc()
    return answer


@routes.put("/sectors", openapi_extra=body(GEOJSON, MAP))
def publish_map(operator: MapPublisher, content: RawBody, auth: Auth) -> MapVersion:
    """Hand in the map of the sectors: GeoJSON (RFC 7946), polygons with `sector` and `zone`. All of it, or nothing at all."""
    with rule_errors():
        return MapVersion(version=put_map(auth.city, content, operator.name, auth.clock()))


@public.get("/sectors", response_class=Response, responses={**MAP_READ, **problems(404)})
def get_map(auth: Auth) -> Response:
    """The map of the sectors in force, as it was handed in."""
    with rule_errors():
        return Response(read_map(auth.city.store, auth.clock()), media_type=GEOJSON)
