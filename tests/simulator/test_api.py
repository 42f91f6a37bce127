"""The desk by HTTP, against a desk that only writes down what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect

from simulator.web.server import STATIC, build, configuration, serve

PNG = b"\x89PNG\r\n\x1a\n"


class Recorder:
    """A desk without a machine."""

    def __init__(self) -> None:
        self.keys = ("A", "5", "OK", "CORRECT")
        self.cards = {"approved": "Acceptée", "declined": "Refusée"}
        self.faults = {"printer": {"paper_out": "Plus de papier"}, "network": {"down": "Coupé"}}
        self.alarms = {"printer out": "Imprimante : plus de papier"}
        self.told: list[tuple[object, ...]] = []
        self.speed = 1.0
        self.asking = True
        self.printed = False
        self.passed = 0.0
        self.grey = bytes(256 * 64)

    def press(self, key: str, *, held: bool = False) -> None:
        self.told.append(("press", key, held))

    def card(self, name: str) -> bool:
        self.told.append(("card", name))
        return self.asking

    def fault(self, device: str, name: str, on: bool) -> None:
        self.told.append(("fault", device, name, on))

    def power(self, on: bool) -> None:
        self.told.append(("power", on))

    def set_clock(self, at: datetime) -> None:
        self.told.append(("at", at.isoformat()))

    def advance(self, seconds: float) -> None:
        self.told.append(("advance", seconds))

    def tick(self, real_seconds: float) -> None:
        self.passed += real_seconds * self.speed

    def state(self) -> dict[str, object]:
        return {"screen": "idle", "now": "2026-03-04T10:00:00+01:00", "passed": self.passed, "pressed": len(self.told)}

    def screen_png(self) -> bytes:
        return PNG + b"screen"

    def screen_grey(self) -> bytes:
        return self.grey

    def ticket_png(self) -> bytes | None:
        return PNG + b"ticket" if self.printed else None

    def ticket_text(self) -> str | None:
        return "Début 10:00\n" if self.printed else None

    def ticket_bytes(self) -> bytes | None:
        return b"\x1b@" if self.printed else None

    def paper_png(self) -> bytes | None:
        return PNG + b"paper" if self.printed else None

    def check(self, plate: str, zone: int, sector: str) -> dict[str, object]:
        self.told.append(("check", plate, zone, sector))
        return {"allowed": False}

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        return [{"n": n, "line": "card"} for n in (1, 2, 3) if n > after]


async def _where(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"the city, {request.app.state.ready}")


def city() -> Starlette:
    """A city that answers only once it has been started."""

    @contextlib.asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        app.state.ready = "ready"
        yield
        app.state.ready = "closed"

    return Starlette(routes=[Route("/v1/where", _where)], lifespan=running)


@pytest.fixture
def desk() -> Recorder:
    return Recorder()


def ask(desk: Recorder, method: str, path: str, body: object = None) -> httpx.Response:
    """One request to the application; `body` is sent as JSON, or as it is if it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def asking() -> httpx.Response:
        transport = httpx.ASGITransport(app=build(desk, city()))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, content=content)

    return asyncio.run(asking())


@pytest.mark.parametrize(
    ("path", "body", "answer", "told"),
    [
        ("key", {"key": "A"}, {"key": "A", "held": False}, [("press", "A", False)]),
        ("key", {"key": "CORRECT", "held": True}, {"key": "CORRECT", "held": True}, [("press", "CORRECT", True)]),
        ("card", {"card": "declined"}, {"card": "declined", "taken": True}, [("card", "declined")]),
        (
            "fault",
            {"device": "printer", "fault": "paper_out", "on": True},
            {"device": "printer", "fault": "paper_out", "on": True},
            [("fault", "printer", "paper_out", True)],
        ),
        ("power", {"on": False}, {"on": False}, [("power", False)]),
        ("check", {"plate": "AB", "zone": 1, "sector": "11D"}, {"allowed": False}, [("check", "AB", 1, "11D")]),
    ],
)
def test_a_command_reaches_the_desk(
    desk: Recorder, path: str, body: object, answer: object, told: list[tuple[object, ...]]
) -> None:
    response = ask(desk, "POST", f"/api/{path}", body)
    assert (response.status_code, response.json()) == (200, answer)
    assert desk.told == told


def test_a_card_nobody_asked_for_is_not_an_error(desk: Recorder) -> None:
    desk.asking = False
    assert ask(desk, "POST", "/api/card", {"card": "approved"}).json() == {"card": "approved", "taken": False}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-04T10:00:00+01:00", "2026-03-04T10:00:00+01:00"),
        ("2026-07-14T08:00:00Z", "2026-07-14T08:00:00+00:00"),
        ("2026-07-14T10:00", "2026-07-14T10:00:00+02:00"),
        ("2026-01-14T10:00:30", "2026-01-14T10:00:30+01:00"),
    ],
)
def test_the_clock_is_set_in_paris_unless_an_offset_says_otherwise(desk: Recorder, at: str, said: str) -> None:
    assert ask(desk, "POST", "/api/clock", {"at": at}).status_code == 200
    assert desk.told == [("at", said)]


