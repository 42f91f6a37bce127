"""Connections that would be held for ever: deadlines for headers, body and answer, and a cap on open connections.

The theory. uvicorn ends a connection that is idle between two requests, and no other: one whose headers never end costs whoever
opened it nothing, and the server a file descriptor until there are none. Here every wait for a client has a deadline, counted
as a whole, so that a byte now and then gains nothing; and where there is no room for a new connection, the one
that is nearest to its deadline goes. Only the server's own work has no deadline: it is not the client that is slow.
"""

from __future__ import annotations

import asyncio
import resource
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from central.core.logs import SERVER, log

BACKLOG = 64
"""Connections the kernel keeps until they are taken; as many are taken at once, before any is counted."""
RESERVED = 160
"""File descriptors for all that is no connection: database, threads, files."""
MOST, FEWEST = 1000, 16
"""Open connections of one process, as its limit of file descriptors allows."""
FILES = 4096
"""What that limit is raised to, where the system lets us."""


def raise_file_limit() -> None:
    """Raise this process's limit of open files, which a shell sets low; workers inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """How many connections this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(FEWEST, min(MOST, soft - BACKLOG - RESERVED))


class DeadlineProtocol(H11Protocol):
    """uvicorn's HTTP protocol, for clients that may be slow or hostile."""

    HEADERS_S: ClassVar[float] = 10.0
    """From the first moment to the end of the headers."""
    BODY_S: ClassVar[float] = 300.0
    """From there to the end of the body: 64 MB at 2 Mbit/s."""
    ANSWER_S: ClassVar[float] = 60.0
    """How long a client may read nothing of what it is sent."""
    MOST: ClassVar[int] = 0
    """Open connections; 0: as many as `most_connections` says."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited: object = None
        """What of h11's states of the client has a deadline that runs."""
        self._reading: asyncio.TimerHandle | None = None

    @property
    def ends_at(self) -> float | None:
        """When it is dropped unless its client does something, by the loop's clock; None while it is we who are at work."""
        running = [timer.when() for timer in (self._deadline, self._reading, self.timeout_keep_alive_task) if timer]
        return min(running) if running else None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_deadline()
        if len(self.connections) > (self.MOST or most_connections()):
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is self:
            self._set_deadline()
        else:  # a web socket's from now on
            self._clear_deadline()

    def on_response_complete(self) -> None:
        self._clear_deadline()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading = self.loop.call_later(self.ANSWER_S, self._drop, "answer not read")

    def resume_writing(self) -> None:
        if self._reading:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def _set_deadline(self) -> None:
        """A deadline for what is awaited of the client now; the one that runs stays, if it is for that."""
        state = self.conn.their_state
        if state is self._awaited:
            return
        self._clear_deadline()
        waits = {h11.IDLE: (self.HEADERS_S, "headers not ended"), h11.SEND_BODY: (self.BODY_S, "body not ended")}
        if state in waits:
            seconds, reason = waits[state]
            self._awaited = state
            self._deadline = self.loop.call_later(seconds, self._drop, reason)

    def _clear_deadline(self) -> None:
        self._awaited = None
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _make_room(self) -> None:
        """Drop whoever is nearest to his deadline; this one, if there is no other that we wait for."""
        others = [each for each in self.connections if isinstance(each, DeadlineProtocol) and each is not self]
        waiting = {each: end for each in others if (end := each.ends_at) is not None}
        min(waiting, key=lambda each: waiting[each], default=self)._drop("no room")

    def _drop(self, reason: str) -> None:
        log(SERVER, "connection dropped", reason=reason)
        self._clear_deadline()
        self.transport.abort()
