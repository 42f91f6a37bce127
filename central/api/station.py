"""Routes for stations: hand in journal entries, pull publications. A station signs its requests and has no token."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from central.api.auth import Auth, address_of
from central.api.bodies import RawBody
from central.api.documents import ANYONE, body, problems
from central.core.problems import Reply
from central.intake import intake
from central.register import publications
from firmware.domain.station_name import is_station_name

PROVEN = (HTTPStatus.OK, HTTPStatus.CONFLICT)
BATCH: dict[str, object] = {
    "signed": {
        "station": "75011-0042",
        "contact": 7,
        "sent_at": "2026-03-04T10:00:00+01:00",
        "last": 0,
        "head": "0" * 64,
        "held": 0,
        "report": {"software": "1.0.0", "clock": "synchronised", "holding": {"tariffs": 3}},
    },
    "signature": "A" * 86,
    "entries": [],
}
PULL: dict[str, object] = {"signed": {"station": "75011-0042", "contact": 8, "have": {"tariffs": 3}}, "signature": "A" * 86}


async def limit_station(station: str, request: Request, auth: Auth) -> None:
    """A dependency: the rate limit of one station at one address. Raises HTTPException 429."""
    claimed = station if is_station_name(station) else ""  # no plate looks so: it may be logged before it is proven
    request.state.claims = claimed or None
    auth.check_failures("station", address_of(request), claimed)
    auth.count_request(("station", address_of(request), claimed), auth.limits.station)


routes = APIRouter(
    prefix="/v1/stations",
    tags=["station"],
    dependencies=[Depends(limit_station)],
    responses=problems(401, 409, *ANYONE),
    default_response_class=Response,
)


@routes.post("/{station}/entries", openapi_extra=body("application/json", BATCH))
def take_entries(station: str, request: Request, content: RawBody, auth: Auth) -> Response:
    """Take a batch of journal entries, whole or not at all. A repeat is a success; an empty batch is a heartbeat.

    `signed` is a statement about the batch, `signature` is over exactly its bytes, `entries` are `{"body", "hash"}`.
    200 `{"next": 813, "holds": {"generation", "seq", "hash"}}`: everything before 813 is stored for good, and the newest
    generation ends there. `fork` beside it: the city holds another entry under that number, and has taken this journal too;
    `clone`: two machines hand in under this name. 409 stores nothing, and has `send_from` for a gap, `contact_from` for a
    request number that was used before.
    """
    return _response(station, request, auth, intake.take(auth.city, station, content, auth.clock()))


@routes.post("/{station}/publications", openapi_extra=body("application/json", PULL))
def pull_publications(station: str, request: Request, content: RawBody, auth: Auth) -> Response:
    """What is published for this station and newer than what it has: 200 `{"publications": [envelope, …]}`, oldest first."""
    return _response(station, request, auth, publications.pull(auth.city, station, content, auth.clock()))


def _response(station: str, request: Request, auth: Auth, reply: Reply) -> Response:
    headers = {}
    if reply.status == HTTPStatus.UNAUTHORIZED:
        auth.count_failure("station", address_of(request), request.state.claims or "")
        headers["WWW-Authenticate"] = "Signature"
    elif reply.status in PROVEN:
        request.state.who = station
    return Response(reply.body, reply.status, headers, reply.media_type)
