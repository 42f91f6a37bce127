"""Framing of nexo messages on a connection: HTTP POST, or a length before each message.

The theory. Over HTTP every message of the terminal is the answer to one of ours, in the order of the questions, and nothing
may be asked before it has come (`free`): to take a payment back while its answer is awaited, another connection is needed.
What the terminal has to say of itself, an event or a request to us, comes only in place of an answer. With a length before
each message both ends say what they like whenever they like.
"""

from __future__ import annotations

from typing import Protocol

import h11

LONGEST = 1 << 20
"""Bytes of a message; a length beyond is noise."""
PATH = "/nexo/"
_LENGTH = 4


class NexoFraming(Protocol):
    """How messages are told apart on one connection. None of its methods raises, whatever arrives."""

    @property
    def pairs(self) -> bool:
        """Whether every message that arrives is the answer to the last one sent, the only one it will have."""

    @property
    def free(self) -> bool:
        """Whether a message may be sent now."""

    @property
    def broken(self) -> bool:
        """Whether nothing that arrives can be understood any more: hang up."""

    def frame(self, message: bytes) -> bytes:
        """The bytes of a message. Only while it is `free`."""

    def feed(self, data: bytes) -> list[bytes]:
        """Messages that these bytes complete, in order; an empty one for an answer that has none in it."""

    def end(self) -> list[bytes]:
        """Messages that the end of the connection completes. Ready for the next one afterwards."""


class LengthFraming:
    """Four bytes, the most significant first, say how many bytes the message has that follows."""

    def __init__(self) -> None:
        self._received = b""
        self._broken = False

    @property
    def pairs(self) -> bool:
        """No: either end says what it likes."""
        return False

    @property
    def free(self) -> bool:
        """Always."""
        return True

    @property
    def broken(self) -> bool:
        """A length that no message has: where the next one begins is not known."""
        return self._broken

    def frame(self, message: bytes) -> bytes:
        """Length and message."""
        return len(message).to_bytes(_LENGTH, "big") + message

    def feed(self, data: bytes) -> list[bytes]:
        """Messages that are whole."""
        self._received += data
        messages = []
        while not self._broken and len(self._received) >= _LENGTH:
            length = int.from_bytes(self._received[:_LENGTH], "big")
            self._broken = length > LONGEST
            if self._broken or len(self._received) < _LENGTH + length:
                break
            messages.append(self._received[_LENGTH : _LENGTH + length])
            self._received = self._received[_LENGTH + length :]
        return messages

    def end(self) -> list[bytes]:
        """None: what is cut is nothing."""
        self._received, self._broken = b"", False
        return []


class HttpFraming:
    """Each message is a POST, and what answers it is the body of its response. The server may keep the connection."""

    def __init__(self, host: str, path: str = PATH) -> None:
        """`host`: for the Host header, with its port."""
        self._host, self._path = host, path
        self._connection = h11.Connection(h11.CLIENT)
        self._body: bytearray | None = None
        self._broken = False

    @property
    def pairs(self) -> bool:
        """Yes: request and response."""
        return True

    @property
    def free(self) -> bool:
        """Whether every question so far was answered."""
        return self._connection.our_state is h11.IDLE and not self._broken

    @property
    def broken(self) -> bool:
        """What arrived is no HTTP, or the server closes and its answer is whole: this connection serves no more."""
        whole = self._connection.their_state is not h11.SEND_BODY
        return self._broken or (self._connection.our_state is h11.MUST_CLOSE and whole)

    def frame(self, message: bytes) -> bytes:
        """The whole POST."""
        headers = [
            ("Host", self._host),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(message))),
        ]
        request = h11.Request(method="POST", target=self._path, headers=headers)
        events = (request, h11.Data(data=message), h11.EndOfMessage())
        return b"".join(self._connection.send(event) or b"" for event in events)

    def feed(self, data: bytes) -> list[bytes]:
        """Bodies of responses that are whole; empty for a response that is not 2xx."""
        if not data or self._broken:
            return []
        try:
            self._connection.receive_data(data)
            return self._bodies()
        except h11.RemoteProtocolError:
            self._broken = True
            return []

    def end(self) -> list[bytes]:
        """The body of a response that ends with the connection."""
        try:
            self._connection.receive_data(b"")
            bodies = [] if self._broken else self._bodies()
        except (h11.RemoteProtocolError, RuntimeError):
            bodies = []
        self._connection, self._body, self._broken = h11.Connection(h11.CLIENT), None, False
        return bodies

    def _bodies(self) -> list[bytes]:
        bodies = []
        while True:
            event = self._connection.next_event()
            match event:
                case h11.Response(status_code=code):
                    self._body = bytearray() if 200 <= code < 300 else None
                case h11.Data(data=data) if self._body is not None:
                    self._body += data
                    self._broken = len(self._body) > LONGEST
                case h11.EndOfMessage():
                    bodies.append(bytes(self._body or b""))
                    self._next_cycle()
            if self._broken or not isinstance(event, h11.Response | h11.InformationalResponse | h11.Data | h11.EndOfMessage):
                return bodies

    def _next_cycle(self) -> None:
        """Ready for the next question, if the server keeps the connection."""
        if self._connection.our_state is h11.DONE and self._connection.their_state is h11.DONE:
            self._connection.start_next_cycle()
