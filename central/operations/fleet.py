"""The fleet: enrols, revokes and lists stations with their status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, Row, insert, select, update

from central.core import audit
from central.db.tables import stations
from central.intake import station_alarms
from central.rules.evidence import CheckRules
from firmware.domain.station_name import is_station_name
from firmware.protocol.entry import genesis
from firmware.protocol.envelope import public_key_text
from firmware.tariff import Tariffs
from firmware.tariff.place import check_place

_PRINTER = "printer "
"""How the names of a printer's alarms begin; what follows is what it says of itself (firmware/visit/health.py)."""


@dataclass(frozen=True)
class Enrolment:
    """A station as the city enrols it."""

    station: str
    public_key: Ed25519PublicKey
    """What its statements are signed with; the private half has never left it."""
    zone: int
    """Tariff zone, 1 or 2."""
    sector: str
    """Residential sector, `11D`."""


@dataclass(frozen=True)
class StationState:
    """The state of a station, as far as the city knows."""

    station: str
    zone: int | None
    """None, like all that follows, where it was never said."""
    sector: str | None
    enrolled_at: datetime | None
    revoked_at: datetime | None
    silent: bool
    """It is waited for, and its entries are not all here."""
    last_contact: datetime | None
    """When it last sent anything that it had signed, taken or not."""
    last_accepted: datetime | None
    """When entries were last taken from it, or word that there are none; None: not since the city keeps it."""
    complete_until: datetime | None
    """Everything it wrote before this is here."""
    queue: int | None
    """Entries it still held back when it last reported."""
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
    """Seconds its clock was ahead of ours when it last reported; how long the message travelled is not known."""


def enrol(store: Engine, tariffs: Tariffs, enrolment: Enrolment, by: str, now: datetime) -> None:
    """Enrol a station, or enrol it anew: with another key, in another place, or after it was revoked.

    Its journal and its request numbers go on where they were, so what was signed before is never accepted again.
    `tariffs`: those in force. Raises FieldError for a name, a sector or a zone that no station can have, or not together.
    """
    check_enrolment(tariffs, enrolment)
    station, key = enrolment.station, enrolment.public_key
    values = {"public_key": key.public_bytes_raw(), "zone": enrolment.zone, "sector": enrolment.sector, "revoked_at": None}
    with store.begin() as connection:
        row = _lock_station(connection, station)
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
    """Revoke a station: nothing more is taken from it, from its next request on, and nobody waits for it.

    Raises LookupError if no such station is enrolled.
    """
    with store.begin() as connection:
        row = _lock_station(connection, station) if is_station_name(station) else None
        if row is None or row.public_key is None or row.revoked_at is not None:
            raise LookupError(f"no station {station} is enrolled")
        connection.execute(update(stations).where(stations.c.station == station).values(revoked_at=now))
        audit.note(connection, now, by, "revoke", station)


def list_stations(store: Engine, now: datetime, rules: CheckRules) -> tuple[StationState, ...]:
    """Every station there ever was, by name."""
    with store.begin() as connection:
        alarms = station_alarms.active_alarms(connection)
        rows = connection.execute(select(stations).order_by(stations.c.station)).all()
    return tuple(_state(row, alarms.get(row.station, ()), now, rules) for row in rows)


def _state(row: Row[tuple[object, ...]], alarms: tuple[str, ...], now: datetime, rules: CheckRules) -> StationState:
    waited_for = row.public_key is not None and row.revoked_at is None
    late = row.complete_until is None or row.complete_until < now - rules.silent_after
    printer = [alarm.removeprefix(_PRINTER) for alarm in alarms if alarm.startswith(_PRINTER)]
    return StationState(
        station=row.station,
        zone=row.zone,
        sector=row.sector,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        silent=waited_for and late,
        last_contact=row.last_contact,
        last_accepted=row.last_accepted,
        complete_until=row.complete_until,
        queue=row.queue,
        next=row.next,
        paper=", ".join(printer) or ("ok" if row.last_contact else None),
        alarms=alarms,
        software=row.software,
        holding=row.holding,
        clock=row.clock,
        clock_offset=row.clock_offset,
    )


def check_enrolment(tariffs: Tariffs, enrolment: Enrolment) -> None:
    """Raises FieldError for a name, a sector or a zone that no station can have, or not together."""
    check_place(tariffs, enrolment.station, enrolment.sector, enrolment.zone)


def _lock_station(connection: Connection, station: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(stations).where(stations.c.station == station).with_for_update()).one_or_none()
