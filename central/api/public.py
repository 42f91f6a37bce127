"""For everybody: prices; for those who watch the server, how it is. Nothing here says anything of a plate or a person, so no
token is asked for.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import text
from starlette.exceptions import HTTPException

from central.api.auth import Auth, anyone
from central.api.datetimes import RequestDateTime
from central.api.documents import ANYONE, problems
from central.operations import metrics
from central.register import publication_store
from central.register.publications import ALL, tariffs_at
from firmware.tariff.price_request import Priced, PriceRequest, QuoteRefused, price_document, price_of

Number = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Name = Annotated[str, Field(max_length=40)]


class QuoteRequest(BaseModel):
    """A purchase to price. Exactly one of `zone`, `arrondissement`, `wood`, and one of `quarters`, `hours`, `days`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"zone": 1, "at": "2018-03-05T10:00:00+01:00", "quarters": 6}]}
    )

    zone: Number | None = None
    """Tariff zone."""
    arrondissement: Number | None = None
    wood: Name | None = None
    """Boulogne or Vincennes."""
    at: RequestDateTime
    """When it is bought, with an offset."""
    quarters: Number | None = None
    hours: Number | None = None
    days: Number | None = None
    vehicle: Name = "car"
    regime: Name = "visitor"
    reached: Number = 0
    """Units, of the regime, that the stay has bought before."""

    @property
    def question(self) -> PriceRequest:
        """As the engine wants it."""
        return PriceRequest(**dict(self))

    @model_validator(mode="after")
    def _one_place_and_one_length(self) -> QuoteRequest:
        _ = self.question
        return self


routes = APIRouter(tags=["public"])
limited = APIRouter(prefix="/v1", tags=["public"], dependencies=[Depends(anyone)], responses=problems(*ANYONE))


@limited.post("/quotes")
def quote(asked: QuoteRequest, gate: Auth) -> Priced | QuoteRefused:
    """What parking costs at an instant, until when, and why; or why it is not sold: by the tariffs in force at that instant.

    A purchase nobody can make is an answer too, not an error: 200, with `refused` and `detail`.
    """
    return price_document(price_of(tariffs_at(gate.city, asked.at), asked.question))


@limited.get("/tariffs", response_class=Response, responses=problems(404))
def tariffs(gate: Auth, at: Annotated[RequestDateTime | None, Query()] = None) -> Response:
    """The tariffs in force at an instant, past or to come (now, if not said): the envelope, as it was signed.

    404 as long as none are published: machines then sell by those they were provisioned with.
    """
    with gate.city.store.begin() as connection:
        envelope = publication_store.in_force(connection, "tariffs", ALL, at or gate.clock())
    if envelope is None:
        raise HTTPException(404, "no tariffs are published for that instant")
    return Response(envelope, media_type="application/json")


@routes.get("/health", responses=problems(503))
def health(gate: Auth) -> dict[str, str]:
    """Whether the city can take entries and answer checks."""
    with gate.city.store.begin() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


@routes.get("/metrics", response_class=Response, dependencies=[Depends(anyone)], responses=problems(429, 503))
def read_metrics(gate: Auth) -> Response:
    """How the server and its stations are, for Prometheus."""
    text_of_all = metrics.exposition(gate.counted, gate.city.store, gate.clock(), gate.city.rules)
    return Response(text_of_all, media_type="text/plain; version=0.0.4")
