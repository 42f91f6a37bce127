"""The API does what its own description says, whatever is sent to it: no 5xx, and no answer of a shape it did not announce.

The requests are drawn from the description itself, those that fit it and those that do not, by everybody who may come: with no
token, and as each role. The draws are the same at each run.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine

from central.access.tokens import ROLES
from firmware.protocol.facts import RightSold
from tests.central.asking import NO_HURRY, Client, client_of
from tests.central.speaking import STATION, THERE, Mouth, chain, right

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DRAWS = 24
"""For each operation, of what fits and of what does not."""
STATIONS = {f"POST /v1/stations/{{station}}/{door}" for door in ("entries", "publications")}
"""Of a good request to these nobody gets in but who can sign; see test_forged."""
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture
def city(store: Engine) -> Client:
    """A city with two stations and something in every table that can be listed."""
    client = client_of(store, STATION, THERE, limits=NO_HURRY)
    Mouth(client.city).says(chain([RightSold(right()), {"fact": "of later software"}]))
    Mouth(client.city, contact=1).says(chain([{"fact": "another"}]))
    client.acting("agent").post("/v1/checks", {"plate": "AB-123-CE", "zone": 1, "sector": "11D"})
    return client


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_was_announced(city: Client, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", city.app)
    people = [{}, *({"Authorization": f"Bearer {city.acting(role).token}"} for role in ROLES)]
    answered: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if mode is GenerationMode.POSITIVE or takes_anything(operation):
            answered[operation.label] = asked_by(cycle(people), operation, mode)
    assert len(answered) > 15
    outside = {label for label, statuses in answered.items() if statuses <= {401, 403}}
    assert outside <= STATIONS


def takes_anything(operation: Operation) -> bool:
    """Whether there is anything in such a request that can be wrong."""
    return any(len(part) for part in (operation.path_parameters, operation.query, operation.body))


def asked_by(people: Iterator[dict[str, str]], operation: Operation, mode: GenerationMode) -> set[int]:
    """Draw requests for an operation, send them as each of these people in turn, and hold the answers against its description.

    The statuses of all answers.
    """
    statuses: set[int] = set()

    @settings(max_examples=DRAWS, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(operation.as_strategy(generation_mode=mode), booleans())
    def asked(case: Case[Any], known: bool) -> None:
        if known and "station" in case.path_parameters:
            case.path_parameters["station"] = STATION
        statuses.add(case.call_and_validate(headers=next(people), checks=CHECKS).status_code)

    asked()
    return statuses
