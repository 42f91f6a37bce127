"""Request bodies as bytes, and the limit on their length: a longer one is answered 413 and not read to its end."""

from __future__ import annotations

import re
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

from central.api.asgi_scopes import header_in, path_in
from central.cards.document_folder import LARGEST_DOCUMENT
from central.core.problems import MEDIA_TYPE, too_long
from central.intake.intake import LONGEST_BODY

LONGEST_SERIES = 64 << 20
"""A million plates."""
SERIES = "/v1/rights/"
DOCUMENTS = re.compile(r"/v1/requests/[0-9]+/documents|/counter/[0-9]+/documents")
FORM_PARTS = 1 << 16
"""What a form puts around a document."""
BODY = "the body of this request"


@dataclass(frozen=True)
class BodyLimit:
    """ASGI middleware: lets no long body through, whether it says so beforehand or not."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif announced_length(scope) > (longest := limit_of(scope)) and not _is_document(scope):
            await _refusal(longest)(scope, receive, send)
        else:
            await self._pass_on(longest, scope, receive, send)

    async def _pass_on(self, longest: int, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def limited_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > longest:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long(BODY, longest).detail)
            return message

        await self.app(scope, limited_receive, send)


def limit_of(scope: Scope) -> int:
    """The longest body of a request, in bytes: a series of holdings is as long as a city is big."""
    path = path_in(scope)
    if _is_document(scope):
        return LARGEST_DOCUMENT + FORM_PARTS
    is_series = path.startswith(SERIES) and "/" not in path.removeprefix(SERIES)
    return LONGEST_SERIES if is_series and scope["method"] == "PUT" else LONGEST_BODY


def announced_length(scope: Scope) -> int:
    """The Content-Length of a request; 0 if it has none."""
    text = header_in(scope, b"content-length", "0")
    return int(text[:18]) if text.isascii() and text.isdecimal() else 0


def _is_document(scope: Scope) -> bool:
    """Whose length is looked at once it is known who sends it: a refusal leaves a line with a name."""
    return scope["method"] == "POST" and DOCUMENTS.fullmatch(path_in(scope)) is not None


async def _raw(request: Request) -> bytes:
    return await request.body()


async def _spooled(request: Request) -> AsyncIterator[IO[bytes]]:
    if announced_length(request.scope) > (longest := limit_of(request.scope)):
        detail = too_long(BODY, longest).detail
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, {"Connection": "close"})
    with tempfile.SpooledTemporaryFile(LONGEST_BODY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield file


RawBody = Annotated[bytes, Depends(_raw)]
"""The body, as it came."""
SpooledBody = Annotated[IO[bytes], Depends(_spooled)]
"""A long body, on disk rather than in memory."""


def _refusal(longest: int) -> Response:
    problem = too_long(BODY, longest)
    return Response(problem.body, problem.status, {"Connection": "close"}, MEDIA_TYPE)
