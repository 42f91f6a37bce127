"""The systemd watchdog: fed from the loop after each turn, for as long as a sale could be written down.

The theory. A process that runs is not a station that works. So the watchdog is fed by the loop itself, after a whole turn
(events taken, effects done, screen shown), and only if nothing waits to be written and the journal could take a sale at that
moment. A loop that hangs says nothing, a journal that fails says why and nothing else: either way the supervisor ends the
process and starts it again, and after a few such starts shows the out-of-service screen. A station that does not say "ready"
was never on the street.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from firmware.domain.errors import error_text
from firmware.journal.journal_file import JournalError, newest_journal
from firmware.station.sd_notify import Notify, notifier_of, watchdog_seconds
from hal.ports import AT_ONCE, Instant

UNWATCHED = 60.0
"""Seconds from one self-check to the next where nobody waits for it."""
BEATS = 3
"""How often within the watchdog's patience: two may come late."""
ROOM = 8 << 20
"""Bytes the journal's disk must have free: twice what SQLite lets its log grow to before it is folded back."""
PATIENCE = 1.0
"""Seconds another process (`sync`, a technician's `journal verify`) may hold the journal."""


class Watchdog:
    """Feeds the supervisor's watchdog after a self-check. Called after every turn of the loop."""

    def __init__(self, tell: Notify, every: float, check: Callable[[], None]) -> None:
        """`check` raises OSError, sqlite3.Error or JournalError, with the reason, where nothing could be sold."""
        self._tell, self._every, self._check = tell, every, check
        self._due: Instant = AT_ONCE

    def __call__(self, now: Instant) -> Instant:
        """Look at the station and feed the watchdog, if it is time."""
        if now >= self._due:
            self._due = now + self._every
            self._tell(self._status())
        return self._due

    def _status(self) -> str:
        try:
            self._check()
        except (OSError, sqlite3.Error, JournalError) as error:
            return f"STATUS={error_text(error)}"
        return "READY=1\nWATCHDOG=1\nSTATUS=selling, or saying why not"


def watchdog_of(
    folder: Path,
    check_station: Callable[[], None],
    environment: Mapping[str, str] = os.environ,
    attended: Callable[[], bool] = lambda: False,
) -> Watchdog:
    """The watchdog of this process, which writes the newest journal of this folder, for whatever supervisor started it.

    `check_station`: as `Station.check`. `attended`: as `Station.attended`: then the journal is not what counts.
    """

    def check() -> None:
        if attended():
            return
        check_station()
        check_journal(newest_journal(folder))

    watched = watchdog_seconds(environment, os.getpid())
    return Watchdog(notifier_of(environment), watched / BEATS if watched else UNWATCHED, check)


def check_journal(path: Path) -> None:
    """Check that a sale could be written down now: the file is there, its disk takes writes and has room, its lock is free.

    Raises OSError or sqlite3.Error. Writes nothing: a card that is written every few seconds wears out.
    """
    disk = os.statvfs(path.parent)
    if disk.f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path.parent))
    if disk.f_bavail * disk.f_frsize < ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path.parent))
    uri = f"{path.resolve().as_uri()}?mode=rw"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
