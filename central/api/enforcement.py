"""For those who check plates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from central import checks
from central.api.moments import Moment


class CheckRequest(BaseModel):
    """What to look up."""

    model_config = ConfigDict(extra="forbid")

    plate: Annotated[str, AfterValidator(checks.plate_in), Field(examples=["AB-123-CD"])]
    """Case, spaces and dashes do not matter; 1 to 10 characters without them."""
    zone: Literal[1, 2]
    """Tariff zone."""
    at: Moment | None = None
    """With an offset; now, if not said."""


def router(store: Engine, clock: Callable[[], datetime]) -> APIRouter:
    """The endpoints enforcement uses."""
    routes = APIRouter(prefix="/v1", tags=["enforcement"])

    @routes.post("/checks", responses={422: {"description": "A problem document naming the field"}})
    async def check(asked: CheckRequest) -> checks.Check:
        """May this vehicle stay, until when, and how complete is what the answer rests on? The check is recorded."""
        return checks.check(store, asked.plate, asked.zone, asked.at, clock())

    return routes
