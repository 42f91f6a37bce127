"""Plain plate checks: ASGI middleware that answers them itself, without the web framework's own work.

The theory. Matching routes, resolving dependencies and validating a body of five members took half as long again as the check
itself, and what stands around the routes a tenth. A body that is plainly good is decoded here, to the same values, and answered
by the same functions; whatever is not (a query, an escape in a text, a member too many, given twice, or wrong) goes on to the
route, which alone says what is wrong with it. Nothing is counted, looked up or stored before that is decided, so a request
takes one of the two ways. What is raised here is raised again where the route would raise it: the same handlers answer it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from central.access.tokens import Scope
from central.api.asgi_scopes import header_in, path_in
from central.api.auth import AuthState, bearer_of
from central.api.datetimes import datetime_said
from central.api.enforcement import BATCH, LARGEST_BATCH, LONGEST_PLATE, SINGLE, answer_batch, answer_single
from central.api.refusals import noted
from central.core.fields import plate_in
from central.enforcement.checks import CheckQuestion
from firmware.domain.decoding import StrictStruct
from firmware.domain.sector import Sector

LONGEST = 1 << 16
"""Bytes of a body that is looked at; 200 checks with both instants have some 40 000."""
_BEARER = "Bearer "
_RAISED = "horodateur.raised"
"""What was raised of a request, in its scope."""
WrittenInstant = str | UnsetType | None


class PlainCheck(StrictStruct, frozen=True):
    """A check as it stands in a body."""

    plate: str
    zone: Literal[1, 2]
    sector: Sector
    at: WrittenInstant = UNSET
    known_at: WrittenInstant = UNSET

    @property
    def texts(self) -> int:
        """How many texts it is written with: the names of its members, and the values that are texts."""
        instants = (self.at, self.known_at)
        return 5 + sum(each is not UNSET for each in instants) + sum(isinstance(each, str) for each in instants)


class PlainBatch(StrictStruct, frozen=True):
    """A batch as it stands in a body."""

    checks: tuple[PlainCheck, ...]


_SINGLE, _BATCH = msgspec.json.Decoder(PlainCheck), msgspec.json.Decoder(PlainBatch)


@dataclass(frozen=True)
class SelectedRoute:
    """What the access log is told of the route."""

    path: str


_ROUTES: Mapping[str, SelectedRoute] = {path: SelectedRoute(path) for path in (SINGLE, BATCH)}


@dataclass(frozen=True)
class RaisedAgain:
    """ASGI middleware around the routes, within the error handlers: raises what `PlainChecks` was told to raise."""

    app: ASGIApp

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Raise it, if there is anything; pass everything else on."""
        if error := scope.get(_RAISED):
            raise error
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class PlainChecks:
    """ASGI middleware around all others but the access log, over an application with `RaisedAgain` in it."""

    app: ASGIApp
    auth: AuthState

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a plain check; pass everything else on."""
        path = _path_in(scope)
        token = _token_in(scope) if path else ""
        if not token:
            return await self.app(scope, receive, send)
        messages = await _messages_of(receive)
        questions = _questions_in(path, b"".join(each.get("body", b"") for each in messages))
        if not questions:
            return await self.app(scope, _again(messages, receive), send)
        scope["route"] = _ROUTES[path]
        request = Request(scope)
        try:
            response = await noted(request, self._answer(request, token, questions, single=path == SINGLE))
        except Exception as error:
            scope[_RAISED] = error
            return await self.app(scope, receive, send)
        return await response(scope, receive, send)

    async def _answer(self, request: Request, token: str, asked: Sequence[CheckQuestion], *, single: bool) -> Response:
        """Raises what the route raises."""
        agent = await bearer_of(request, self.auth, token, Scope.CHECK)
        if single:
            return await run_in_threadpool(answer_single, self.auth, agent, asked[0])
        return await run_in_threadpool(answer_batch, self.auth, agent, asked)


def _path_in(scope: AsgiScope) -> str:
    """The path of a request for checks with a body of JSON that is not long; empty for any other."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
        return ""
    path = path_in(scope)
    if path not in _ROUTES:
        return ""
    length = header_in(scope, b"content-length")
    short = length.isascii() and length.isdecimal() and int(length[:18]) <= LONGEST
    return path if short and header_in(scope, b"content-type") == "application/json" else ""


def _token_in(scope: AsgiScope) -> str:
    """The bearer token of a request; empty if it is said in another way, or there is none."""
    said = header_in(scope, b"authorization")
    token = said.removeprefix(_BEARER)
    return token if token != said and token.isascii() and token == token.strip() else ""


async def _messages_of(receive: Receive) -> list[Message]:
    """The whole body, or what came of it before the client hung up; of one that is longer than was said, what is too long."""
    messages = [await receive()]
    read = len(messages[0].get("body", b""))
    while messages[-1].get("more_body") and read <= LONGEST:
        messages.append(await receive())
        read += len(messages[-1].get("body", b""))
    return messages


def _questions_in(path: str, body: bytes) -> tuple[CheckQuestion, ...]:
    """The questions in a body that is plainly good; none for any other."""
    if len(body) > LONGEST or b"\\" in body:
        return ()
    try:
        checks = (_SINGLE.decode(body),) if path == SINGLE else _BATCH.decode(body).checks
        if not checks or len(checks) > LARGEST_BATCH or _has_more_texts(body, path, checks):
            return ()
        return tuple(map(_question_of, checks))
    except (ValueError, RecursionError):
        return ()


def _has_more_texts(body: bytes, path: str, checks: Sequence[PlainCheck]) -> bool:
    """Whether a member is given twice, of which a decoder says nothing: no text has a quote in it, so they can be counted."""
    return body.count(b'"') != 2 * (sum(each.texts for each in checks) + (path == BATCH))


def _question_of(asked: PlainCheck) -> CheckQuestion:
    """Raises ValueError for what the route would refuse, or read in another way."""
    if len(asked.plate) > LONGEST_PLATE:
        raise ValueError("too long")
    return CheckQuestion(plate_in(asked.plate), asked.zone, asked.sector, _instant(asked.at), _instant(asked.known_at))


def _instant(said: WrittenInstant) -> datetime | None:
    return datetime_said(said) if isinstance(said, str) else None


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """What was received, once more, and then what follows."""
    waiting = list(messages)

    async def receive_again() -> Message:
        return waiting.pop(0) if waiting else await receive()

    return receive_again
