"""May this vehicle stay? The answer, how complete it is, and a record that it was asked. Knows no clock and no wire.

A right covers a vehicle from the moment it was bought, though it may start later: a machine starts a right at the next
minute that must be paid, so nothing is due in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select

from central.rights import Status
from central.store import checks, rights, stations
from firmware.plate import MAX_LENGTH, normalise

SILENT_AFTER = timedelta(minutes=3)
"""Three heartbeats missed."""


@dataclass(frozen=True)
class Held:
    """A right in the register."""

    station: str
    reference: str
    status: Status
    plate: str
    zone: int
    sector: str
    regime: str
    vehicle: str
    bought_at: datetime
    start: datetime
    end: datetime
    cents: int

    @property
    def since(self) -> datetime:
        """The first instant it covers."""
        return min(self.bought_at, self.start)


@dataclass(frozen=True)
class Completeness:
    """How much of what the stations wrote is here."""

    complete_until: datetime | None
    """Everything that every known station wrote before this is here; None while one has never got so far, or there is none."""
    silent: tuple[str, ...]
    """Stations whose entries are not all here until the instant asked about: do not conclude."""


@dataclass(frozen=True)
class Check:
    """The answer to one plate check."""

    plate: str
    """As it was looked up."""
    zone: int
    at: datetime
    allowed: bool
    until: datetime | None
    """The end of the rights that follow each other without a gap; None when not allowed."""
    right: Held | None
    """The one that covers `at`; the one that ends last if there are several."""
    checked_at: datetime
    complete_until: datetime | None
    silent: tuple[str, ...]


def check(store: Engine, plate: str, zone: int, at: datetime | None, now: datetime) -> Check:
    """Look a plate up at an instant (now, unless said) and record that it was done. Raises ValueError if it is no plate."""
    plate, at = plate_in(plate), at or now
    with store.begin() as connection:
        held = _held(connection, plate, zone, at)
        right = covering(held, at)
        complete = _completeness(connection, min(at, now))
        until = covered_until(held, right.end) if right else None
        answer = Check(plate, zone, at, right is not None, until, right, now, complete.complete_until, complete.silent)
        _record(connection, answer)
    return answer


def plate_in(text: str) -> str:
    """The plate in a text that someone typed. Raises ValueError unless 1 to 10 characters are left of it."""
    plate = normalise(text)
    if not 1 <= len(plate) <= MAX_LENGTH:
        raise ValueError(f"a plate has 1 to {MAX_LENGTH} letters and digits, not {len(plate)}")
    return plate


def covering(held: Sequence[Held], at: datetime) -> Held | None:
    """The right that covers an instant; of several, the one that ends last."""
    return max((right for right in held if right.since <= at < right.end), key=lambda right: right.end, default=None)


def covered_until(held: Sequence[Held], until: datetime) -> datetime:
    """How far rights reach that begin before the one before ends."""
    for right in sorted(held, key=lambda right: right.since):
        if right.since <= until < right.end:
            until = right.end
    return until


def _held(connection: Connection, plate: str, zone: int, at: datetime) -> list[Held]:
    """The rights of a plate in a zone that end after an instant."""
    columns = [rights.c[name] for name in Held.__dataclass_fields__]
    query = select(*columns).where(rights.c.plate == plate, rights.c.zone == zone, rights.c.end > at)
    rows = connection.execute(query).mappings()
    return [Held(**{**row, "status": Status(row["status"])}) for row in rows]


def _completeness(connection: Connection, at: datetime) -> Completeness:
    rows = connection.execute(select(stations.c.station, stations.c.complete_until).order_by(stations.c.station)).all()
    known = [row.complete_until for row in rows if row.complete_until is not None]
    late = at - SILENT_AFTER
    silent = tuple(row.station for row in rows if row.complete_until is None or row.complete_until < late)
    return Completeness(min(known) if known and len(known) == len(rows) else None, silent)


def _record(connection: Connection, answer: Check) -> None:
    values = {
        "checked_at": answer.checked_at,
        "plate": answer.plate,
        "zone": answer.zone,
        "at": answer.at,
        "allowed": answer.allowed,
        "station": answer.right.station if answer.right else None,
        "reference": answer.right.reference if answer.right else None,
        "complete_until": answer.complete_until,
        "silent": list(answer.silent),
    }
    connection.execute(insert(checks).values(values))
