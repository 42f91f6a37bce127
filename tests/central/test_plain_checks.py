"""Plain plate checks: the short way answers what the route answers, and takes nothing that the route would not take so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import httpx
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.types import Message, Receive, Scope, Send

from central.access.rate_limits import Limits, Rate
from central.api.plain_checks import LONGEST, PlainChecks
from central.app import create_app
from firmware.domain.errors import FieldError
from firmware.domain.plate import normalise, plate_in
from tests.central.api_client import CHECK, NO_LIMITS, Client, client_of

PLAIN = (
    CHECK,
    {**CHECK, "at": None},
    {**CHECK, "known_at": "2026-03-04T09:50:00Z"},
    {**CHECK, "plate": "ÄB 123 cd"},
    {**CHECK, "sector": "12A", "zone": 2},
    {**CHECK, "zone": 2},
    {**CHECK, "known_at": "2026-03-05T09:50:00+01:00"},
)
"""Decoded without the route, though a rule may refuse them."""
OTHER: tuple[object, ...] = (
    {**CHECK, "plate": "A\0"},
    {**CHECK, "plate": 'A"B'},
    {**CHECK, "plate": "A" * 41},
    {**CHECK, "plate": "A$"},
    {**CHECK, "zone": True},
    {**CHECK, "zone": "1"},
    {**CHECK, "zone": 3},
    {**CHECK, "zone": 1.5},
    {**CHECK, "sector": "21Z"},
    {**CHECK, "sector": "11D\n"},
    {**CHECK, "at": 1772616600},
    {**CHECK, "at": "2026-03-04T10:30:00"},
    {**CHECK, "at": "2300-03-04T10:30:00Z"},
    {**CHECK, "colour": "red"},
    {"plate": "AB123CD"},
    [],
    None,
)
TWICE = (
    '{"plate":"AB123CD","plate":"AB124CD","zone":1,"sector":"11D"}',
    '{"plate":"AB123CD","zone":1,"zone":2,"sector":"11D"}',
    '{"plate":"AB123CD","zone":1,"sector":"11D","at":null,"at":"2026-03-04T10:30:00+01:00"}',
    '{"plate":"AB123CD","zone":1,"sector":"11D","at":null,"known_at":null,"at":null}',
)
SINGLES = (*map(json.dumps, (*PLAIN, *OTHER)), *TWICE, "", "{", '{"plate":"\\u0041B","zone":1,"sector":"11D"}', "[" * 100_000)


def test_both_ways_answer_the_same(store: Engine) -> None:
    agent = client_of(store, limits=NO_LIMITS).as_role("agent")
    route = only_routes(agent)
    for body in SINGLES:
        for path, sent in (("/v1/checks", body), ("/v1/checks/batch", f'{{"checks":[{json.dumps(CHECK)},{body}]}}')):
            short, long = (each.post(path, content=sent.encode()) for each in (agent, route))
            assert (short.status_code, headers_of(short)) == (long.status_code, headers_of(long)), sent[:200]
            assert without_ids(short.json()) == without_ids(long.json()), sent[:200]


def test_both_ways_ask_for_a_token_with_its_scope_and_limit_whoever_asks_too_often(store: Engine) -> None:
    client = client_of(store, limits=replace(Limits(), bearer=Rate(0.001, 2)))
    route = only_routes(client)
    for stranger in (client, replace(client, token=f"hdt_{12 * 'a'}_{43 * 'b'}"), client.as_role("auditor")):
        short, long = (each.post("/v1/checks", CHECK) for each in (stranger, replace(route, token=stranger.token)))
        assert short.status_code in (401, 403)
        assert (short.status_code, short.headers, short.content) == (long.status_code, long.headers, long.content)
    agent = client.as_role("agent")
    assert [agent.post("/v1/checks", CHECK).status_code for _ in range(3)] == [200, 200, 429]


def test_what_is_plain_is_answered_without_the_route_and_what_is_not_reaches_it_whole(store: Engine) -> None:
    agent = client_of(store).as_role("agent")
    assert [passed_on(agent, "/v1/checks", json.dumps(each, ensure_ascii=False)) for each in PLAIN[:5]] == [None] * 5
    assert passed_on(agent, "/v1/checks/batch", json.dumps({"checks": [CHECK] * 200})) is None
    for body in (*map(json.dumps, OTHER), *TWICE, '{"plate":"\\u0041B","zone":1,"sector":"11D"}'):
        assert passed_on(agent, "/v1/checks", body) == body.encode()
    for number in (0, 201):
        batch = json.dumps({"checks": [CHECK] * number})
        assert passed_on(agent, "/v1/checks/batch", batch) == batch.encode()
    assert passed_on(agent, "/v1/checks?zone=1", json.dumps(CHECK)) is not None
    assert passed_on(replace(agent, token=""), "/v1/checks", json.dumps(CHECK)) is not None


def test_a_body_that_is_longer_than_it_said_is_not_read_to_its_end(store: Engine) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"9"), (b"authorization", b"Bearer a")]
    scope = {"type": "http", "method": "POST", "path": "/v1/checks", "query_string": b"", "headers": headers}
    parts: list[Message] = [{"type": "http.request", "body": bytes(LONGEST), "more_body": True}] * 9
    left: list[int] = []

    async def routes(_scope: Scope, _receive: Receive, _send: Send) -> None:
        left.append(len(parts))

    async def receive() -> Message:
        return parts.pop() if parts else {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        pass

    asyncio.run(PlainChecks(routes, client_of(store).app.state.auth)(scope, receive, send))
    assert left == [7]


@given(st.text(st.characters() | st.sampled_from("AB12 -o0"), max_size=12))
def test_a_plate_is_read_in_the_same_way_whichever_characters_it_has(text: str) -> None:
    try:
        assert plate_in(text) == normalise(text)
    except FieldError:
        assert not (normalise(text).isascii() and normalise(text).isalnum() and len(normalise(text)) <= 10)


def only_routes(client: Client) -> Client:
    """The same client, of an application without the short way."""
    app = create_app(client.city, client.clock, client.app.state.auth.limits)
    app.user_middleware = [each for each in app.user_middleware if each.cls is not PlainChecks]  # type: ignore[comparison-overlap]
    return replace(client, app=app)


def passed_on(client: Client, url: str, body: str) -> bytes | None:
    """The body that the routes are given, in two parts as it came; None if they are not asked."""
    path, _, query = url.partition("?")
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body.encode())).encode())]
    if client.token:
        headers.append((b"authorization", f"Bearer {client.token}".encode()))
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": headers}
    reached: list[bytes] = []

    async def routes(_scope: Scope, receive: Receive, _send: Send) -> None:
        reached.append(b"".join([(await receive())["body"] for _ in range(2)]))

    parts = [
        {"type": "http.request", "body": body.encode()[:20], "more_body": True},
        {"type": "http.request", "body": body.encode()[20:], "more_body": False},
    ]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(_message: Message) -> None:
        pass

    asyncio.run(PlainChecks(routes, client.app.state.auth)(scope, receive, send))
    return reached[0] if reached else None


def headers_of(answer: httpx.Response) -> dict[str, str]:
    """All but the length: numbers of checks grow."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}


def without_ids(told: object) -> object:
    """An answer without the numbers of its checks."""
    match told:
        case {"answers": answers} if isinstance(answers, Sequence):
            return [without_ids(each) for each in answers]
        case {"id": _, **rest}:
            return rest
    return told
