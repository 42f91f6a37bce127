"""The HTTP API, without a server: routes of agents and stations, limits, problem documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from http import HTTPStatus

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from central.app import create_app
from central.db.tables import checks, entries, stations
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import RightSold
from firmware.protocol.messages import PullRequest, pull_of
from tests.central.api_client import CHECK, Client, ManualClock, client_of
from tests.central.signing_station import NOW, STATION, THERE, SigningStation, chain, count, key_of

RIGHT = ParkingRight(
    f"{STATION}-000001", "AB123CD", 1, "11D", "visitor", "car", NOW, NOW + timedelta(hours=1), 4, 600, "2021-08-01"
)
ENTRIES = f"/v1/stations/{STATION}/entries"
PULLS = f"/v1/stations/{STATION}/publications"


@pytest.fixture
def client(store: Engine) -> Client:
    """A city at ten o'clock, with one station."""
    return client_of(store)


@pytest.fixture
def agent(client: Client) -> Client:
    """Somebody who checks plates there."""
    return client.as_role("agent")


def sale(client: Client, station: str = STATION) -> bytes:
    """What a station sends that has sold one right."""
    return SigningStation(client.city, station).request(chain([RightSold(RIGHT, True)], station))


def test_a_sale_is_seen_by_the_next_check(client: Client, agent: Client) -> None:
    taken = client.post(ENTRIES, content=sale(client))
    assert (taken.status_code, taken.json()["next"]) == (200, 2)
    answer = agent.post("/v1/checks", CHECK)
    assert answer.status_code == 200
    assert (answer.json()["allowed"], answer.json()["because"], answer.json()["plate"]) == (True, "right", "AB123CD")
    assert answer.json()["right"]["reference"] == RIGHT.reference
    assert answer.json()["complete_until"] == "2026-03-04T11:00:00+01:00"
    with client.city.store.begin() as connection:
        asked_by = connection.execute(checks.select()).one().asked_by
    assert asked_by == f"Dupont ({agent.token[4:16]})"


def test_a_station_is_given_what_is_published_for_it(client: Client) -> None:
    answer = client.post(PULLS, content=pull_of(PullRequest(STATION, 1, {}), key_of(STATION)))
    assert answer.status_code == 200
    assert [each["signed"]["kind"] for each in answer.json()["publications"]] == ["rights"]


