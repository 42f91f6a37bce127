"""Simulated devices at the far ends of real lines: pseudo-terminals, and sockets on 127.0.0.1, in the clear or with TLS.

They have a power of their own: the station's process is killed, and they go on.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import tty
from typing import Protocol

from hal.cable import End
from simulator.network_wire import ListeningEnd
from tests.hal.far_socket import HERE
from tests.kills.hurry import HURRY, hurried


class FarEnd(Protocol):
    """A device and its line."""

    def filenos(self) -> list[int]:
        """What to select on, for reading."""

    def turn(self) -> None:
        """Take what has come, do what is due, send what is to be said."""

    @property
    def due(self) -> float:
        """When a turn is due at the latest, by the monotonic clock."""

    def close(self) -> None:
        """Close the line."""


class PtyEnd:
    """A device on a serial port."""

    def __init__(self, device: End) -> None:
        self.device = device
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._slave)

    def filenos(self) -> list[int]:
        return [self._master]

    @property
    def due(self) -> float:
        return self.device.wake_at / HURRY

    def turn(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._send(self.device.receive(os.read(self._master, 4096), hurried()))
        if self.device.wake_at <= hurried():
            self._send(self.device.wake(hurried()))

    def _send(self, data: bytes) -> None:
        """What a port takes that nobody reads; the rest is lost, as on a line."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, data) if data else 0

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


class SocketEnd:
    """A device that listens on a port of 127.0.0.1, one connection at a time: the newest. With a context it speaks TLS."""

    def __init__(self, device: ListeningEnd, tls: ssl.SSLContext | None = None) -> None:
        self.device, self._tls = device, tls
        self._listener: socket.socket | None = self._listening(0)
        self.port = int(self._listener.getsockname()[1])
        self._peer: socket.socket | None = None
        self._up = False

    @staticmethod
    def _listening(port: int) -> socket.socket:
        listener = socket.create_server((HERE, port))
        listener.setblocking(False)
        return listener

    def filenos(self) -> list[int]:
        return [each.fileno() for each in (self._listener, self._peer) if each is not None]

    @property
    def due(self) -> float:
        return self.device.wake_at / HURRY

    def turn(self) -> None:
        if self._listener is not None:
            self._accept(self._listener)
        self._hear()
        if self.device.wake_at <= hurried():
            self._send(self.device.wake(hurried()))
        if self._up and self.device.hangs_up:
            self._hang_up()
        self._listen_or_not()

    def _listen_or_not(self) -> None:
        if self.device.listens and self._listener is None:
            self._listener = self._listening(self.port)
        elif not self.device.listens and self._listener is not None:
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        try:
            peer, _ = listener.accept()
        except BlockingIOError:
            return
        self._hang_up()
        peer.setblocking(False)
        if self._tls is not None:
            self._peer = self._tls.wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
        else:
            self._peer = peer
            self._connect()

    def _connect(self) -> None:
        self._up = True
        self.device.connected()

    def _hear(self) -> None:
        try:
            if isinstance(self._peer, ssl.SSLSocket) and not self._up:
                self._peer.do_handshake()
                self._connect()
            while self._peer is not None:
                data = self._peer.recv(65536)
                self._send(self.device.receive(data, hurried())) if data else self._hang_up()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError:
            self._hang_up()

    def _send(self, data: bytes) -> None:
        if data and self._up and self._peer is not None:
            try:
                self._peer.send(data)
            except OSError:
                self._hang_up()

    def _hang_up(self) -> None:
        if self._peer is not None:
            self._peer.close()
        was_up, self._peer, self._up = self._up, None, False
        if was_up:
            self.device.disconnected()

    def close(self) -> None:
        for each in (self._peer, self._listener):
            if each is not None:
                each.close()
