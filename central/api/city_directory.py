"""Several cities behind one port: which application answers is told by the host, or by how the path begins.

The theory. A city is an application of its own over a database of its own, and this is the only thing that knows of more than
one: it passes a request on whole, or answers that no city is there. So nothing can cross but what the cities' databases share,
which is nothing (docs/decisions/0038). A host comes before a path: a city with a host has all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from central.core.problems import MEDIA_TYPE, Problem


@dataclass(frozen=True)
class CityApplication:
    """An application and its name, as log lines have it."""

    name: str
    app: ASGIApp


@dataclass(frozen=True)
class CityDirectory:
    """ASGI application that passes each request to its city."""

    hosts: Mapping[str, CityApplication]
    """In small letters, without a port."""
    prefixes: Mapping[str, CityApplication]
    """`/paris`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the city that is meant."""
        if scope["type"] == "lifespan":
            return await _live(receive, send)
        prefix, city = self._find(scope)
        if city is None:
            problem = Problem(HTTPStatus.NOT_FOUND, "no city of this server is at this host and path")
            response = Response(problem.body, problem.status, media_type=MEDIA_TYPE)
            return await response(scope, receive, send)
        inner = {
            **scope,
            "root_path": scope.get("root_path", "") + prefix,
            "state": {**scope.get("state", {}), "city": city.name},
        }
        await city.app(inner, receive, send)
        return None

    def _find(self, scope: Scope) -> tuple[str, CityApplication | None]:
        host = host_name(HTTPConnection(scope).headers.get("host", ""))
        if host in self.hosts:
            return "", self.hosts[host]
        first = f"/{scope['path'].split('/', 2)[1]}" if scope["path"].startswith("/") else ""
        return first, self.prefixes.get(first)


def host_name(header: str) -> str:
    """The name in a Host header: small letters, no port, no dot at its end."""
    bracketed = header.rpartition("]")
    name = f"{bracketed[0]}]" if bracketed[1] else header.partition(":")[0]
    return name.lower().rstrip(".")


async def _live(receive: Receive, send: Send) -> None:
    """The cities begin and end with the process: nothing is to be done for it."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
