"""A desk with its city behind the HTTP API, and a program that drives it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
from starlette.applications import Starlette

from central.access.tokens import Scope, issue_token
from central.app import create_app
from simulator.desk.desk import Desk
from simulator.setting import Setting
from simulator.web.server import build

AT = "2026-03-04T10:00:00+01:00"
PLATE = ("A", "B", "1", "2", "3", "C", "D")


@dataclass
class DeskRig:
    """The desk and a program that speaks to it."""

    desk: Desk
    app: Starlette
    token: str
    """Of an agent who checks plates."""

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            bearer = {"authorization": f"Bearer {self.token}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=bearer) as client:
                return await client.request(method, path, json=body)

        return asyncio.run(send())

    def post(self, path: str, **body: object) -> dict[str, object]:
        answer = self.ask("POST", path, body)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert isinstance(said, dict)
        return said

    def state(self, member: str) -> object:
        return self.ask("GET", "/api/state").json()[member]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.post("/api/key", key=key)

    def advance(self, seconds: float) -> None:
        self.post("/api/clock", advance_s=seconds)

    def facts(self) -> list[str]:
        journal = self.state("journal")
        assert isinstance(journal, list)
        return [entry["fact"]["fact"] for entry in journal]

    def debits(self) -> list[int]:
        return [debit.cents for debit in self.desk.cabinet.terminal.core.ledger]

    def to_payment(self) -> None:
        """A plate, two hours, OK."""
        self.press(*PLATE, "OK", "OK", "OK")
        assert self.state("screen") == "present card"
        self.advance(0.5)

    def pay(self, card: str = "contactless") -> None:
        self.to_payment()
        assert self.post("/api/card", card=card)["taken"] is True
        self.advance(5.0)
        assert self.state("screen") == "approved"

    def sale(self) -> None:
        """A whole visit, with its ticket, sent to the city."""
        self.pay()
        self.press("OK")
        self.advance(8.0)
        assert self.state("screen") == "take ticket"

    def check(self, plate: str = "AB-123-CD", zone: int = 1) -> dict[str, object]:
        return self.post("/central/v1/checks", plate=plate, zone=zone, sector="11D" if zone == 1 else "20B")


@contextlib.contextmanager
def switched_on(setting: Setting) -> Iterator[DeskRig]:
    with contextlib.closing(Desk(setting)) as desk:
        token = issue_token(desk.city.store, "agent", {Scope.CHECK}, timedelta(days=90), "test", desk.clock.wall())
        machine = DeskRig(desk, build(desk, create_app(desk.city, desk.clock.wall)), token)
        machine.advance(3.0)
        machine.post("/api/clock", at=AT)
        yield machine
