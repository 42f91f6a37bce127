"""Routes for enforcement agents: plate checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator, ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, AuthState, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import ZoneSaid
from central.api.refusals import NotedRoute
from central.api.request_body import RequestBody
from central.core.fields import plate_in
from central.enforcement import checks
from central.enforcement.agent_copies import make_agent_copy
from central.enforcement.answers import PlateCheck
from firmware.domain.sector import SECTOR

LARGEST_BATCH = 200
"""Plates checked at once."""
LONGEST_PLATE = 40
"""Characters of a plate as it is written."""
SINGLE, BATCH = "/v1/checks", "/v1/checks/batch"
"""Asked so often that what is plain takes a short way to the same answers (central/api/plain_checks.py)."""
Agent = Annotated[Bearer, Depends(needs(Scope.CHECK))]


class CheckRequest(RequestBody):
    """A plate check as it is asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": "2026-03-04T10:00:00+01:00"}]},
    )

    plate: Annotated[str, Field(max_length=LONGEST_PLATE), AfterValidator(plate_in)]
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


routes = APIRouter(prefix="/v1", tags=["enforcement"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))


@routes.post("/checks", response_model=PlateCheck)
def check(agent: Agent, asked: CheckRequest, auth: Auth) -> Response:
    """May this vehicle stay, until when, and how complete is what the answer rests on?

    The check is recorded, with who asked, before it is answered. A no can be acted on only if it is `conclusive`: nothing that
    was sold until `at` can still be missing. About now that is never known: `conclusive_from` says when to ask again about the
    same `at`. It is null for a yes and for a no that is conclusive; once it is past, the stations in `silent`, an incident that
    nobody has cleared or a payment that was started and has not ended is what is waited for.
    """
    return answer_single(auth, agent, checks.CheckQuestion(**dict(asked)))


@routes.post("/checks/batch", response_model=BatchAnswer)
def check_batch(agent: Agent, asked: BatchRequest, auth: Auth) -> Response:
    """The same for up to 200 plates at once: each is answered, and recorded, as if it had been asked alone.

    All of them or none: what is wrong is named by its place, `checks[3].zone`. A control that was made offline is checked again
    in this way: `at` and `known_at` are its instant, and the register answers as of now and, in `then`, as of then.
    """
    return answer_batch(auth, agent, [checks.CheckQuestion(**dict(each)) for each in asked.checks])


def answer_single(auth: AuthState, agent: Bearer, asked: checks.CheckQuestion) -> Response:
    """Check one plate for an agent. Raises UnprocessableError."""
    with rule_errors():
        answer = checks.check(auth.city, asked, agent.name, auth.clock())
    auth.counters.checks.labels(answer.because.value if answer.because else "refused").inc()
    return _encoded(answer)


def answer_batch(auth: AuthState, agent: Bearer, asked: Sequence[checks.CheckQuestion]) -> Response:
    """Check the plates of a batch for an agent. Raises UnprocessableError."""
    with rule_errors():
        answers = checks.check_all(auth.city, asked, agent.name, auth.clock())
    for because, number in Counter(answer.because for answer in answers).items():
        auth.counters.checks.labels(because.value if because else "refused").inc(number)
    return _encoded(BatchAnswer(answers))


def _encoded(answer: PlateCheck | BatchAnswer) -> Response:
    """The answer as it is: our own values need not be held against the API's description again."""
    return Response(msgspec.json.encode(answer), media_type="application/json")


@routes.get("/agents/copy", response_class=Response)
def read_copy(agent: Agent, sector: Annotated[str, Query(pattern=SECTOR)], auth: Auth) -> Response:
    """What lets vehicles stay in a sector for the next four hours, for where there is no network: hashed plates, signed.

    An answer from it is never conclusive. The control is checked again with `POST /v1/checks/batch` once there is a network.
    """
    with rule_errors():
        copy = make_agent_copy(auth.city, sector, agent.name, auth.clock())
    return Response(copy, media_type="application/json", headers={"Cache-Control": "no-store"})