@pytest.mark.parametrize("url", [ENTRIES, PULLS])
def test_a_station_that_cannot_prove_itself_is_refused(client: Client, url: str) -> None:
    forged = (
        pull_of(PullRequest(STATION, 1, {}), key_of(THERE))
        if url == PULLS
        else sale(client).replace(b'"contact":1', b'"contact":2')
    )
    for body in (forged[:-1], forged, b"", b"[]", b"null", b"\xff", b"{}"):
        answer = client.post(url, content=body)
        assert answer.status_code in (401, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)
    assert count(client.city, entries) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plate": None}, "plate"),
        ({"plate": ""}, "plate"),
        ({"plate": " - "}, "plate"),
        ({"plate": "ABCDEFGHIJK"}, "plate"),
        ({"plate": "A" * 10_000}, "plate"),
        ({"plate": 123}, "plate"),
        ({"zone": 3}, "zone"),
        ({"zone": "1"}, "zone"),
        ({"zone": None}, "zone"),
        ({"sector": "21A"}, "sector"),
        ({"sector": "011D"}, "sector"),
        ({"sector": None}, "sector"),
        ({"at": "2026-03-04T10:00:00"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": 1772614800}, "at"),
        ({"at": "1772614800"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"known_at": "2026-03-04T10:00:00"}, "known_at"),
        ({"known_at": "2026-03-04T11:00:00.000001+01:00"}, "known_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_check_names_the_field_and_is_not_recorded(agent: Client, change: dict[str, object], field: str) -> None:
    answer = agent.post("/v1/checks", CHECK | change)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", HTTPStatus(422).phrase, 422)
    assert [each["field"] for each in problem["errors"]] == [field]
    assert problem["errors"][0]["reason"] in problem["detail"]
    assert count(agent.city, checks) == 0


@pytest.mark.parametrize("missing", ["plate", "zone", "sector"])
def test_a_check_says_where_it_stands(agent: Client, missing: str) -> None:
    answer = agent.post("/v1/checks", {name: value for name, value in CHECK.items() if name != missing})
    assert [each["field"] for each in answer.json()["errors"]] == [missing]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b"1" * 5000])
def test_what_is_no_json_object_is_a_problem(agent: Client, body: bytes) -> None:
    answer = agent.post("/v1/checks", content=body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("method", "url", "status"), [("GET", "/nowhere", 404), ("GET", ENTRIES, 405), ("BREW", "/health", 405)]
)
def test_what_is_not_there_is_a_problem_too(client: Client, method: str, url: str, status: int) -> None:
    answer = client.request(method, url)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


# --- long bodies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [ENTRIES, PULLS, "/v1/checks", "/v1/quotes", "/v1/tokens"])
def test_a_long_body_is_refused_whether_it_says_so_or_not(client: Client, url: str) -> None:
    everybody = client.as_role("operator")

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * (1 << 16)

    for content in (b" " * ((1 << 20) + 1), unannounced()):
        answer = everybody.post(url, content=content)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        assert "1048576 bytes" in answer.json()["detail"]


def test_the_longest_body_that_may_be_is_read(client: Client) -> None:
    answer = client.post("/v1/quotes", content=b" " * (1 << 20))
    assert answer.status_code == 422


# --- the database ----------------------------------------------------------------------------------------------------


class DiskFullError(Exception):
    """As psycopg says it, with what must not leave the server."""

    sqlstate = "53100"


@pytest.mark.parametrize(
    "error",
    [
        lambda: OperationalError("INSERT", {"plate": "AB123CD"}, DiskFullError("at db.internal: AB123CD")),
        lambda: InterfaceError("INSERT", {"plate": "AB123CD"}, Exception("the connection is closed, AB123CD")),
        lambda: PoolTimeoutError("QueuePool limit of size 5 reached, AB123CD"),
    ],
)
def test_a_database_that_fails_is_503_and_nothing_is_acknowledged(
    client: Client, agent: Client, error: Callable[[], Exception]
) -> None:
    body = sale(client)

    def fails(*_: object) -> None:
        raise error()

    event.listen(client.city.store, "before_cursor_execute", fails)
    watched = client.get("/health"), client.get("/metrics")
    for answer in (client.post(ENTRIES, content=body), agent.post("/v1/checks", CHECK), *watched):
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.headers["retry-after"] == "5"
        assert not [word for word in ("AB123CD", "internal", "INSERT", "QueuePool") if word in answer.text]
    event.remove(client.city.store, "before_cursor_execute", fails)
    assert client.post(ENTRIES, content=body).json()["next"] == 2


def test_the_database_may_fail_when_it_commits(client: Client) -> None:
    body = sale(client)

    def full(*_: object) -> None:
        raise OperationalError("COMMIT", {}, DiskFullError())

    event.listen(client.city.store, "commit", full)
    assert client.post(ENTRIES, content=body).status_code == 503
    event.remove(client.city.store, "commit", full)
    assert count(client.city, entries) == 0
    assert client.post(ENTRIES, content=body).json()["next"] == 2


def test_what_should_not_happen_is_500_and_says_nothing(client: Client, agent: Client) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("AB123CD")

    event.listen(client.city.store, "before_cursor_execute", broken)
    answer = agent.post("/v1/checks", CHECK)
    event.remove(client.city.store, "before_cursor_execute", broken)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "AB123CD" not in answer.text


# --- the application -------------------------------------------------------------------------------------------------


def test_health(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_the_city_may_live_under_another_application(store: Engine) -> None:
    inner = client_of(store)
    outer = FastAPI()
    outer.mount("/central", create_app(inner.city, ManualClock()))
    client = Client(outer, inner.city).as_role("agent")
    assert client.get("/central/health").json() == {"status": "ok"}
    assert client.post("/central/v1/checks", CHECK).json()["allowed"] is False
    assert client.post("/central/v1/checks", {}).headers["content-type"] == "application/problem+json"
    assert client.put("/central/v1/rights/cmi", content=b" " * ((1 << 20) + 1)).status_code == 403
    assert client.put("/central/v1/tariffs", content=b" " * ((1 << 20) + 1)).status_code == 413


def test_it_describes_itself(client: Client) -> None:
    document: dict[str, dict[str, dict[str, dict[str, object]]]] = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], f"{method} {path} says what it does"
            assert "503" in str(operation["responses"]), f"{method} {path} tells what can go wrong"
    assert list(document["components"]["securitySchemes"]) == ["token", "session"]


def test_a_station_nobody_enrolled_leaves_no_trace(client: Client) -> None:
    assert count(client.city, stations) == 1
    assert httpx.codes.is_client_error(client.post(f"/v1/stations/{THERE}/entries", content=sale(client, THERE)).status_code)
    assert count(client.city, stations) == 1
