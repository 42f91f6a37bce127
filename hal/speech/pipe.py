"""The pipe to the speech engine: a process that is started when there is something to say, and again if it fell over."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess

from hal.clock import SystemClock

LASTED = 5.0
"""Seconds after which a process that fell over is no broken one: another is started at once in its place."""


class EngineCable:
    """Cable to the engine's process; its answers, and its end, can be selected on.

    Of one that was started to watch the jack another takes the place, for a headset is the beginning of a visit to whoever
    cannot see the glass; one that fell over at once, and one that nobody needs but to speak, is silent until the next order.
    """

    def __init__(self, command: tuple[str, ...], lasted: float = LASTED) -> None:
        """Nothing is started yet: a station without anybody who listens needs no engine."""
        self._command, self._lasted, self._clock = command, lasted, SystemClock()
        self._process: subprocess.Popen[bytes] | None = None
        self._handle: int | None = None
        self._since, self._watches = 0.0, False
        self._answers, self._told = os.pipe()
        os.set_blocking(self._answers, False)
        self._either = select.epoll()
        self._either.register(self._answers, select.EPOLLIN)
        self._unsent = b""
        self.lost = False

    def fileno(self) -> int:
        """Readable when a process has answered, or has ended."""
        return self._either.fileno()

    @property
    def pending(self) -> bool:
        """Orders are short: what the pipe does not take goes with the next one."""
        return False

    def read(self) -> bytes:
        """What has been answered; whatever ended is replaced."""
        if self._process and self._process.poll() is not None:
            broken = self._clock.now() < self._since + self._lasted
            self._forget()
            if self._watches and not broken:
                self.start()
        try:
            return os.read(self._answers, 65536)
        except BlockingIOError:
            return b""

    def start(self) -> None:
        """Start the process now: it watches the jack. One that cannot be started is tried again with the first order."""
        self._watches = True
        with contextlib.suppress(OSError):
            self._running()

    def write(self, data: bytes) -> None:
        """Send an order, to a new process if there is none."""
        if not data:
            return
        self._unsent += data
        try:
            stdin = self._running().stdin
            assert stdin is not None
            self._unsent = self._unsent[os.write(stdin.fileno(), self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""
            self._forget()

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """End the process."""
        self._forget()
        self._either.close()
        for end in (self._answers, self._told):
            os.close(end)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is not None:
            self._forget()
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=self._told, bufsize=0)
            assert self._process.stdin is not None
            os.set_blocking(self._process.stdin.fileno(), False)
            self._handle, self._since = os.pidfd_open(self._process.pid), self._clock.now()
            self._either.register(self._handle, select.EPOLLIN)
        return self._process

    def _forget(self) -> None:
        process, self._process = self._process, None
        handle, self._handle = self._handle, None
        if handle is not None:
            self._either.unregister(handle)
            os.close(handle)
        if process:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
            if process.stdin:
                with contextlib.suppress(OSError):
                    process.stdin.close()
