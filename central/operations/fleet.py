"""The fleet: enrols, revokes and lists stations with their status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, Row, insert, select, update

from central.core import audit
from central.db.station_locks import lock_station
from central.db.tables import station_keys, stations
from central.intake import station_alarms
from central.intake.clones import open_clone
from central.register.journals import is_key_of, read_all_journals, read_journals
from central.register.sellers import is_machine
from central.rules.evidence import CheckRules
from central.rules.journals import StationJournal, missing_entries, unsettled
from firmware.domain.errors import FieldError
from firmware.domain.station_name import is_station_name
from firmware.protocol.envelope import public_key_text
from firmware.protocol.genesis import first_hash
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
class OpenJournal:
    """A journal of which entries may be missing, and that its station does not write: handed in late, or closed by a person."""

    generation: int
    number: int
    """Among the journals of the station, from 0."""
    next: int
    """The entry wanted."""
    missing: int | None
    """Entries that are known not to be here; None: nobody can say."""
    complete_until: datetime | None
    """Everything written in it before this is here."""


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
    generation: int
    """Of the journal it writes."""
    next: int
    """The entry wanted of that journal."""
    journals: tuple[OpenJournal, ...]
    """The others of which entries may be missing: its data goes no further than theirs."""
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

    Its journals and its request numbers go on where they were, so what was signed before is never accepted again.
    `tariffs`: those in force. Raises FieldError for a name, a sector or a zone that no station can have, or not together, and
    for another key while two machines hand in.
    """
    check_enrolment(tariffs, enrolment)
    station, key = enrolment.station, enrolment.public_key
    values = {"public_key": key.public_bytes_raw(), "zone": enrolment.zone, "sector": enrolment.sector, "revoked_at": None}
    with store.begin() as connection:
        row = lock_station(connection, station)
        if row is None:
            fresh = {"station": station, "next": 1, "head": first_hash(station, b""), "enrolled_at": now}
            connection.execute(insert(stations).values({**values, **fresh}))
        else:
            _check_no_clone(connection, station, row.public_key, key)
            values["enrolled_at"] = row.enrolled_at or now
            connection.execute(update(stations).where(stations.c.station == station).values(values))
        _keep_key(connection, station, key, now)
        detail: dict[str, str | int] = {"key": public_key_text(key), "zone": enrolment.zone, "sector": enrolment.sector}
        if row and row.public_key and row.public_key != values["public_key"]:
            detail["key_before"] = public_key_text(Ed25519PublicKey.from_public_bytes(row.public_key))
        audit.note(connection, now, by, "enrol", station, **detail)


def _check_no_clone(connection: Connection, station: str, present: bytes | None, key: Ed25519PublicKey) -> None:
    """Raises FieldError for another key while an incident says that two machines hand in under this name."""
    if present != key.public_bytes_raw() and (incident := open_clone(connection, station)) is not None:
        reason = f"two machines hand in as station {station}: look at incident {incident} and clear it first"
        raise FieldError("public_key", reason)


def _keep_key(connection: Connection, station: str, key: Ed25519PublicKey, now: datetime) -> None:
    """Keep that a station was enrolled with a key: journals that it begins are its own."""
    if not is_key_of(connection, station, key.public_bytes_raw()):
        values = {"station": station, "public_key": key.public_bytes_raw(), "enrolled_at": now}
        connection.execute(insert(station_keys).values(values))


def revoke(store: Engine, station: str, by: str, now: datetime) -> None:
    """Revoke a station: nothing more is taken from it, from its next request on.

    What it may not have handed in stays missing: it counts as silent until each of its journals is settled or closed.

    Raises LookupError if no such station is enrolled.
    """
    with store.begin() as connection:
        row = lock_station(connection, station) if is_station_name(station) else None
        if row is None or row.public_key is None or row.revoked_at is not None:
            raise LookupError(f"no station {station} is enrolled")
        values = {"revoked_at": now, "unsettled": bool(unsettled(read_journals(connection, station)))}
        connection.execute(update(stations).where(stations.c.station == station).values(values))
        audit.note(connection, now, by, "revoke", station)


def list_stations(store: Engine, now: datetime, rules: CheckRules) -> tuple[StationState, ...]:
    """Every station there ever was, by name."""
    with store.begin() as connection:
        alarms = station_alarms.active_alarms(connection)
        journals = read_all_journals(connection)
        rows = connection.execute(select(stations).where(is_machine(stations.c.station)).order_by(stations.c.station)).all()
    return tuple(_state(row, journals.get(row.station, ()), alarms.get(row.station, ()), now, rules) for row in rows)


def _state(
    row: Row[tuple[object, ...]],
    journals: tuple[StationJournal, ...],
    alarms: tuple[str, ...],
    now: datetime,
    rules: CheckRules,
) -> StationState:
    waited_for = row.public_key is not None and (row.revoked_at is None or row.unsettled)
    written = next((each for each in journals if each.number == row.current), journals[0] if journals else None)
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
        generation=written.generation if written else 1,
        next=written.next if written else 1,
        journals=tuple(
            _open_journal(each, journals) for each in unsettled(journals) if each is not written or row.revoked_at is not None
        ),
        paper=", ".join(printer) or ("ok" if row.last_contact else None),
        alarms=alarms,
        software=row.software,
        holding=row.holding,
        clock=row.clock,
        clock_offset=row.clock_offset,
    )


def _open_journal(journal: StationJournal, journals: tuple[StationJournal, ...]) -> OpenJournal:
    missing = missing_entries(journal, journals)
    return OpenJournal(journal.generation, journal.number, journal.next, missing, journal.complete_until)


def check_enrolment(tariffs: Tariffs, enrolment: Enrolment) -> None:
    """Raises FieldError for a name, a sector or a zone that no station can have, or not together."""
    check_place(tariffs, enrolment.station, enrolment.sector, enrolment.zone)
