"""The API does what its own description says, whatever is sent to it: no 5xx, and no answer of a shape it did not announce.

Requests are drawn from the description itself, those that fit it and those that do not, and each is sent by everybody who may
come: with no token, and as each role. Credentials are never drawn (test_api_auth tries those): a draw that left the token out
would say nothing of the operation behind it. The draws are the same at each run.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
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
from central.app import described
from firmware.protocol.facts import RightSold
from tests.central.api_client import NO_LIMITS, Client, client_of
from tests.central.signing_station import STATION, THERE, SigningStation, chain, right

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DRAWS = 6
"""For each operation, of what fits and of what does not; each is sent by everybody."""
STATIONS = {f"POST /v1/stations/{{station}}/{route}" for route in ("entries", "publications")}
"""These accept nothing but what a station signed; see test_forged_requests."""
Operation = APIOperation[Any, Any, Any, Any]
Statuses = dict[str, set[int]]
"""Which statuses each caller was answered."""


@pytest.fixture
def city(store: Engine) -> Client:
    """A city with two stations and something in every table that can be listed."""
    client = client_of(store, STATION, THERE, limits=NO_LIMITS)
    SigningStation(client.city).hand_in(chain([RightSold(right()), {"fact": "of later software"}]))
    SigningStation(client.city, request_number=1).hand_in(chain([{"fact": "another"}]))
    client.as_role("agent").post("/v1/checks", {"plate": "AB-123-CE", "zone": 1, "sector": "11D"})
    return client


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_was_announced(city: Client, mode: GenerationMode) -> None:
    callers = {"nobody": {}, **{role: {"Authorization": f"Bearer {city.as_role(role).token}"} for role in ROLES}}
    answered: dict[str, Statuses] = {}
    document = deepcopy(described())
    with_token = without_credentials(document)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = city.app
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if mode is GenerationMode.POSITIVE or can_be_wrong(operation):
            answered[operation.label] = send_draws(operation, mode, callers)
    assert len(answered) >= 15
    refused = {label for label, statuses in answered.items() if 401 in statuses["nobody"] and min(statuses["nobody"]) >= 400}
    assert refused - STATIONS == with_token & answered.keys()
    assert {label for label, statuses in answered.items() if statuses["operator"] <= {401, 403}} <= STATIONS | forms(document)


def without_credentials(document: dict[str, Any]) -> set[str]:
    """Take what it says of tokens out of a description; the operations that need one."""
    del document["components"]["securitySchemes"]
    routes = [(path, method) for path, methods in document["paths"].items() for method in methods]
    secured = [(path, method, document["paths"][path][method].pop("security", [])) for path, method in routes]
    return {f"{method.upper()} {path}" for path, method, kinds in secured if {"token": []} in kinds}


def forms(document: dict[str, Any]) -> set[str]:
    """The operations that accept nothing but a form of a page of ours; see test_page_access."""
    return {f"POST {path}" for path, each in document["paths"].items() if each.get("post", {}).get("tags") == ["people"]}


def can_be_wrong(operation: Operation) -> bool:
    """Whether a request can break this description: a name in the path may be any text."""
    parameters = operation.definition.raw.get("parameters", ())
    names = [each for each in parameters if each["in"] == "path" and each["schema"].get("type") == "string"]
    return len(names) < len(parameters) or "requestBody" in operation.definition.raw


def send_draws(operation: Operation, mode: GenerationMode, callers: Mapping[str, dict[str, str]]) -> Statuses:
    """Draw requests for an operation, send each as every caller, and hold the answers against its description."""
    statuses: Statuses = {caller: set() for caller in callers}

    @settings(max_examples=DRAWS, database=None, deadline=None, phases=[Phase.generate])
    @given(operation.as_strategy(generation_mode=mode), booleans())
    def send(case: Case[Any], known: bool) -> None:
        if known and "station" in case.path_parameters:
            case.path_parameters["station"] = STATION
        for caller, headers in callers.items():
            statuses[caller].add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    send()
    return statuses
