"""What is sent in, as bytes, and how long it may be. Who sends more is told so, and the rest is not read."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.core.problems import MEDIA_TYPE, Problem

LONGEST = 1 << 20
LONGEST_SERIES = 64 << 20
"""A million plates."""
SERIES = "/v1/rights/"


@dataclass(frozen=True)
class Bodies:
    """A layer of the application: lets no long body through, whether it says so beforehand or not."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif announced(scope) > (longest := limit_of(scope)):
            await _too_long(longest)(scope, receive, send)
        else:
            await self._answered(longest, scope, receive, send)

    async def _answered(self, longest: int, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def received() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > longest:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _detail(longest))
            return message

        await self.app(scope, received, send)


def limit_of(scope: Scope) -> int:
    """In bytes: a series of rights is as long as a city is big."""
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    return LONGEST_SERIES if path.startswith(SERIES) and scope["method"] == "PUT" else LONGEST


def announced(scope: Scope) -> int:
    """The length the request says it has; 0 if it says nothing."""
    text = Request(scope).headers.get("content-length", "0")
    return int(text[:18]) if text.isdecimal() else 0


async def _raw(request: Request) -> bytes:
    return await request.body()


async def _spooled(request: Request) -> AsyncIterator[IO[bytes]]:
    with tempfile.SpooledTemporaryFile(LONGEST) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield file


Raw = Annotated[bytes, Depends(_raw)]
"""The body, as it came."""
Spooled = Annotated[IO[bytes], Depends(_spooled)]
"""A long body, on disk rather than in memory."""


def _detail(longest: int) -> str:
    return f"the body of this request has at most {longest} bytes"


def _too_long(longest: int) -> Response:
    problem = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _detail(longest))
    return Response(problem.body, problem.status, {"Connection": "close"}, MEDIA_TYPE)
