"""The stations: who is let in, who no longer is, and how each of them is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, Row, insert, select, update

from central.access.station_auth import is_name
from central.core import audit
from central.core.city import Rules
from central.db.tables import stations
from central.intake import station_alarms
from firmware.protocol.entry import genesis
from firmware.protocol.envelope import public_key_text

_SECTOR = re.compile("[0-9]{1,2}[A-Z]")
_PRINTER = "printer "
"""How the names of a printer's alarms begin; what follows is what it says of itself (firmware/visit/health.py)."""


@dataclass(frozen=True)
class Enrolment:
    """A station as the city lets it in."""

    station: str
    public_key: Ed25519PublicKey
    """What its statements are signed with; the private half has never left it."""
    zone: int
    """Tariff zone, 1 or 2."""
    sector: str
    """Residential sector, `11D`."""


@dataclass(frozen=True)
class StationState:
    """How a station is, as far as the city knows."""

    station: str
    zone: int | None
    """None, like all that follows, where it was never said."""
    sector: str | None
    enrolled_at: datetime | None
    revoked_at: datetime | None
    silent: bool
    """It is waited for, and its entries are not all here."""
    last_contact: datetime | None
    complete_until: datetime | None
    """Everything it wrote before this is here."""
    queue: int | None
    """Entries it still held back when it last spoke."""
    next: int
    """The entry wanted."""
    paper: str | None
    """`ok`, or what its printer says of itself: `near end`, `out`, …"""
    alarms: tuple[str, ...]
    """Up now, by their names in the journal, sorted."""
    software: str | None
    holding: dict[str, int] | None
    """The greatest version in hand of each kind of publication."""
    clock: str | None
    """`synchronised`, `free running` or `unknown`."""
    clock_offset: float | None
    """Seconds its clock was ahead of ours when it last spoke, the way of the message taken for nothing."""


def enrol(store: Engine, enrolment: Enrolment, by: str, now: datetime) -> None:
    """Let a station in, or let it in anew: with another key, in another place, or after it was revoked.

    Its journal and its contact numbers go on where they were, so what was signed before is never heard again. Raises ValueError
    for a name, a zone or a sector that none can have.
    """
    examine(enrolment)
    station, key = enrolment.station, enrolment.public_key
    values = {"public_key": key.public_bytes_raw(), "zone": enrolment.zone, "sector": enrolment.sector, "revoked_at": None}
    with store.begin() as connection:
        row = _locked(connection, station)
        if row is None:
            fresh = {"station": station, "next": 1, "head": genesis(station), "enrolled_at": now}
            connection.execute(insert(stations).values({**values, **fresh}))
        else:
            values["enrolled_at"] = row.enrolled_at or now
            connection.execute(update(stations).where(stations.c.station == station).values(values))
        detail: dict[str, str | int] = {"key": public_key_text(key), "zone": enrolment.zone, "sector": enrolment.sector}
        if row and row.public_key and row.public_key != values["public_key"]:
            detail["key_before"] = public_key_text(Ed25519PublicKey.from_public_bytes(row.public_key))
        audit.note(connection, now, by, "enrol", station, **detail)


def revoke(store: Engine, station: str, by: str, now: datetime) -> None:
    """Take nothing more from a station, from the next request on, and wait for it no longer.

    Raises LookupError if no such station is enrolled.
    """
    with store.begin() as connection:
        row = _locked(connection, station) if is_name(station) else None
        if row is None or row.public_key is None or row.revoked_at is not None:
            raise LookupError(f"no station {station} is enrolled")
        connection.execute(update(stations).where(stations.c.station == station).values(revoked_at=now))
        audit.note(connection, now, by, "revoke", station)


def fleet(store: Engine, now: datetime, rules: Rules) -> tuple[StationState, ...]:
    """Every station there ever was, by name."""
    with store.begin() as connection:
        up = station_alarms.up(connection)
        rows = connection.execute(select(stations).order_by(stations.c.station)).all()
    return tuple(_state(row, up.get(row.station, ()), now, rules) for row in rows)


def _state(row: Row[tuple[object, ...]], up: tuple[str, ...], now: datetime, rules: Rules) -> StationState:
    waited_for = row.public_key is not None and row.revoked_at is None
    late = row.complete_until is None or row.complete_until < now - rules.silent_after
    printer = [alarm.removeprefix(_PRINTER) for alarm in up if alarm.startswith(_PRINTER)]
    return StationState(
        station=row.station,
        zone=row.zone,
        sector=row.sector,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        silent=waited_for and late,
        last_contact=row.last_contact,
        complete_until=row.complete_until,
        queue=row.queue,
        next=row.next,
        paper=", ".join(printer) or ("ok" if row.last_contact else None),
        alarms=up,
        software=row.software,
        holding=row.holding,
        clock=row.clock,
        clock_offset=row.clock_offset,
    )


def examine(enrolment: Enrolment) -> None:
    """Raises ValueError for a name, a zone or a sector that none can have."""
    if not is_name(enrolment.station):
        raise ValueError("station: 1 to 10 letters, digits and dashes, such as 75011-0042")
    if enrolment.zone not in (1, 2):
        raise ValueError("zone: 1 or 2")
    if not _SECTOR.fullmatch(enrolment.sector):
        raise ValueError("sector: the arrondissement and a letter, such as 11D")


def _locked(connection: Connection, station: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(stations).where(stations.c.station == station).with_for_update()).one_or_none()
