"""Two machines under one name: seen by journals that take turns, and kept as an incident until a person has looked.

The theory. A machine that is replaced is never heard of again, or comes back once: when the new card is taken out and the old
one put in again. A journal that comes back a second time takes turns with another one, so both are being written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from central.db.tables import incidents
from central.register.journals import record_incident
from central.rules.journals import StationJournal, entry_position

ALIVE = 2
"""Returns from which on two machines are there."""


def count_returns(returns: int, current: int | None, before: Sequence[StationJournal], number: int) -> int:
    """How often a journal came back after another had taken over, now that a machine which writes `number` was heard.

    `before`: the journals as they were before it was.
    """
    known = any(each.number == number and each.last_contact is not None for each in before)
    return returns + 1 if known and current not in (None, number) else returns


def record_clone(
    connection: Connection, one: StationJournal, journals: Sequence[StationJournal], other: int, now: datetime
) -> None:
    """Keep for a person to look at that two journals of a station are being written."""
    both = (one, *(each for each in journals if each.number == other))
    places = " and ".join(map(_described, both))
    text = f"two machines hand in as station {one.station}: {places}; seen {now.isoformat(timespec='seconds')}"
    digest = hashlib.sha256(text.encode()).digest()
    position = entry_position(one.number, one.next - 1)
    record_incident(connection, "clone", one.station, position, digest, text.encode(), now)


def open_clone(connection: Connection, station: str) -> int | None:
    """The number of the incident that two machines are there under this name; None if there is none that is open."""
    this = (incidents.c.station == station) & (incidents.c.kind == "clone") & incidents.c.cleared_at.is_(None)
    return connection.scalar(select(incidents.c.id).where(this))


def _described(journal: StationJournal) -> str:
    key = f"begun with key {journal.document.public_key}" if journal.document else "without a genesis document"
    return f"generation {journal.generation} at entry {journal.next - 1}, {key}"
