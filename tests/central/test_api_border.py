"""What no route takes, whichever it is: drawn from the API's own description, so that a new route is held to it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from central.app import described
from central.db.store import open_store
from tests.central.api_client import NO_LIMITS, Client, client_of

DESCRIPTION = described()
SCHEMAS = DESCRIPTION["components"]["schemas"]
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
    if operation.get("tags") != ["people"]
]
"""But for pages, which answer with pages (test_sign_in.py)."""
NAMES = {
    "number": "1" * 26,
    "station": "75011-0042",
    "generation": "1",
    "seq": "1",
    "id": "1",
    "series": "residents",
    "secret": "A" * 43,
    "operator": "parkphone",
    "year": "2025",
}
"""A value for each name in a path, and for each that a query must have."""


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Somebody who may do everything; nothing that is sent here reaches the register."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('border')}/city.db")
    yield client_of(store, limits=NO_LIMITS).as_role("operator")
    store.dispose()


def schema_of(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and schema of the JSON object an operation takes; of one that reads its body for itself, nothing."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("$ref", "").rpartition("/")[2]
    return name, SCHEMAS.get(name, {})


def required_query(operation: dict[str, Any]) -> str:
    """The names that a query must have."""
    names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query" and each["required"]]
    return f"?{'&'.join(f'{name}={{{name}}}' for name in names)}" if names else ""


def members() -> Iterator[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
    """Method, path, member, its schema, and an example of the whole, of each member of each body."""
    for method, path, operation in OPERATIONS:
        _, schema = schema_of(operation)
        for member, schema_of_it in schema.get("properties", {}).items():
            yield method, path + required_query(operation), member, schema_of_it, dict(schema["examples"][0])


def kinds(described: dict[str, Any]) -> set[str]:
    """The JSON types that a member may have."""
    return {each.get("type", "") for each in (described, *described.get("anyOf", ()))}


MEMBERS = list(members())
NUMBERS = [each for each in MEMBERS if "integer" in kinds(each[3])]
TEXTS = [each for each in MEMBERS if "string" in kinds(each[3])]
SETS = [each for each in MEMBERS if each[3].get("uniqueItems")]


def refused(client: Client, method: str, path: str, body: dict[str, Any], field: str) -> str:
    """Why; it is 422, and names this member."""
    answer = client.request(method, path.format(**NAMES), body)
    assert answer.status_code == 422, answer.text
    [reason] = {error["reason"] for error in answer.json()["errors"] if error["field"] == field}
    return str(reason)


def test_the_description_has_something_of_each() -> None:
    assert {each[2] for each in NUMBERS} >= {"zone", "days", "number", "quarters", "reached"}
    assert {each[2] for each in TEXTS} >= {"plate", "sector", "note", "who", "because"}
    assert {each[2] for each in SETS} == {"scopes", "kinds"}


@pytest.mark.parametrize("value", [True, False, "1", 1.5])
@pytest.mark.parametrize(("method", "path", "member", "described", "example"), NUMBERS)
def test_a_number_is_nothing_else(
    operator: Client, method: str, path: str, member: str, described: object, example: dict[str, Any], value: object
) -> None:
    answer = operator.request(method, path.format(**NAMES), {**example, member: value})
    assert answer.status_code == 422
    assert {error["field"].partition(".")[0] for error in answer.json()["errors"]} == {member}


@pytest.mark.parametrize(("method", "path", "member", "described", "example"), TEXTS)
def test_the_character_0_is_refused_and_not_dropped(
    operator: Client, method: str, path: str, member: str, described: object, example: dict[str, Any]
) -> None:
    said = str(example.get(member, "x"))
    assert "the character 0" in refused(operator, method, path, {**example, member: f"{said[:2]}\0{said[2:]}"}, member)


@pytest.mark.parametrize(("method", "path", "member", "described", "example"), SETS)
def test_a_set_names_nothing_twice(
    operator: Client, method: str, path: str, member: str, described: object, example: dict[str, Any]
) -> None:
    assert "twice" in refused(operator, method, path, {**example, member: example[member] * 2}, member)


FOR_PEOPLE = {"/notices"}
"""A page shows its form again, with the reason in French (test_notices_api.py)."""
FOR_PROGRAMS = [each for each in OPERATIONS if each[1] not in FOR_PEOPLE]


@pytest.mark.parametrize(("method", "path", "operation"), FOR_PROGRAMS)
def test_a_name_that_is_not_read_is_refused(operator: Client, method: str, path: str, operation: dict[str, Any]) -> None:
    answer = operator.request(method, f"{path.format(**NAMES)}?unknown=1")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "unknown"


QUERIES = [
    (method, path, parameter["name"])
    for method, path, operation in FOR_PROGRAMS
    for parameter in operation.get("parameters", ())
    if parameter["in"] == "query"
]


@pytest.mark.parametrize(("method", "path", "name"), QUERIES)
def test_a_name_given_twice_is_refused(operator: Client, method: str, path: str, name: str) -> None:
    answer = operator.request(method, f"{path.format(**NAMES)}?{name}=1&{name}=2")
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": name, "reason": "given twice"}])


READ_WHOLE = ("/entries", "/publications", "/tariffs", "/configuration/{station}", "/payments/notifications")
"""Signed documents, and files that have a check of their own for this."""
BODIES = [
    (method, path)
    for method, path, operation in OPERATIONS
    if "application/json" in operation.get("requestBody", {}).get("content", {}) and not path.endswith(READ_WHOLE)
]


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("body", [b'{"plate": "A", "plate": "B"}', b'{"inner": [{"plate": 1, "zone": 1, "plate": 1}]}'])
def test_a_member_given_twice_in_a_body_is_refused(operator: Client, method: str, path: str, body: bytes) -> None:
    """Decoders keep the last of two: the answer would be about one that was perhaps not meant."""
    assert len(BODIES) > 10
    answer = operator.request(method, path.format(**NAMES), content=body)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": "plate", "reason": "given twice"}])


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in OPERATIONS if "{" in path])
def test_a_path_with_the_character_0_is_refused(operator: Client, method: str, path: str) -> None:
    name = path.partition("{")[2].partition("}")[0]
    answer = operator.request(method, path.format(**{**NAMES, name: "a%00b"}))
    assert answer.status_code == 422


@pytest.mark.parametrize("path", DESCRIPTION["paths"])
def test_405_names_every_method(operator: Client, path: str) -> None:
    answer = operator.request("PATCH", path.format(**NAMES))
    assert answer.status_code == 405
    named = {word.strip() for word in answer.headers["allow"].split(",")}
    assert named == {method.upper() for method in DESCRIPTION["paths"][path]}


@pytest.mark.parametrize(
    "path", [*(path for path, each in DESCRIPTION["paths"].items() if "get" in each), "/login", "/agent/", "/no"]
)
def test_head_is_answered_as_get_without_a_body(operator: Client, path: str) -> None:
    head, get = (operator.request(method, path.format(**NAMES)) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.get("content-type") == get.headers.get("content-type")
    if path != "/metrics":  # which count the request before
        assert head.headers.get("content-length") == get.headers.get("content-length")


@pytest.mark.parametrize("path", DESCRIPTION["paths"])
def test_a_path_with_a_slash_is_another_one_and_leads_nowhere(operator: Client, path: str) -> None:
    answer = operator.get(f"{path.format(**NAMES)}/")
    assert answer.status_code in (404, 405)
    assert "location" not in answer.headers
