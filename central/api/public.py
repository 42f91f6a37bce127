"""Public routes: prices, tariffs, health, metrics. Nothing here says anything of a plate or a person, so no token is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy import text
from starlette.exceptions import HTTPException

from central.api.auth import Auth, limit_public
from central.api.datetimes import RequestDateTime
from central.api.documents import ANYONE, problems
from central.api.request_body import RequestBody
from central.operations import metrics
from central.register import publication_store
from central.register.publications import ALL, tariffs_at
from firmware.protocol.envelope import public_key_text
from firmware.tariff.price_request import Priced, PriceRequest, QuoteRefused, price_document, price_of

Quantity = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
TariffName = Annotated[str, Field(max_length=40)]


class QuoteRequest(RequestBody):
    """A purchase to price. Exactly one of `zone`, `arrondissement`, `wood`, and one of `quarters`, `hours`, `days`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"zone": 1, "at": "2018-03-05T10:00:00+01:00", "quarters": 6}]})

    zone: Quantity | None = None
    """Tariff zone."""
    arrondissement: Quantity | None = None
    wood: TariffName | None = None
    """Boulogne or Vincennes."""
    at: RequestDateTime
    """When it is bought, with an offset."""
    quarters: Quantity | None = None
    hours: Quantity | None = None
    days: Quantity | None = None
    vehicle: TariffName = "car"
    regime: TariffName = "visitor"
    reached: Quantity = 0
    """Units, of the regime, that the stay has bought before."""

    @property
    def question(self) -> PriceRequest:
        """The request as the tariff engine takes it."""
        return PriceRequest(**dict(self))

    @model_validator(mode="after")
    def _one_place_and_one_length(self) -> QuoteRequest:
        _ = self.question
        return self


routes = APIRouter(tags=["public"])
limited = APIRouter(prefix="/v1", tags=["public"], dependencies=[Depends(limit_public)], responses=problems(*ANYONE))


@limited.post("/quotes")
def quote(asked: QuoteRequest, auth: Auth) -> Priced | QuoteRefused:
    """What parking costs at an instant, until when, and why; or why it is not sold: by the tariffs in force at that instant.

    A purchase nobody can make is an answer too, not an error: 200, with `refused` and `detail`.
    """
    return price_document(price_of(tariffs_at(auth.city, asked.at), asked.question))


@limited.get("/tariffs", response_class=Response, responses=problems(404))
def tariffs(auth: Auth, at: Annotated[RequestDateTime | None, Query()] = None) -> Response:
    """The tariffs in force at an instant, past or to come (now, if not said): the envelope, as it was signed.

    404 as long as none are published: machines then sell by those they were provisioned with.
    """
    with auth.city.store.begin() as connection:
        envelope = publication_store.find_active(connection, "tariffs", ALL, at or auth.clock())
    if envelope is None:
        raise HTTPException(404, "no tariffs are published for that instant")
    return Response(envelope, media_type="application/json")


@dataclass(frozen=True)
class CityKey:
    """The key that the city signs with."""

    public_key: str
    """Ed25519: 43 characters of base64url."""


@limited.get("/key")
def read_key(auth: Auth) -> CityKey:
    """The public key that tariffs, offline copies and evidence are signed with."""
    return CityKey(public_key_text(auth.city.key.public_key()))


@routes.get("/health", responses=problems(422, 503))
def health(auth: Auth) -> dict[str, str]:
    """Whether the city can take entries and answer checks."""
    with auth.city.store.begin() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


@routes.get("/metrics", response_class=Response, dependencies=[Depends(limit_public)], responses=problems(422, 429, 503))
def read_metrics(auth: Auth) -> Response:
    """Metrics of the server and its stations, for Prometheus."""
    text_of_all = metrics.render_metrics(auth.counters, auth.city.store, auth.clock(), auth.city.rules)
    return Response(text_of_all, media_type="text/plain; version=0.0.4")
