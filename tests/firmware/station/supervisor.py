"""The supervisor's end of the notification socket."""

from __future__ import annotations

import contextlib
import socket


def received(line: socket.socket) -> list[str]:
    """Every message that waits on a supervisor's socket, oldest first."""
    messages = []
    with contextlib.suppress(BlockingIOError):
        while True:
            messages.append(line.recv(4096).decode())
    return messages