def test_the_speed_is_set(desk: Recorder) -> None:
    response = ask(desk, "POST", "/api/clock", {"speed": 60})
    assert response.json() == {"now": "2026-03-04T10:00:00+01:00", "speed": 60.0}
    assert desk.speed == 60.0


def test_a_long_advance_is_cut_into_minutes(desk: Recorder) -> None:
    assert ask(desk, "POST", "/api/clock", {"advance_s": 150.5}).status_code == 200
    assert desk.told == [("advance", 60.0), ("advance", 60.0), ("advance", 30.5)]


NOT_UNDERSTOOD = [
    ("key", b""),
    ("key", b"{"),
    ("key", b"\xff\xfe"),
    ("key", b'{"\xff": 1}'),
    ("key", b"[" * 100_000),
    ("key", b'{"key": "A"} x'),
    ("key", []),
    ("key", {}),
    ("key", {"key": 5}),
    ("key", {"key": "A", "held": 1}),
    ("key", {"key": "A", "shift": True}),
    ("key", {"key": "a"}),
    ("key", {"key": ""}),
    ("card", {}),
    ("card", {"card": None}),
    ("card", {"card": "gold"}),
    ("card", {"card": "approved", "pin": "1234"}),
    ("clock", {}),
    ("clock", {"at": None}),
    ("clock", {"speed": 1, "advance_s": 1}),
    ("clock", {"at": "2026-03-04T10:00:00+01:00", "speed": 1}),
    ("clock", {"at": 1}),
    ("clock", {"at": "noon"}),
    ("clock", {"at": "2026-02-30T10:00:00"}),
    ("clock", {"at": "1999-03-04T10:00:00"}),
    ("clock", {"at": "2100-01-01T00:00:00"}),
    ("clock", b'{"speed": NaN}'),
    ("clock", b'{"speed": Infinity}'),
    ("clock", b'{"speed": 1e999}'),
    ("clock", {"speed": "60"}),
    ("clock", {"speed": True}),
    ("clock", {"speed": -1}),
    ("clock", {"speed": 1001}),
    ("clock", {"advance_s": -0.1}),
    ("clock", {"advance_s": 1e9}),
    ("clock", b'{"advance_s": -Infinity}'),
    ("clock", {"minutes": 3}),
    ("fault", {"device": "printer", "fault": "paper_out"}),
    ("fault", {"device": "printer", "fault": "paper_out", "on": "yes"}),
    ("fault", {"device": "oven", "fault": "paper_out", "on": True}),
    ("fault", {"device": "printer", "fault": "down", "on": True}),
    ("fault", {"device": "printer", "fault": "paper_out", "on": True, "for": 3}),
    ("power", {}),
    ("power", {"on": 0}),
    ("power", {"on": True, "off": False}),
]


@pytest.mark.parametrize(("path", "body"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_a_problem_and_touches_nothing(desk: Recorder, path: str, body: object) -> None:
    response = ask(desk, "POST", f"/api/{path}", body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 422
    assert problem["detail"]
    assert desk.told == []
    assert desk.speed == 1.0


@pytest.mark.parametrize(
    ("path", "body", "accepted"),
    [
        ("key", {"key": "É"}, ["A", "5", "OK", "CORRECT"]),
        ("card", {"card": "gold"}, ["approved", "declined"]),
        ("fault", {"device": "oven", "fault": "hot", "on": True}, ["printer", "network"]),
        ("fault", {"device": "printer", "fault": "hot", "on": True}, ["paper_out"]),
        ("clock", {}, ["at", "speed", "advance_s"]),
        ("power", {"off": True}, ["on"]),
    ],
)
def test_a_problem_names_what_is_accepted(desk: Recorder, path: str, body: object, accepted: list[str]) -> None:
    assert ask(desk, "POST", f"/api/{path}", body).json()["accepted"] == accepted


def test_the_list_names_every_route_key_card_and_fault(desk: Recorder) -> None:
    listed = ask(desk, "GET", "/api").json()
    assert {(route["method"], route["path"]) for route in listed["routes"]} == {
        ("POST", "/api/key"),
        ("POST", "/api/card"),
        ("POST", "/api/clock"),
        ("POST", "/api/fault"),
        ("POST", "/api/power"),
        ("POST", "/api/check"),
        ("GET", "/api/state"),
        ("GET", "/api/screen.png"),
        ("GET", "/api/ticket.png"),
        ("GET", "/api/ticket.txt"),
        ("GET", "/api/ticket.bin"),
        ("GET", "/api/paper.png"),
        ("GET", "/api/wire"),
    }
    assert all(len(route["says"]) > 20 for route in listed["routes"])
    assert listed["keys"] == ["A", "5", "OK", "CORRECT"]
    assert listed["cards"]["approved"] == "Acceptée"
    assert listed["faults"]["network"] == {"down": "Coupé"}


def test_state_and_screen_are_what_the_desk_says_now(desk: Recorder) -> None:
    state = ask(desk, "GET", "/api/state")
    assert (state.json()["screen"], state.headers["cache-control"]) == ("idle", "no-store")
    screen = ask(desk, "GET", "/api/screen.png")
    assert (screen.content, screen.headers["content-type"]) == (PNG + b"screen", "image/png")


@pytest.mark.parametrize("name", ["ticket.png", "ticket.txt", "ticket.bin", "paper.png"])
def test_before_the_first_ticket_there_is_none(desk: Recorder, name: str) -> None:
    response = ask(desk, "GET", f"/api/{name}")
    assert (response.status_code, response.text) == (404, "There is no ticket.\n")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("ticket.png", PNG + b"ticket", "image/png"),
        ("ticket.txt", "Début 10:00\n".encode(), "text/plain; charset=utf-8"),
        ("ticket.bin", b"\x1b@", "application/octet-stream"),
        ("paper.png", PNG + b"paper", "image/png"),
    ],
)
def test_a_ticket_is_given_as_it_is(desk: Recorder, name: str, content: bytes, kind: str) -> None:
    desk.printed = True
    response = ask(desk, "GET", f"/api/{name}")
    assert (response.content, response.headers["content-type"]) == (content, kind)


@pytest.mark.parametrize(("query", "entries"), [("", [1, 2, 3]), ("?after=0", [1, 2, 3]), ("?after=2", [3]), ("?after=99", [])])
def test_the_wire_is_read_from_an_entry_on(desk: Recorder, query: str, entries: list[int]) -> None:
    assert [entry["n"] for entry in ask(desk, "GET", f"/api/wire{query}").json()] == entries


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "²", "9" * 5000])
def test_the_wire_is_read_from_a_whole_number(desk: Recorder, after: str) -> None:
    assert ask(desk, "GET", f"/api/wire?after={after}").status_code == 422


