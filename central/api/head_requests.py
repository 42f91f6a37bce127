"""HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2): whoever watches a server asks so."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadRequests:
    """Middleware: the application behind it is asked with GET. The server, which knows of HEAD, sends no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked_with_head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if asked_with_head else scope, receive, send)
