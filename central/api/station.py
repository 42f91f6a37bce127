"""For stations: their entries in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Engine

from central import intake


def router(store: Engine, clock: Callable[[], datetime]) -> APIRouter:
    """The endpoints a station uses."""
    routes = APIRouter(prefix="/v1/stations", tags=["station"])

    @routes.post(
        "/{station}/entries",
        response_class=Response,
        responses={
            200: {"description": 'Everything before `next` is stored for good: `{"next": 813}`'},
            409: {"description": 'Nothing was stored: `{"send_from": 810}` for a gap, `{"fork": 812}` for another past'},
            413: {"description": "The body is too large"},
            422: {"description": "Nothing was stored: a problem document naming the field"},
        },
    )
    async def take_entries(station: str, request: Request) -> Response:
        """Take a batch of journal entries, whole or not at all. A repeat is a success; an empty batch is a heartbeat.

        Body: `{"entries": [{"body": "<exact text>", "hash": "<64 hex digits>"}, …], "more": false}`.
        """
        reply = intake.take(store, station, await request.body(), clock())
        return Response(reply.body, reply.status, media_type=reply.media_type)

    return routes
