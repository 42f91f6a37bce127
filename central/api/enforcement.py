"""Routes for enforcement agents: plate checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
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
from central.enforcement.agent_copies import make_agent_copy
from central.enforcement.answers import PlateCheck
from firmware.domain.sector import SECTOR

LARGEST_BATCH = 200
"""Plates checked at once."""
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


class BatchRequest(RequestBody):
    """Plate checks of a camera car, or those an agent made while nobody could be asked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"checks": [{"plate": "AB-123-CD", "zone": 1, "sector": "11D"}]}]},
    )

    checks: Annotated[tuple[CheckRequest, ...], Field(min_length=1, max_length=LARGEST_BATCH)]


@dataclass(frozen=True)
class BatchAnswer:
    """The answers to the checks of a batch."""

    answers: tuple[PlateCheck, ...]
    """In the order of the checks."""


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


@routes.post("/checks/batch")
def check_batch(agent: Agent, asked: BatchRequest, auth: Auth) -> BatchAnswer:
    """The same for up to 200 plates at once: each is answered, and recorded, as if it had been asked alone.

    All of them or none: what is wrong is named by its place, `checks[3].zone`. A control that was made offline is checked again
    in this way: `at` and `known_at` are its instant, and the register answers as of now and, in `then`, as of then.
    """
    questions = [checks.CheckQuestion(**dict(each)) for each in asked.checks]
    with rule_errors():
        answers = checks.check_all(auth.city, questions, agent.name, auth.clock())
    for answer in answers:
        auth.counters.checks.labels(answer.because.value if answer.because else "refused").inc()
    return BatchAnswer(answers)


@routes.get("/agents/copy", response_class=Response)
def read_copy(agent: Agent, sector: Annotated[str, Query(pattern=SECTOR)], auth: Auth) -> Response:
    """What lets vehicles stay in a sector for the next four hours, for where there is no network: hashed plates, signed.

    An answer from it is never conclusive. The control is checked again with `POST /v1/checks/batch` once there is a network.
    """
    with rule_errors():
        copy = make_agent_copy(auth.city, sector, agent.name, auth.clock())
    return Response(copy, media_type="application/json")
