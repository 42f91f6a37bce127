"""Link to a device on a network: the `Link` and `LinkedEnd` protocols, and `TcpLink`, which is one over TCP, with TLS or not.

The theory. A connection has what a serial line has not: it is made, refused and lost. A driver of such a device is an `End`
like any other, whose bytes travel by `receive` and `wake`, and is told of these three besides. It says itself when to `dial`
and when to `hang_up`: whether a payment may have reached the terminal depends on it.

Nothing here waits. The socket, and whatever the selector is to ask of it, hide behind one descriptor that never changes (an
epoll, which is readable when the socket is ready): so the loop of the station watches a connection as it watches a cable.
"""

from __future__ import annotations

import errno
import select
import socket
import ssl
from typing import Protocol

from hal.cable import Cable, End

READ = 65536
"""Bytes taken at once."""


class LinkedEnd(End, Protocol):
    """End of a connection. None of its methods raises; bytes to send leave with the next `wake`, as after a port's method."""

    def connected(self) -> None:
        """The connection is there."""

    def disconnected(self) -> None:
        """The connection was refused, or is lost: nothing more arrives either way until it is dialled again."""


class Link(Cable, Protocol):
    """Cable that is dialled. What is written while there is no connection is dropped.

    The end is told of a connection made or lost only while its cable is read: never from within `dial`, `hang_up` or `write`.
    """

    def attach(self, end: LinkedEnd) -> None:
        """Whose connection it is: once, before the first `dial`."""

    def dial(self) -> None:
        """Begin to connect; ends in `connected` or `disconnected` of the end, or in silence: the end has its own patience.

        Nothing if it is connected, or about to be.
        """

    def hang_up(self) -> None:
        """Close; what was not sent yet is dropped. No `disconnected` follows."""


class TcpLink:
    """`Link` over TCP to one address, and a `FileCable` for the loop."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """`host`: an IP address: no name is looked up, for that would wait. `tls`: None for a line in the clear."""
        self._address, self._tls = (host, port), tls
        self._poll = select.epoll()
        self._socket: socket.socket | None = None
        self._made, self._shaken, self._over = False, False, False
        self._unsent = b""
        self._end: LinkedEnd | None = None
        self.lost = False
        """Never: a connection can be dialled again."""

    def attach(self, end: LinkedEnd) -> None:
        """Whose connection it is."""
        self._end = end

    # --- what the driver does -------------------------------------------------------------------------------------

    def dial(self) -> None:
        """Begin to connect."""
        if self._socket is not None:
            return
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll.register(self._socket.fileno(), select.EPOLLIN | select.EPOLLOUT)
        self._over = self._socket.connect_ex(self._address) not in (0, errno.EINPROGRESS)

    def hang_up(self) -> None:
        """Close."""
        if self._socket is not None:
            self._socket.close()  # which takes it out of the epoll
        self._socket, self._unsent = None, b""
        self._made, self._shaken, self._over = False, False, False

    def write(self, data: bytes) -> None:
        """Send, in order, without waiting; dropped while there is no connection."""
        if self._shaken:
            self._unsent += data
            self.flush()

    # --- what the loop does ---------------------------------------------------------------------------------------

    def fileno(self) -> int:
        """The descriptor to select on: readable whenever the socket wants anything."""
        return self._poll.fileno()

    @property
    def pending(self) -> bool:
        """Never: the epoll watches for writability itself."""
        return False

    def read(self) -> bytes:
        """Go on with whatever the socket is ready for; the bytes that have arrived."""
        if self._socket is None or not self._is_made() or not self._is_shaken():
            return b""
        self.flush()
        return self._received()

    def flush(self) -> None:
        """Write what the socket takes of what is pending. One that takes nothing any more may still have bytes to read."""
        try:
            while self._unsent and self._socket is not None:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self._unsent = b""
        self._watch()

    def close(self) -> None:
        """Close the connection and the descriptor."""
        self.hang_up()
        self._poll.close()

    # --- one step at a time ---------------------------------------------------------------------------------------

    def _is_made(self) -> bool:
        """Whether the connection is there; with TLS its handshake is still to come."""
        if self._made or self._socket is None:
            return self._made
        if not self._poll.poll(0):
            return False
        self._over = self._over or self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
        try:
            if self._tls is not None and not self._over:
                self._socket = self._tls.wrap_socket(
                    self._socket, server_hostname=self._address[0], do_handshake_on_connect=False
                )
        except OSError:
            self._over = True
        if self._over:
            self._lose()
        else:
            self._made = True
        return self._made

    def _is_shaken(self) -> bool:
        """Whether bytes may travel. Tells the end when they may."""
        if self._shaken or self._socket is None:
            return self._shaken
        try:
            if isinstance(self._socket, ssl.SSLSocket):
                self._socket.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            self._watch(write=isinstance(error, ssl.SSLWantWriteError))
            return False
        except OSError:
            self._lose()
            return False
        self._shaken = True
        self._watch()
        if self._end is not None:
            self._end.connected()
        return True

    def _received(self) -> bytes:
        """What has arrived. The end of the connection is told only by itself, after all that came before it."""
        received = b""
        try:
            while self._socket is not None and not self._over:
                data = self._socket.recv(READ)
                received += data
                self._over = not data
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self._over = True
        if self._over and received:
            self._watch(write=True)  # so that the loop comes back at once, for the end alone
        elif self._over:
            self._lose()
        return received

    def _watch(self, *, write: bool = False) -> None:
        if self._socket is not None:
            self._poll.modify(self._socket.fileno(), select.EPOLLIN | (select.EPOLLOUT if write or self._unsent else 0))

    def _lose(self) -> None:
        self.hang_up()
        if self._end is not None:
            self._end.disconnected()
