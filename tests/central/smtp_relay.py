"""A small mail relay over real sockets, written from RFC 5321, 3207 and 4954, with what can go wrong in it."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

USER, PASSWORD = "stationnement", "a password of the relay"
CLOSES = "closes"
"""A reply that is none: the relay closes the connection."""


@dataclass
class SmtpRelay:
    """What the relay offers and answers; a test changes it. What it was sent is kept."""

    port: int = 0
    context: ssl.SSLContext | None = None
    implicit: bool = False
    extensions: tuple[str, ...] = ("8BITMIME", "STARTTLS", "AUTH PLAIN")
    replies: dict[str, str] = field(default_factory=dict)
    """What is answered to a command, in place of what is right; `text`: to the letter, `hello`: first of all."""
    letters: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """Of all sessions; those that were encrypted begin with `TLS `."""
    took: threading.Event = field(default_factory=threading.Event)
    """Once there is a letter."""

    def serve(self, listening: socket.socket) -> None:
        """One session after the other, until it is closed."""
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                if self.implicit and self.context:
                    with self.context.wrap_socket(connection, server_side=True) as encrypted:
                        self._session(encrypted, "220 relay.example")
                else:
                    self._session(connection, "220 relay.example")

    def _session(self, connection: socket.socket, greeting: str = "") -> None:
        encrypted = isinstance(connection, ssl.SSLSocket)
        if greeting:
            _say(connection, self.replies.get("hello", greeting))
        with connection.makefile("rb") as lines:
            for line in lines:
                command = line.decode("ascii").strip()
                self.commands.append(("TLS " if encrypted else "") + command)
                word = command.partition(" ")[0].upper()
                reply = self.replies.get(word) or self._reply(word, command, encrypted)
                if reply == CLOSES:
                    return
                _say(connection, reply)
                if word == "STARTTLS" and reply.startswith("220") and self.context:
                    break
                if word == "DATA" and reply.startswith("354"):
                    self.letters.append(_letter(lines))
                    self.took.set()
                    if self.replies.get("text") == CLOSES:
                        return
                    _say(connection, self.replies.get("text", "250 taken"))
            else:
                return
        assert self.context
        with self.context.wrap_socket(connection, server_side=True) as safe:
            self._session(safe)

    def _reply(self, word: str, command: str, encrypted: bool) -> str:
        if word == "EHLO":
            offered = [each for each in self.extensions if not (encrypted and each == "STARTTLS")]
            return "\r\n".join(["250-relay.example", *(f"250-{each}" for each in offered), "250 HELP"])
        if word == "AUTH":
            right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            return "235 welcome" if command == f"AUTH PLAIN {right}" else "535 wrong"
        return {"STARTTLS": "220 go", "DATA": "354 send", "QUIT": "221 bye"}.get(word, "250 ok")


@contextlib.contextmanager
def running_relay(context: ssl.SSLContext | None = None, implicit: bool = False) -> Iterator[SmtpRelay]:
    """The relay, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        relay = SmtpRelay(listening.getsockname()[1], context, implicit)
        thread = threading.Thread(target=relay.serve, args=(listening,))
        thread.start()
        try:
            yield relay
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(60)


def _say(connection: socket.socket, reply: str) -> None:
    connection.sendall(f"{reply}\r\n".encode())


def _letter(lines: Iterable[bytes]) -> bytes:
    """Up to the line with a dot alone; dots that were doubled are single again (RFC 5321, 4.5.2)."""
    text = b""
    for line in lines:
        if line == b".\r\n":
            break
        text += line.removeprefix(b".") if line.startswith(b".") else line
    return text
