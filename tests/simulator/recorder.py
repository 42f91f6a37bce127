"""Fake desk that records its commands, and requests to its API."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from simulator.desk.terminals import TerminalStaysError
from simulator.web.server import build

PNG = b"\x89PNG\r\n\x1a\n"


class Recorder:
    """A desk without a machine."""

    def __init__(self) -> None:
        self.keys = ("A", "5", "OK", "CORRECT")
        self.cards = {"approved": "Acceptée", "declined": "Refusée"}
        self.faults = {"printer": {"paper_out": "Plus de papier"}, "network": {"down": "Coupé"}}
        self.alarms = {"printer out": "Imprimante : plus de papier"}
        self.protocols = {"nexo": "nexo Retailer", "concert": "Concert"}
        self.paying = False
        self.told: list[tuple[object, ...]] = []
        self.speed = 1.0
        self.card_wanted = True
        self.printed = False
        self.passed = 0.0
        self.grey = bytes(256 * 64)

    def press(self, key: str, *, held: bool = False) -> None:
        self.told.append(("press", key, held))

    def card(self, name: str) -> bool:
        self.told.append(("card", name))
        return self.card_wanted

    def fault(self, device: str, name: str, on: bool) -> None:
        self.told.append(("fault", device, name, on))

    def headset(self, plugged: bool) -> None:
        self.told.append(("headset", plugged))

    def speech_wav(self) -> bytes | None:
        return b"RIFF" if self.printed else None

    def power(self, on: bool) -> None:
        self.told.append(("power", on))

    def switch_terminal(self, protocol: str) -> None:
        if self.paying:
            raise TerminalStaysError("a payment is under way")
        self.told.append(("terminal", protocol))

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

    def check(self, plate: str, zone: int, sector: str, at: datetime | None = None) -> dict[str, object]:
        self.told.append(("check", plate, zone, sector, *([at] if at else [])))
        return {"allowed": False}

    people = ("agent", "examiner", "applicant", "clerk", "operator")

    def sign_in_link(self, person: str) -> str:
        self.told.append((person,))
        return "central/agent/#token=hdt_" if person == "agent" else "central/sign-in/link/x"

    def send_notices(self) -> tuple[str, ...]:
        self.told.append(("notices",))
        return ("1" * 26, "2" * 26)

    def letter_pdf(self, number: str) -> bytes | None:
        return b"%PDF-" if number == "1" * 26 else None

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        return [{"n": n, "line": "card"} for n in (1, 2, 3) if n > after]


async def where(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"the city, {request.app.state.ready}")


def city() -> Starlette:
    """A city that answers only once it has been started."""

    @contextlib.asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        app.state.ready = "ready"
        yield
        app.state.ready = "closed"

    return Starlette(routes=[Route("/v1/where", where)], lifespan=running)


def ask(desk: Recorder, method: str, path: str, body: object = None) -> httpx.Response:
    """One request to the application; `body` is sent as JSON, or as it is if it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=build(desk, city()))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, content=content)

    return asyncio.run(send())
