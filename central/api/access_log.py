"""What is written down of each request, whoever asks and whatever comes of it: a line and a count; of a refusal, a second line.

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
from central.core.logs import AUDIT, REQUESTS, tell
from central.operations.metrics import Counted

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
NO_ROUTE = "(none)"


@dataclass
class Counts:
    """What went through. Grows while the request is answered."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    came: int = 0
    went: int = 0


@dataclass(frozen=True)
class Traffic:
    """The outermost layer of the application."""

    app: ASGIApp
    clock: Callable[[], datetime]
    counted: Counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then write down that it was answered, and how."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        counts, began = Counts(), self.clock()

        async def received() -> Message:
            message = await receive()
            counts.came += len(message.get("body", b""))
            return message

        async def sent(message: Message) -> None:
            counts.status = message.get("status", counts.status)
            counts.went += len(message.get("body", b""))
            await send(message)

        scope.setdefault("state", {})["request"] = secrets.token_hex(8)
        try:
            await self.app(scope, received, sent)
        finally:
            seconds = max(0.0, (self.clock() - began).total_seconds())
            written(Request(scope), counts, seconds, self.counted)


def written(request: Request, counts: Counts, seconds: float, counted: Counted) -> None:
    """Write it down."""
    route = getattr(request.scope.get("route"), "path", NO_ROUTE)
    method = request.method if request.method in METHODS else "(other)"
    counted.requests.labels(method, route, counts.status).observe(seconds)
    common = {"request": request.state.request, "method": method, "route": route, "status": counts.status}
    who = getattr(request.state, "who", None)
    tell(REQUESTS, "answered", **common, who=who, ms=round(seconds * 1000, 1), bytes_in=counts.came, bytes_out=counts.went)
    if 400 <= counts.status < 500:
        claims = getattr(request.state, "claims", None)
        reason = HTTPStatus(counts.status).phrase
        tell(AUDIT, "refused", **common, reason=reason, who=who, claims=claims, address=address_of(request))