def test_a_command_is_not_a_question(desk: Recorder) -> None:
    assert ask(desk, "GET", "/api/key").is_client_error
    assert ask(desk, "POST", "/api/state", {}).is_client_error
    assert desk.told == []


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@contextlib.asynccontextmanager
async def served(desk: Recorder, listening: socket.socket) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    """The application behind a real server; leaving stops it, as Ctrl-C would, and waits until it has."""
    server = uvicorn.Server(configuration(build(desk, city())))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"127.0.0.1:{listening.getsockname()[1]}", server
    server.should_exit = True
    await asyncio.wait_for(serving, timeout=10)


async def _next_state(page: ClientConnection) -> dict[str, object]:
    async for message in page:
        if isinstance(message, str):
            return cast("dict[str, object]", json.loads(message))
    raise AssertionError("the page was hung up on")


async def _next_screen(page: ClientConnection) -> bytes:
    async for message in page:
        if isinstance(message, bytes):
            return message
    raise AssertionError("the page was hung up on")


def test_the_page_the_city_and_the_api_share_a_port(desk: Recorder, listening: socket.socket) -> None:
    async def visit() -> None:
        async with served(desk, listening) as (host, _), httpx.AsyncClient(base_url=f"http://{host}") as client:
            page = await client.get("/")
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert (await client.get("/main.js")).status_code == 200
            assert (await client.get("/central/v1/where")).text == "the city, ready"
            assert (await client.post("/api/key", json={"key": "5"})).status_code == 200

    asyncio.run(visit())
    assert desk.told == [("press", "5", False)]


def test_a_page_is_told_everything_once_and_then_what_changes(desk: Recorder, listening: socket.socket) -> None:
    desk.speed = 0.0

    async def watch() -> None:
        async with served(desk, listening) as (host, _), connect(f"ws://{host}/ws") as page:
            assert await _next_state(page) == desk.state()
            assert await _next_screen(page) == bytes(16_384)
            desk.press("A")
            assert await _next_state(page) == {"pressed": 1}
            desk.grey = b"\xff" * 16_384
            assert await _next_screen(page) == b"\xff" * 16_384
            await page.send("whatever")
            await page.send(b"\x00\xff")
            desk.press("5")
            assert await _next_state(page) == {"pressed": 2}

    asyncio.run(watch())


def test_time_passes_at_the_desks_speed_while_the_server_runs(desk: Recorder, listening: socket.socket) -> None:
    desk.speed = 1000.0

    async def watch() -> None:
        async with served(desk, listening) as (host, _), connect(f"ws://{host}/ws") as page:
            first = cast("float", (await _next_state(page))["passed"])
            later = cast("float", (await _next_state(page))["passed"])
            assert later - first >= 20

    asyncio.run(watch())


def test_the_server_stops_while_a_page_is_open(desk: Recorder, listening: socket.socket) -> None:
    async def stop() -> None:
        async with served(desk, listening) as (host, server):
            page = await connect(f"ws://{host}/ws")
            await _next_state(page)
            server.should_exit = True
            await asyncio.wait_for(page.wait_closed(), timeout=10)

    asyncio.run(stop())


def test_a_taken_port_is_said_before_any_url(desk: Recorder, listening: socket.socket) -> None:
    said: list[str] = []
    with pytest.raises(OSError, match="in use"):
        serve(build(desk, city()), "127.0.0.1", listening.getsockname()[1], said.append)
    assert said == []


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_the_page_needs_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.", text)
    assert "localStorage" not in text
    assert "document.cookie" not in text
