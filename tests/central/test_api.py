"""The city over HTTP, without a server: what each audience sends, and what it is told when it is wrong."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from central.app import create_app
from central.cli import main
from central.store import checks, open_store
from firmware.entry import Recorded, body_of
from firmware.facts import Fact, RightSold
from firmware.right import Right
from firmware.tariff import load_tariffs

JSON = {"content-type": "application/json"}
STATION = "75011-0042"
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
TEN = datetime(2026, 3, 4, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
RIGHT = Right("75011-0042-000001", "AB123CD", 1, "11D", "visitor", "car", TEN, TEN + timedelta(hours=1), 4, 600, "2021-08-01")


@dataclass(frozen=True)
class Client:
    """Asks an application directly, one request at a time."""

    app: FastAPI

    def get(self, url: str) -> httpx.Response:
        return self.request("GET", url)

    def post(self, url: str, *, json: object = None, content: bytes | None = None) -> httpx.Response:
        return self.request("POST", url, json=json, content=content)

    def request(self, method: str, url: str, *, json: object = None, content: bytes | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                return await client.request(method, url, json=json, content=content, headers=JSON)

        return asyncio.run(asked())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """A register in a file, as it is served."""
    store = open_store(f"sqlite:///{tmp_path}/central.db")
    yield store
    store.dispose()


@pytest.fixture
def client(store: Engine) -> Client:
    """The city at ten o'clock."""
    return Client(create_app(store, lambda: TEN, TARIFFS))


def batch(*facts: Fact) -> dict[str, object]:
    previous, sent = hashlib.sha256(b"horodateur journal 75011-0042").digest(), []
    for seq, fact in enumerate(facts, 1):
        body = body_of(Recorded(seq, STATION, TEN, 1.0, "boot-1", fact))
        previous = hashlib.sha256(previous + body).digest()
        sent.append({"body": body.decode(), "hash": previous.hex()})
    return {"entries": sent}


def test_a_sale_is_seen_by_the_next_check(client: Client) -> None:
    taken = client.post(f"/v1/stations/{STATION}/entries", json=batch(RightSold(RIGHT, True)))
    assert (taken.status_code, taken.json()) == (200, {"next": 2})
    answer = client.post("/v1/checks", json={"plate": "ab-123-cd", "zone": 1, "at": "2026-03-04T10:30:00+01:00"})
    assert answer.status_code == 200
    assert answer.json() == {
        "plate": "AB123CD",
        "zone": 1,
        "at": "2026-03-04T10:30:00+01:00",
        "allowed": True,
        "until": "2026-03-04T11:00:00+01:00",
        "right": {
            "station": "75011-0042",
            "reference": "75011-0042-000001",
            "status": "sold",
            "plate": "AB123CD",
            "zone": 1,
            "sector": "11D",
            "regime": "visitor",
            "vehicle": "car",
            "bought_at": "2026-03-04T10:00:00+01:00",
            "start": "2026-03-04T10:00:00+01:00",
            "end": "2026-03-04T11:00:00+01:00",
            "cents": 600,
        },
        "checked_at": "2026-03-04T10:00:00+01:00",
        "complete_until": "2026-03-04T10:00:00+01:00",
        "silent": [],
    }


def test_a_gap_and_a_fork_are_conflicts(client: Client) -> None:
    url = f"/v1/stations/{STATION}/entries"
    whole = batch(RightSold(RIGHT), RightSold(RIGHT))
    assert client.post(url, json=batch(RightSold(RIGHT, True))).json() == {"next": 2}
    fork = client.post(url, json=whole)
    assert (fork.status_code, fork.json()) == (409, {"fork": 1})
    gap = client.post("/v1/stations/75012-0001/entries", content=late_entry("75012-0001"))
    assert (gap.status_code, gap.json()) == (409, {"send_from": 1})


def late_entry(station: str) -> bytes:
    body = body_of(Recorded(7, station, TEN, 1.0, "boot-1", RightSold(RIGHT)))
    return json.dumps({"entries": [{"body": body.decode(), "hash": "00" * 32}]}).encode()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"zone": 1}, "plate"),
        ({"plate": "AB123CD"}, "zone"),
        ({"plate": "", "zone": 1}, "plate"),
        ({"plate": " - ", "zone": 1}, "plate"),
        ({"plate": "ABCDEFGHIJK", "zone": 1}, "plate"),
        ({"plate": 123, "zone": 1}, "plate"),
        ({"plate": "AB123CD", "zone": 3}, "zone"),
        ({"plate": "AB123CD", "zone": "1"}, "zone"),
        ({"plate": "AB123CD", "zone": 1, "at": "2026-03-04T10:00:00"}, "at"),
        ({"plate": "AB123CD", "zone": 1, "at": "yesterday"}, "at"),
        ({"plate": "AB123CD", "zone": 1, "at": 1772614800}, "at"),
        ({"plate": "AB123CD", "zone": 1, "at": "1772614800"}, "at"),
        ({"plate": "AB123CD", "zone": 1, "at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"plate": "AB123CD", "zone": 1, "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_check_names_the_field_and_is_not_recorded(
    client: Client, store: Engine, asked: dict[str, object], field: str
) -> None:
    answer = client.post("/v1/checks", json=asked)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Unprocessable Entity", 422)
    assert [each["field"] for each in problem["errors"]] == [field]
    assert problem["errors"][0]["reason"] in problem["detail"]
    with store.begin() as connection:
        assert connection.execute(select(checks)).all() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null"])
def test_what_is_no_json_object_is_a_problem(client: Client, body: bytes) -> None:
    for url in ("/v1/checks", f"/v1/stations/{STATION}/entries"):
        answer = client.post(url, content=body)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize(("method", "url", "status"), [("GET", "/nowhere", 404), ("GET", "/v1/checks", 405)])
def test_what_is_not_there_is_a_problem_too(client: Client, method: str, url: str, status: int) -> None:
    answer = client.request(method, url)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_health(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_a_database_that_fails_is_503_and_nothing_is_acknowledged(client: Client, store: Engine) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    event.listen(store, "before_cursor_execute", full)
    answer = client.post(f"/v1/stations/{STATION}/entries", json=batch(RightSold(RIGHT)))
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "disk is full" in answer.json()["detail"]
    assert client.get("/health").status_code == 503
    event.remove(store, "before_cursor_execute", full)
    assert client.post(f"/v1/stations/{STATION}/entries", json=batch(RightSold(RIGHT))).json() == {"next": 2}


def test_the_city_may_live_under_another_application(store: Engine) -> None:
    outer = FastAPI()
    outer.mount("/central", create_app(store, lambda: TEN, TARIFFS))
    client = Client(outer)
    assert client.get("/central/health").json() == {"status": "ok"}
    assert client.post("/central/v1/checks", json={"plate": "A", "zone": 1}).json()["allowed"] is False
    assert client.post("/central/v1/checks", json={}).headers["content-type"] == "application/problem+json"


def test_it_describes_itself(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert sorted(paths) == ["/health", "/v1/checks", "/v1/quotes", "/v1/stations/{station}/entries"]


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all.db", "oracle9://x"])
def test_a_database_that_cannot_be_opened_is_named(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--database", url]) == 1
    assert f"--database {url}" in capsys.readouterr().err


def test_a_wrong_port_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--port", "65536"])
    assert "0 to 65535" in capsys.readouterr().err
