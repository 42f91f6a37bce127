"""When the city last took something from this station: said by the process that speaks to it, read by the one that sells.

The sign is worth nothing to money (the journal and the city know what was taken), so it is not synchronised to disk: a power
cut may lose it, and it may be thrown away. A sign that cannot be read is no sign.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from firmware.service.inspection import DeliveryStatus

LAST_ACCEPTED = "contact"
CURSOR = "journal.db.cursor"
"""Written by `horodateur sync`: the last entry acknowledged, and its hash."""


def note_delivery(folder: Path, at: datetime) -> None:
    """The city has answered at this instant (aware). Not being able to say so is no trouble."""
    with contextlib.suppress(OSError):
        (folder / LAST_ACCEPTED).write_text(at.isoformat() + "\n")


def delivery_status(folder: Path) -> DeliveryStatus:
    """What is known of it."""
    return DeliveryStatus(_signed(folder), _acknowledged(folder))


def _signed(folder: Path) -> datetime | None:
    try:
        at = datetime.fromisoformat((folder / LAST_ACCEPTED).read_text().strip())
    except (OSError, ValueError):
        return None
    return at if at.tzinfo else None


def _acknowledged(folder: Path) -> int | None:
    try:
        return int((folder / CURSOR).read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
