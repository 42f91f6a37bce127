"""How a simulated nexo terminal frames its messages: a length before each, or the responses of an HTTP server."""

from __future__ import annotations

from typing import Protocol

import h11


class NexoFrames(Protocol):
    """The terminal's side of one connection."""

    speaks_freely: bool
    """Whether it may say something that is no answer."""

    def take(self, data: bytes) -> list[bytes]:
        """Messages of the till that are whole now."""

    def say(self, message: bytes) -> bytes:
        """The bytes of a message; empty: nothing is to be said, which HTTP says too."""


class LengthFrames:
    """Four bytes of length, the most significant first."""

    speaks_freely = True

    def __init__(self) -> None:
        self._bytes = bytearray()

    def take(self, data: bytes) -> list[bytes]:
        """Messages that are whole."""
        self._bytes += data
        found = []
        while len(self._bytes) >= 4 and len(self._bytes) - 4 >= (size := int.from_bytes(self._bytes[:4], "big")):
            found.append(bytes(self._bytes[4 : 4 + size]))
            del self._bytes[: 4 + size]
        return found

    def say(self, message: bytes) -> bytes:
        """Length and message; nothing for nothing."""
        return len(message).to_bytes(4, "big") + message if message else b""


class HttpFrames:
    """HTTP/1.1 server that keeps its connection: each POST is a message, each response the answer to it."""

    speaks_freely = False

    def __init__(self) -> None:
        self._http = h11.Connection(h11.SERVER)
        self._body = bytearray()

    def take(self, data: bytes) -> list[bytes]:
        """The body of a POST that is whole; what is no HTTP is ignored."""
        if not data:
            return []  # which h11 would take for the end of the connection
        try:
            self._http.receive_data(data)
            return self._bodies()
        except h11.RemoteProtocolError:
            return []

    def _bodies(self) -> list[bytes]:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                body, self._body = bytes(self._body), bytearray()
                return [body]
            elif not isinstance(event, h11.Request):
                return []

    def say(self, message: bytes) -> bytes:
        """The response to the POST under way; 204 if nothing is to be said."""
        if self._http.our_state is not h11.SEND_RESPONSE:
            return b""
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(message)))] if message else []
        events: list[h11.Event] = [h11.Response(status_code=200 if message else 204, headers=headers), h11.EndOfMessage()]
        if message:
            events.insert(1, h11.Data(data=message))
        said = b"".join(self._http.send(event) or b"" for event in events)
        if {self._http.our_state, self._http.their_state} == {h11.DONE}:
            self._http.start_next_cycle()
        return said
