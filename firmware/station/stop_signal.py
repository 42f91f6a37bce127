"""Stop flag set by SIGTERM or SIGINT: the work under way is finished, then the process ends.

An exception raised by a signal may land anywhere, in a library's finaliser too, and be lost there; a flag cannot.
"""

from __future__ import annotations

import os
import signal


class StopSignal:
    """Becomes true at SIGTERM or SIGINT, and ends the loop's wait: the turn under way is finished first."""

    def __init__(self) -> None:
        self.asked = False
        self._reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True

    def fileno(self) -> int:
        """Readable once a signal has come."""
        return self._reader
