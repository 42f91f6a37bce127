"""The time of the last successful delivery to the city: written by the sync process, read by the running station.

It is worth nothing to money (the journal and the city know what was taken), so it is not synchronised to disk: a power cut may
lose it, and it may be thrown away. An unreadable timestamp counts as unknown.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from firmware.backoffice.cursor import unverified_cursor
from firmware.service.inspection import DeliveryStatus

LAST_ACCEPTED = "contact"
"""The file's name in the station's folder."""


def note_delivery(folder: Path, at: datetime) -> None:
    """Write down that the city has answered well at this instant (aware). Not being able to is no error."""
    with contextlib.suppress(OSError):
        (folder / LAST_ACCEPTED).write_text(at.isoformat() + "\n")


def read_delivery_status(folder: Path) -> DeliveryStatus:
    """What is known of the link to the city."""
    return DeliveryStatus(_last_accepted(folder), unverified_cursor(folder))


def _last_accepted(folder: Path) -> datetime | None:
    try:
        at = datetime.fromisoformat((folder / LAST_ACCEPTED).read_text().strip())
    except (OSError, ValueError):
        return None
    return at if at.tzinfo else None
