"""A minimal HTTP client, so that two processors shared with the server are spent on the server."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

IDLE_S = 2.0
"""After so long the server may hang up any moment (it waits five seconds): a new connection is opened."""


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response."""

    status: int
    body: bytes


class Connection:
    """One connection that is kept open; one request at a time."""

    def __init__(self, port: int) -> None:
        """To the server on this machine."""
        self._port = port
        self._socket, self._used = _opened(port), time.monotonic()
        self._file = self._socket.makefile("rb")

    def post(self, request: bytes) -> HttpResponse:
        """Send a whole request, read the whole answer. Raises ConnectionError if the server hangs up."""
        if time.monotonic() - self._used > IDLE_S:
            self.close()
            self._socket = _opened(self._port)
            self._file = self._socket.makefile("rb")
        self._socket.sendall(request)
        status, length = self._file.readline(), 0
        if not status:
            raise ConnectionError("the server hung up")
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._used = time.monotonic()
        return HttpResponse(int(status.split()[1]), self._file.read(length))

    def close(self) -> None:
        """Close the connection."""
        self._file.close()
        self._socket.close()


def _opened(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=60)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def request(path: str, body: bytes, token: str = "") -> bytes:
    """A POST of JSON, as bytes."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{authorization}\r\n".encode() + body
