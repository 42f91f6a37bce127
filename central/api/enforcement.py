"""Routes for enforcement agents: plate checks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import ZoneSaid
from central.api.request_body import RequestBody
from central.core.fields import plate_in
from central.enforcement import checks
from central.enforcement.answers import PlateCheck
from firmware.domain.sector import SECTOR

Agent = Annotated[Bearer, Depends(needs(Scope.CHECK))]


class CheckRequest(RequestBody):
    """A plate check as it is asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": "2026-03-04T10:00:00+01:00"}]},
    )

    plate: Annotated[str, Field(max_length=40), AfterValidator(plate_in)]
    """Case, spaces and dashes do not matter; 1 to 10 characters without them."""
    zone: ZoneSaid
    """Tariff zone."""
    sector: Annotated[str, Field(pattern=SECTOR)]
    """Residential sector the vehicle stands in."""
    at: RequestDateTime | None = None
    """With an offset; now, if not said."""
    known_at: RequestDateTime | None = None
    """With an offset, and not ahead: what was known then is told beside what is known now."""


routes = APIRouter(prefix="/v1", tags=["enforcement"], responses=problems(*WITH_TOKEN))


@routes.post("/checks")
def check(agent: Agent, asked: CheckRequest, auth: Auth) -> PlateCheck:
    """May this vehicle stay, until when, and how complete is what the answer rests on?

    The check is recorded, with who asked, before it is answered. A no can be acted on only if it is `conclusive`: nothing that
    was sold until `at` can still be missing. About now that is never known: `conclusive_from` says when to ask again about the
    same `at`. It is null for a yes and for a no that is conclusive; once it is past, the stations in `silent`, an incident that
    nobody has cleared or a payment that was started and has not ended is what is waited for.
    """
    with rule_errors():
        answer = checks.check(auth.city, checks.CheckQuestion(**dict(asked)), agent.name, auth.clock())
    auth.counters.checks.labels(answer.because.value if answer.because else "refused").inc()
    return answer
