"""Requests to other servers: each is over within its time, counted as a whole, and its answer is of a length that is taken.

The theory. The time-outs of a library count from one byte to the next: a server that sends one now and then holds whoever asked
for as long as it likes, and all who wait behind. Here the time counts from the first byte that is sent to the last one that
comes, and what comes is counted too. Only the look-up of a name has no bound but the resolver's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class BoundedTransport(httpx.BaseTransport):
    """Transport of an httpx client, for a thread without an event loop."""

    within_s: float
    """From the start of a request to the end of its answer."""
    most_bytes: int
    """Of an answer's body, unpacked, for little may unpack to much; 0: it is not read, and the answer has none."""
    trust_env: bool = True
    """Whether a proxy of the environment is asked to send it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer. Raises httpx.HTTPError: ReadTimeout if it is not here in time, ReadError if it is too long."""
        try:
            return asyncio.run(self._answer(request))
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"no whole answer within {self.within_s:g} s", request=request) from error

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read(), extensions=request.extensions
        )
        async with asyncio.timeout(self.within_s), httpx.AsyncClient(trust_env=self.trust_env) as client:
            answer = await client.send(asked, stream=True)
            try:
                body = await self._body(answer) if self.most_bytes else b""
            finally:
                await answer.aclose()
        headers = answer.headers if body else httpx.Headers()
        headers.pop("content-encoding", None)  # it is unpacked
        return httpx.Response(answer.status_code, headers=headers, content=body)

    async def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > self.most_bytes:
                raise httpx.ReadError(f"the answer has more than {self.most_bytes} bytes", request=answer.request)
        return bytes(body)
