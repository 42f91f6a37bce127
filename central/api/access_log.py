"""Access log and metrics middleware: a log line and a count for each request; for a refusal, a second line.

Only what cannot hold a plate or a secret is written: the route's template and never the path, a name only once it is proven or
has the shape of one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.auth import address_of
from central.core.logs import AUDIT, REQUESTS, log
from central.operations.metrics import RequestCounters

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
NO_ROUTE = "(none)"


@dataclass
class ResponseLog:
    """Status and sizes of one request and its response. Grows while the request is answered."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(frozen=True)
class AccessLog:
    """ASGI middleware, the outermost of the application."""

    app: ASGIApp
    clock: Callable[[], datetime]
    counters: RequestCounters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then log that it was answered, and how."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        response, began = ResponseLog(), self.clock()

        async def counting_receive() -> Message:
            message = await receive()
            response.bytes_in += len(message.get("body", b""))
            return message

        async def counting_send(message: Message) -> None:
            response.status = message.get("status", response.status)
            response.bytes_out += len(message.get("body", b""))
            await send(message)

        scope.setdefault("state", {})["request"] = secrets.token_hex(8)
        try:
            await self.app(scope, counting_receive, counting_send)
        finally:
            seconds = max(0.0, (self.clock() - began).total_seconds())
            log_request(Request(scope), response, seconds, self.counters)


def log_request(request: Request, response: ResponseLog, seconds: float, counters: RequestCounters) -> None:
    """Log and count one request that was answered."""
    route = getattr(request.scope.get("route"), "path", NO_ROUTE)
    method = request.method if request.method in METHODS else "(other)"
    counters.requests.labels(method, route, response.status).observe(seconds)
    common = {"request": request.state.request, "method": method, "route": route, "status": response.status}
    if city := getattr(request.state, "city", ""):
        common["city"] = city
    who = getattr(request.state, "who", None)
    log(
        REQUESTS,
        "answered",
        **common,
        who=who,
        ms=round(seconds * 1000, 1),
        bytes_in=response.bytes_in,
        bytes_out=response.bytes_out,
    )
    if 400 <= response.status < 500:
        claims = getattr(request.state, "claims", None)
        reason = HTTPStatus(response.status).phrase
        log(AUDIT, "refused", **common, reason=reason, who=who, claims=claims, address=address_of(request))
