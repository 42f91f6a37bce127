"""Entries that a station said it holds, and then no longer: seen by what it says at each contact, and kept for a person.

The theory. A folder that is put back whole from a copy, marks and all, cannot know what was written since. The city may: at
each contact the station says how many entries its journal has. Fewer than at the contact before, and some of those that it
named never came, so they are gone. Nobody will hand them in; what was sold in them only the bank knows. No number that the
journal reaches later makes the data complete: until a person has looked, no refusal against this station is conclusive.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from central.register.journals import record_incident
from central.rules.journals import StationJournal, entry_position


def record_loss(connection: Connection, journal: StationJournal, held: int, now: datetime) -> None:
    """Keep an incident if a journal has fewer entries than its machine once said, and some of those are not here.

    `journal`: with what it said before, and the entry wanted now; `held`: what it says now.
    """
    if held < journal.held and journal.next <= journal.held:
        had = f"station {journal.station} held {journal.held} entries of generation {journal.generation}, and now {held}"
        lost = f"those from {journal.next} on never came, and are gone: a copy was put back; ask the bank"
        text = f"{had}; {lost}; seen {now.isoformat(timespec='seconds')}"
        digest = hashlib.sha256(text.encode()).digest()
        position = entry_position(journal.number, journal.held)
        record_incident(connection, "loss", journal.station, position, digest, text.encode(), now)
