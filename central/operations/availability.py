"""Whether a machine could be paid at, at an instant: from when stations were heard and which alarms they told of.

The theory. A city may ask for payment only where a working machine stands near. A machine worked at an instant if its data
reaches past that instant, it was not silent then, and none of its alarms stopped sales. It did not if an alarm did. Of one
whose data does not reach that instant nobody can say: it is `unknown`, never working. A technician who takes a machine out of
sales raises no alarm: that is not seen here. The data of no machine reaches *now*: then it is what was heard of it last, if it
is not silent (`since_heard`); a machine that cannot write its journal hands in none, and is not heard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, select

from central.db.tables import alarms, silences, stations
from central.operations.positions import StationPosition, metres_between, read_positions

NEAR_M = 200.0
"""How far a driver is sent on foot."""
EXACTLY = timedelta(0)


class Availability(StrEnum):
    """What is known of a machine at an instant."""

    WORKING = "working"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class NearMachine:
    """A machine near a point."""

    station: str
    metres: int
    availability: Availability
    known_until: datetime | None
    """How far its data goes."""


@dataclass(frozen=True)
class NearestWorking:
    """Whether a machine within reach could be paid at."""

    working: bool | None
    """None: none is known to have worked, and of at least one nobody can say, or where it stands."""
    within_metres: int
    machines: tuple[NearMachine, ...]
    """Those within reach, the nearest first."""
    complete_until: datetime | None
    """The earliest that the data of one of them goes; None if there is none, or one never said anything."""
    unplaced: int
    """Machines in service then whose place nobody has said: any of them may stand within reach."""


def nearest_working(
    store: Engine,
    stops_sales: Callable[[Sequence[str]], bool],
    latitude: float,
    longitude: float,
    at: datetime,
    since_heard: timedelta = EXACTLY,
) -> NearestWorking:
    """The machines within reach of a point, and whether one could be paid at then. `since_heard`: see availability_at."""
    placed = read_positions(store)
    near = sorted(
        (metres, each.station) for each in placed.values() if (metres := metres_between(each, latitude, longitude)) <= NEAR_M
    )
    with store.begin() as connection:
        found = availability_at(connection, stops_sales, [station for _, station in near], at, since_heard)
        unplaced = len(_in_service_at(connection, at) - placed.keys())
    machines = tuple(NearMachine(station, round(metres), *found[station]) for metres, station in near if station in found)
    return NearestWorking(_verdict(machines, unplaced), round(NEAR_M), machines, _complete_until(machines), unplaced)


def availability_at(
    connection: Connection,
    stops_sales: Callable[[Sequence[str]], bool],
    names: Collection[str],
    at: datetime,
    since_heard: timedelta = EXACTLY,
) -> Mapping[str, tuple[Availability, datetime | None]]:
    """What is known of these stations at an instant, and how far the data of each goes; those not enrolled then are left out.

    Of an instant in a silence nobody can say: a machine without current hands in as little as one without a network.
    `since_heard`: how long before `at` the data may end; more than nothing only where `at` is now.
    """
    rows = connection.execute(select(stations.c.station, stations.c.complete_until)).all()
    active, silent, there = _alarms_at(connection, at), _silent_at(connection, at), _in_service_at(connection, at)
    found = {}
    for row in rows:
        heard = row.complete_until is not None and row.complete_until >= at - since_heard
        if row.station in names and row.station in there:
            down = stops_sales(active.get(row.station, []))
            known = heard and row.station not in silent
            state = Availability.DOWN if down else Availability.WORKING if known else Availability.UNKNOWN
            found[row.station] = (state, row.complete_until)
    return found


def _in_service_at(connection: Connection, at: datetime) -> set[str]:
    """The stations that were enrolled then, and not revoked."""
    columns = stations.c
    there = (columns.enrolled_at <= at) & (columns.revoked_at.is_(None) | (columns.revoked_at > at))
    return set(connection.scalars(select(columns.station).where(there)))


def _alarms_at(connection: Connection, at: datetime) -> dict[str, list[str]]:
    columns = alarms.c
    still = columns.cleared_at.is_(None) | (columns.cleared_at > at)
    query = select(columns.station, columns.alarm).where(columns.raised_at <= at, still)
    found: dict[str, list[str]] = {}
    for station, alarm in connection.execute(query):
        found.setdefault(station, []).append(alarm)
    return found


def _silent_at(connection: Connection, at: datetime) -> set[str]:
    columns = silences.c
    return set(connection.scalars(select(columns.station).where(columns.since < at, columns.until > at)))


def _verdict(machines: Sequence[NearMachine], unplaced: int) -> bool | None:
    states = {each.availability for each in machines}
    if Availability.WORKING in states:
        return True
    return None if unplaced or Availability.UNKNOWN in states else False


def _complete_until(machines: Sequence[NearMachine]) -> datetime | None:
    known = [each.known_until for each in machines]
    return min((each for each in known if each), default=None) if all(known) else None


@dataclass(frozen=True)
class PlacedStation:
    """A station on a public map."""

    position: StationPosition
    zone: int | None
    sector: str | None
    availability: Availability
    known_until: datetime | None


def placed_stations(
    store: Engine, stops_sales: Callable[[Sequence[str]], bool], at: datetime, since_heard: timedelta
) -> tuple[PlacedStation, ...]:
    """Every station in service that has a position. `since_heard`: see availability_at."""
    positions = read_positions(store)
    with store.begin() as connection:
        found = availability_at(connection, stops_sales, positions.keys(), at, since_heard)
        columns = stations.c
        rows = connection.execute(select(columns.station, columns.zone, columns.sector).order_by(columns.station)).all()
    return tuple(
        PlacedStation(positions[row.station], row.zone, row.sector, *found[row.station]) for row in rows if row.station in found
    )
