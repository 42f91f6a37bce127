"""For stations: their entries in, what is published for them out. A station proves itself by its signature, not by a token."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from central.api.auth import Auth, address_of
from central.api.bodies import Raw
from central.api.documents import ANYONE, body, problems
from central.core.problems import Reply
from central.intake import intake
from central.register import publications

SHAPE = re.compile(r"[0-9]{5}-[0-9]{4}", re.ASCII)
"""The names stations have in Paris: no plate looks so, and one may be written down before it is proven."""
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


async def paced(station: str, request: Request, gate: Auth) -> None:
    """A dependency: this station does not speak too often. Raises HTTPException 429."""
    claimed = station if SHAPE.fullmatch(station) else ""
    request.state.claims = claimed or None
    gate.look_at("station", address_of(request), claimed)
    gate.pass_one(("station", address_of(request), claimed), gate.limits.station)


routes = APIRouter(
    prefix="/v1/stations",
    tags=["station"],
    dependencies=[Depends(paced)],
    responses=problems(401, 409, *ANYONE),
    default_response_class=Response,
)


@routes.post("/{station}/entries", openapi_extra=body("application/json", BATCH))
def take_entries(station: str, request: Request, content: Raw, gate: Auth) -> Response:
    """Take a batch of journal entries, whole or not at all. A repeat is a success; an empty batch is a heartbeat.

    `signed` is a statement about the batch, `signature` is over exactly its bytes, `entries` are `{"body", "hash"}`.
    200 `{"next": 813}`: everything before it is stored for good. 409 stores nothing, and has `send_from` for a gap, `fork` for
    another past, `contact_from` for a contact that was heard before.
    """
    return _answered(station, request, gate, intake.take(gate.city, station, content, gate.clock()))


@routes.post("/{station}/publications", openapi_extra=body("application/json", PULL))
def pull_publications(station: str, request: Request, content: Raw, gate: Auth) -> Response:
    """What is published for this station and newer than what it has: 200 `{"publications": [envelope, …]}`, oldest first."""
    return _answered(station, request, gate, publications.pull(gate.city, station, content, gate.clock()))


def _answered(station: str, request: Request, gate: Auth, reply: Reply) -> Response:
    headers = {}
    if reply.status == HTTPStatus.UNAUTHORIZED:
        gate.remember_refused("station", address_of(request), request.state.claims or "")
        headers["WWW-Authenticate"] = "Signature"
    elif reply.status in PROVEN:
        request.state.who = station
    return Response(reply.body, reply.status, headers, reply.media_type)
