"""For those who want to know a price before they park: the engine of the machines, asked by HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from central.api.moments import Moment
from firmware.tariff import Tariffs
from firmware.tariff.answer import Priced, Question, Refused, answered, as_told

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
    at: Moment
    """When it is bought, with an offset."""
    quarters: Number | None = None
    hours: Number | None = None
    days: Number | None = None
    vehicle: Name = "car"
    regime: Name = "visitor"
    reached: Number = 0
    """Units, of the regime, that the stay has bought before."""

    @property
    def question(self) -> Question:
        """As the engine wants it."""
        return Question(**dict(self))

    @model_validator(mode="after")
    def _one_place_and_one_length(self) -> QuoteRequest:
        _ = self.question
        return self


def router(tariffs: Tariffs) -> APIRouter:
    """The endpoint of prices."""
    routes = APIRouter(prefix="/v1", tags=["prices"])

    @routes.post("/quotes", responses={422: {"description": "A problem document naming the field"}})
    async def quote(asked: QuoteRequest) -> Priced | Refused:
        """What parking costs, until when, and why; or why it is not sold: `horodateur quote --json`, by HTTP.

        A purchase nobody can make is an answer too, not an error: 200, with `refused` and `detail`.
        """
        return as_told(answered(tariffs, asked.question))

    return routes
