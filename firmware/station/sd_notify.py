"""systemd's notification protocol (man sd_notify): a datagram of lines to the socket the supervisor named.

Not being supervised is no error: then nothing is sent.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Mapping

Notify = Callable[[str], None]
"""Say lines such as "READY=1" to the supervisor. Never raises, never waits."""


def notifier_of(environment: Mapping[str, str]) -> Notify:
    """What notifies the supervisor that started us with this environment."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return lambda lines: None
    if address.startswith("@"):  # a name without a file, which the kernel writes with a leading zero byte
        address = "\0" + address[1:]

    def tell(lines: str) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line, contextlib.suppress(OSError):
            line.setblocking(False)
            line.sendto(lines.encode(), address)

    return tell


def watchdog_seconds(environment: Mapping[str, str], pid: int) -> float | None:
    """The watchdog interval systemd asks of this process, in seconds; None if it does not watch it."""
    if environment.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    usec = environment.get("WATCHDOG_USEC", "")
    return int(usec) / 1e6 if usec.isdecimal() and int(usec) else None
