"""The web server of the desk: one port for page, API and city, live updates, and a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from firmware.domain.sector import SECTOR
from simulator.setting import Setting
from simulator.web import server
from simulator.web.server import STATIC, build, configuration, listen, run_desk, url_of
from tests.simulator.recorder import Recorder, city


@contextlib.asynccontextmanager
async def served(desk: Recorder, listening: socket.socket) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    """The application behind a real server; leaving stops it, as Ctrl-C would, and waits until it has."""
    running = uvicorn.Server(configuration(build(desk, city())))
    serving = asyncio.create_task(running.serve(sockets=[listening]))
    yield f"127.0.0.1:{listening.getsockname()[1]}", running
    running.should_exit = True
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
            earlier = cast("float", (await _next_state(page))["passed"])
            later = cast("float", (await _next_state(page))["passed"])
            assert later - earlier >= 20

    asyncio.run(watch())


def test_the_server_stops_while_a_page_is_open(desk: Recorder, listening: socket.socket) -> None:
    async def stop() -> None:
        async with served(desk, listening) as (host, running):
            page = await connect(f"ws://{host}/ws")
            await _next_state(page)
            running.should_exit = True
            await asyncio.wait_for(page.wait_closed(), timeout=10)

    asyncio.run(stop())


def test_a_taken_port_is_said_before_any_url(
    setting: Setting, listening: socket.socket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(OSError, match=f"port {listening.getsockname()[1]}: Address already in use; `--port 0`"):
        run_desk(setting, "127.0.0.1", listening.getsockname()[1])
    assert capsys.readouterr().out == ""


def test_the_city_of_a_desk_is_where_the_desk_is_served(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[dict[str, dict[str, str]]] = []

    async def ask(app: Starlette) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk") as client:
            states.append((await client.get("/api/state")).json())

    urls: list[str] = []

    def serve_once(app: Starlette, listening: socket.socket, _: object) -> None:
        urls.append(url_of(listening))
        assert {"webhooks", "refunds"} <= {each.name for each in threading.enumerate()}, "what a city does by itself"
        asyncio.run(ask(app))

    monkeypatch.setattr(server, "serve", serve_once)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert run_desk(setting, "127.0.0.1", 0) == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*/", urls[0])
    assert states[0]["station"]["central"] == f"{urls[0]}central"


def test_the_url_of_an_address_of_the_sixth_version_is_in_brackets() -> None:
    with listen("::1", 0) as listening:
        assert url_of(listening) == f"http://[::1]:{listening.getsockname()[1]}/"


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_the_page_needs_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.", text)
    assert "localStorage" not in text
    assert "document.cookie" not in text


def test_the_page_takes_the_sectors_that_the_city_takes_in_either_case() -> None:
    [pattern] = re.findall(r'name="sector"[^>]* pattern="([^"]*)"', (STATIC / "index.html").read_text("utf-8"))
    assert pattern == SECTOR.strip("^$").replace("[A-Z]", "[A-Za-z]")
