"""Forged requests: more than a thousand, at every route of the city; none is accepted, and nothing is changed.

`forged_requests` makes those of a forger who is no station, `forged_tokens` those of one who holds no token. Here is what the
city makes of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import httpx
import pytest
from sqlalchemy import Engine, Table, select

from central.access.tokens import Scope, issue_token, revoke_token, token_id
from central.app import create_app
from central.core.city import City
from central.core.logs import JsonLines
from central.db.tables import metadata
from central.operations.fleet import revoke
from central.register.publications import pull
from firmware.protocol.facts import PaymentStarted, RightSold, TicketPrinted
from firmware.protocol.messages import PullRequest, pull_of
from tests.central.api_client import NO_LIMITS, ManualClock
from tests.central.forged_requests import (
    ENTRIES,
    OUT,
    PULLS,
    Forger,
    Request,
    cut,
    dated_back,
    replayed,
    request_to,
    reshaped,
    signatures,
    signed_and_senseless,
    signed_by_others,
    tampered,
)
from tests.central.forged_routes import ProtectedRoute, protected_routes
from tests.central.forged_tokens import Tokens, bearing, with_wrong_scope, without_good_token
from tests.central.signing_station import DAY, NOW, STATION, THERE, SigningStation, chain, city_of, key_of, right

JOURNAL = chain(
    [PaymentStarted(right()), RightSold(right()), {"fact": "of later software"}, RightSold(right(2)), *[TicketPrinted("")] * 2]
)
SECRETS = re.compile(r"AB-?123-?CD|hdt_[0-9a-f]{12}_|[A-Za-z0-9_-]{43}", re.IGNORECASE)
"""A plate, a token, the secret half of one, a signature, a key."""


@dataclass
class Attacked:
    """A city in which something has happened, and all who may come to its routes."""

    city: City
    tokens: Tokens
    routes: Sequence[ProtectedRoute]
    recorded: Sequence[tuple[str, bytes]]
    """What STATION has sent to which route, as a thief would record it."""
    spoken: int
    """The greatest request number of STATION."""

    @property
    def forger(self) -> Forger:
        """Writes the second half of the journal, which the city has not got."""
        return Forger(JOURNAL[3:])

    def digest(self, *but: Table) -> str:
        """Of every row of every table but these."""
        digest = hashlib.sha256()
        with self.city.store.begin() as connection:
            for table in (table for table in metadata.sorted_tables if table not in but):
                rows = connection.execute(select(table).order_by(*table.primary_key.columns)).all()
                digest.update(repr((table.name, rows)).encode())
        return digest.hexdigest()

    def send(self, requests: Sequence[Request]) -> list[httpx.Response]:
        """Everything, one after the other."""
        app = create_app(self.city, ManualClock(), NO_LIMITS)

        async def sent() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                return [await client.send(_request(client, each)) for each in requests]

        return asyncio.run(sent())


def _request(client: httpx.AsyncClient, each: Request) -> httpx.Request:
    headers = [(name.encode(), value.encode()) for name, value in (("content-type", "application/json"), *each.headers)]
    return client.build_request(each.method, each.url, content=each.content, headers=headers)


@pytest.fixture
def attacked(store: Engine) -> Attacked:
    """A station that has sold, one that has not, one that is revoked; a dead letter, an incident; tokens of every kind."""
    city = city_of(store, STATION, THERE, OUT)
    recorded = list(_said(city))
    SigningStation(city, OUT).hand_in(chain([TicketPrinted("")], OUT))
    revoke(store, OUT, "the test", NOW)
    other = issue_token(store, "somebody", (Scope.CHECK,), 30 * DAY, "the test", NOW)
    routes = protected_routes(token_id(other))
    return Attacked(city, _tokens(store, other, {route.scopes for route in routes}), routes, recorded, len(recorded) + 1)


def _said(city: City) -> Iterator[tuple[str, bytes]]:
    """All that STATION has said, and the city has taken; then the fork that is the incident."""
    station = SigningStation(city)
    for entries in (0, 1, 2, 3, 3, 3, 3, 3):
        handed_in = station.request(JOURNAL[:entries])
        assert station.send(handed_in)[0] == 200
        yield ENTRIES, handed_in
        station.request_number += 1
        asked = pull_of(PullRequest(STATION, station.request_number, {}), key_of(STATION))
        assert pull(city, STATION, asked, NOW).status == 200
        yield PULLS, asked
    assert station.hand_in(chain([TicketPrinted("")]))[1] == {"next": 2, "fork": 1}


def _tokens(store: Engine, other: str, wanted: Iterable[frozenset[Scope]]) -> Tokens:
    """Tokens of every kind; `wanted`: what routes ask for, so that there is one that is good for everything else."""

    def made(*scopes: Scope) -> str:
        return issue_token(store, "somebody", scopes, 30 * DAY, "the test", NOW)

    revoked = made(*Scope)
    revoke_token(store, token_id(revoked), "the test", NOW)
    return Tokens(
        good=made(*Scope),
        other=other,
        expired=issue_token(store, "somebody", tuple(Scope), DAY, "the test", NOW - DAY),
        revoked=revoked,
        single={scope: made(scope) for scope in Scope},
        lacking={scopes: made(*(scope for scope in Scope if scope not in scopes)) for scopes in wanted},
    )


def forged(attacked: Attacked) -> dict[str, list[Request]]:
    """What is sent, by the kind of forgery."""
    forger, tokens = attacked.forger, attacked.tokens
    return {
        "replayed": list(replayed(attacked.recorded)),
        "dated back": list(dated_back(forger, attacked.spoken)),
        "of other hands": list(signed_by_others(forger)),
        "tampered": list(tampered(forger)),
        "cut": list(cut(forger)),
        "signature": list(signatures(forger)),
        "reshaped": list(reshaped(forger)),
        "senseless": list(signed_and_senseless(forger)),
        "no good token": [each for route in attacked.routes for each in without_good_token(route.request, tokens)],
        "wrong scope": [each for route in attacked.routes for each in with_wrong_scope(route, tokens)],
    }


def test_of_a_thousand_forged_requests_none_is_accepted(attacked: Attacked, caplog: pytest.LogCaptureFixture) -> None:
    before = attacked.digest()
    kinds = forged(attacked)
    requests = [each for kind in kinds.values() for each in kind]
    names = [f"{kind} {number}" for kind, each in kinds.items() for number in range(len(each))]
    with caplog.at_level(logging.INFO, "horodateur.audit"):
        answers = attacked.send(requests)
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "horodateur.audit"]
    assert len(requests) > 1000
    assert [
        name for name, each, got in zip(names, requests, answers, strict=True) if got.status_code not in each.statuses
    ] == []
    assert [name for name, got in zip(names, answers, strict=True) if not is_problem(got)] == []
    assert attacked.digest() == before
    assert [json.loads(line)["status"] for line in lines] == [got.status_code for got in answers]
    assert [line for line in lines if SECRETS.search(line)] == []

    # and it was the forgery that was refused: the true ones open every route
    true = [replace(route.request, headers=bearing(attacked.tokens.good)) for route in attacked.routes]
    true += [request_to(ENTRIES, attacked.forger.batch()), request_to(PULLS, Forger(JOURNAL, count(2000)).pull())]
    answered = [route.answers for route in attacked.routes] + 2 * [frozenset({200})]
    opened = zip(attacked.send(true), answered, strict=True)
    assert [got.text for got, statuses in opened if got.status_code not in statuses] == []


def is_problem(answer: httpx.Response) -> bool:
    """Whether it is a problem document that says what its status line says, and no secret."""
    document = answer.json()
    told = answer.headers["content-type"] == "application/problem+json" and document["status"] == answer.status_code
    return told and {"type", "title", "detail"} <= set(document) and not re.search("hdt_[0-9a-f]", answer.text)


def test_every_route_that_asks_for_a_token_is_tried(attacked: Attacked) -> None:
    [described] = attacked.send([Request("GET", "/openapi.json")])
    paths = described.json()["paths"]
    operations = [(path, method, operation) for path, each in paths.items() for method, operation in each.items()]
    there = {(method.upper(), path) for path, method, operation in operations if {"token": []} in operation.get("security", ())}
    tried = {(route.request.method, path) for route in attacked.routes for path in paths if _is_at(route.request.url, path)}
    assert len(there) > 10
    assert there <= tried
    stations = {path for path, each in paths.items() if any("station" in operation["tags"] for operation in each.values())}
    assert stations == {ENTRIES.format("{station}"), PULLS.format("{station}")}


def _is_at(url: str, path: str) -> bool:
    return re.fullmatch(re.sub("{[a-z]+}", "[^/]+", path), url.partition("?")[0]) is not None
