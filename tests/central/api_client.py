"""HTTP client of the application for the tests of its API, without a server between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, Table, func, select

from central.access.rate_limits import Limits, Rate
from central.access.tokens import ROLES, Scope, issue_token
from central.app import create_app
from central.core.audit import AuditEntry, list_audit
from central.core.city import City
from tests.central.signing_station import NOW, STATION, city_of

LONG = timedelta(days=30)
UNLIMITED = Rate(1e6, 10**6)
NO_LIMITS = Limits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, guesses=UNLIMITED)
"""For tests that ask more than anybody does."""


@dataclass
class ManualClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Client:
    """An HTTP client that calls the application directly, one request at a time."""

    app: FastAPI
    city: City
    clock: ManualClock = field(default_factory=ManualClock)
    token: str = ""
    address: str = "203.0.113.7"

    def get(self, url: str) -> httpx.Response:
        return self.request("GET", url)

    def post(self, url: str, json: object = None, content: bytes | None = None) -> httpx.Response:
        return self.request("POST", url, json, content)

    def put(self, url: str, json: object = None, content: bytes | None = None) -> httpx.Response:
        return self.request("PUT", url, json, content)

    def delete(self, url: str) -> httpx.Response:
        return self.request("DELETE", url)

    def request(
        self,
        method: str,
        url: str,
        json: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx.Response:
        token = {"authorization": f"Bearer {self.token}"} if self.token else {}
        sent = {"content-type": "application/json", **token, **headers}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                return await client.request(method, url, json=json, content=content, headers=sent)

        return asyncio.run(send())

    def with_token(self, *scopes: Scope, who: str = "Dupont", lifetime: timedelta = LONG) -> Client:
        """The client with a token of these scopes."""
        return replace(self, token=issue_token(self.city.store, who, scopes, lifetime, "the test", self.clock()))

    def as_role(self, role: str) -> Client:
        """The client with a token of this role."""
        return self.with_token(*ROLES[role])


def seller_of(client: Client, operator: str = "parkphone") -> Client:
    """The client with a token of this seller, who is enrolled."""
    asked = {"operator": operator, "name": "Park & Phone"}
    assert client.with_token(Scope.ENROL).post("/v1/operators", asked).status_code == 204
    store, now = client.city.store, client.clock()
    return replace(client, token=issue_token(store, operator, [Scope.SELL], LONG, "the test", now, operator))


def client_of(store: Engine, *stations: str, limits: Limits | None = None) -> Client:
    """A client without a token, of a city at ten o'clock that enrolled these stations."""
    city, clock = city_of(store, *(stations or (STATION,))), ManualClock()
    return Client(create_app(city, clock, limits), city, clock)


CHECK = {"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": "2026-03-04T10:30:00+01:00"}


def fields(answer: httpx.Response) -> set[str]:
    """The members that a problem names."""
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return {error["field"] for error in answer.json()["errors"]}


def last_line(client: Client) -> AuditEntry:
    """What stands last in the audit trail."""
    return list_audit(client.city.store, limit=1000)[-1]


def rows_in(client: Client, tables: Iterable[Table]) -> list[int]:
    """How many rows each table has."""
    with client.city.store.begin() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
