"""Reading the register for plate checks: on PostgreSQL as one statement, on SQLite, which is no trip away, one after the other.

Both give the same values. How far the stations' data goes is never newer than the rights: in turn it is read before them, and
one statement sees one state of the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from central.db.together import JoinedStatement, as_one, read_text
from central.enforcement.completeness import groups_statement, groups_values, names_in, read_groups
from central.enforcement.notice_lookup import NoticeRow, find_notices, notices_statement, notices_values
from central.enforcement.right_lookup import (
    candidates_statement,
    candidates_values,
    find_candidates,
    find_rights,
    rights_statement,
    rights_values,
)
from central.register.holdings import anything_held, find_holdings_by_plate, holdings_statement, holdings_values
from central.rules.evidence import HeldRight, Inquiry, RegisteredRight
from central.rules.plate_match import alike
from central.rules.station_groups import StationGroup
from hal.time_zone import PARIS


@dataclass(frozen=True)
class VehicleReading:
    """What every verdict rests on, of all vehicles that are asked about."""

    holdings: Mapping[str, tuple[HeldRight, ...]]
    """By plate."""
    groups: tuple[StationGroup, ...]
    rights: tuple[RegisteredRight, ...]


@dataclass(frozen=True)
class RefusalReading:
    """What is asked besides of vehicles that nothing else lets stay."""

    notices: tuple[NoticeRow, ...]
    candidates: frozenset[str]
    """Folded plates with a right, that begin or end as one of theirs does."""


def read_vehicles(connection: Connection, inquiries: Sequence[Inquiry]) -> VehicleReading:
    """Holdings, stations and rights. All inquiries ask about what was known at one moment, by one set of rules.

    Stations of every zone are read if any plate holds anything: more of them than are needed change no answer.
    """
    instants, known_at = [inquiry.vehicle.at for inquiry in inquiries], inquiries[0].known_at
    plates, between = {inquiry.vehicle.plate for inquiry in inquiries}, (min(instants), max(instants))
    folded, after = set(map(alike, plates)), between[0] - inquiries[0].rules.look_back
    if connection.dialect.name == "postgresql":
        values = holdings_values(plates, between) | rights_values(folded, after, known_at)
        values |= groups_values(inquiries)
        return _decode_vehicles(read_text(connection, _vehicles_statement(known_at is not None), values))
    holdings = find_holdings_by_plate(connection, plates, between, known_at)
    held = (
        any(each.is_valid_at(inquiry.vehicle.at) for each in holdings.get(inquiry.vehicle.plate, ())) for inquiry in inquiries
    )
    groups = read_groups(connection, inquiries, everywhere=any(held))
    return VehicleReading(holdings, groups, find_rights(connection, folded, after, known_at))


def read_refusals(connection: Connection, inquiries: Sequence[Inquiry]) -> RefusalReading:
    """Notices, and the plates among which neighbours are looked for. There is at least one inquiry."""
    plates, known_at = [inquiry.vehicle.plate for inquiry in inquiries], inquiries[0].known_at
    after = min(inquiry.vehicle.at for inquiry in inquiries)
    folded = [alike(plate) for plate in plates]
    if connection.dialect.name == "postgresql":
        values = notices_values(plates, after, known_at) | candidates_values(folded)
        return _decode_refusals(read_text(connection, _refusals_statement(known_at is not None), values))
    notices = find_notices(connection, plates, after, known_at)
    return RefusalReading(notices, frozenset(find_candidates(connection, folded, after, known_at)))


@lru_cache
def _vehicles_statement(then: bool) -> JoinedStatement:
    groups = groups_statement(True, then, anything_held())
    holdings, rights = holdings_statement(then), rights_statement(then)
    return as_one({"holdings": holdings, "groups": groups, "rights": rights})


@lru_cache
def _refusals_statement(then: bool) -> JoinedStatement:
    return as_one({"notices": notices_statement(then), "candidates": candidates_statement(then)})


class _Held(Struct):
    plate: str
    series: str
    holding: str
    sectors: frozenset[str]
    valid_from: datetime
    valid_until: datetime | None


class _Group(Struct):
    zone: int | None
    sector: str
    since: datetime
    until: datetime | None
    stations: int
    known: int
    reach: datetime | None
    incidents: int
    silent: str | None
    rights_since: datetime | None


class _Vehicles(Struct):
    holdings: list[_Held]
    groups: list[_Group]
    rights: list[RegisteredRight]


class _Candidate(Struct):
    alike: str


class _Refusals(Struct):
    notices: list[NoticeRow]
    candidates: list[_Candidate]


_vehicles, _refusals = msgspec.json.Decoder(_Vehicles), msgspec.json.Decoder(_Refusals)


def _decode_vehicles(text: str) -> VehicleReading:
    read = _vehicles.decode(text)
    holdings: defaultdict[str, tuple[HeldRight, ...]] = defaultdict(tuple)
    for row in read.holdings:
        until = _in_paris(row.valid_until)
        holdings[row.plate] += (HeldRight(row.series, row.holding, row.sectors, row.valid_from.astimezone(PARIS), until),)
    return VehicleReading(holdings, tuple(map(_group_of, read.groups)), tuple(map(_right_of, read.rights)))


def _decode_refusals(text: str) -> RefusalReading:
    read = _refusals.decode(text)
    notices = (
        replace(row, control_at=row.control_at.astimezone(PARIS), covers_until=row.covers_until.astimezone(PARIS))
        for row in read.notices
    )
    return RefusalReading(tuple(notices), frozenset(row.alike for row in read.candidates))


def _group_of(row: _Group) -> StationGroup:
    return StationGroup(
        zone=row.zone,
        sector=row.sector,
        since=row.since.astimezone(PARIS),
        until=_in_paris(row.until),
        stations=row.stations,
        known=row.known,
        reach=_in_paris(row.reach),
        incidents=row.incidents,
        silent=names_in(row.silent),
        rights_since=_in_paris(row.rights_since),
    )


def _right_of(row: RegisteredRight) -> RegisteredRight:
    return replace(
        row,
        bought_at=row.bought_at.astimezone(PARIS),
        start=row.start.astimezone(PARIS),
        end=row.end.astimezone(PARIS),
        known_from=row.known_from.astimezone(PARIS),
    )


def _in_paris(moment: datetime | None) -> datetime | None:
    return moment.astimezone(PARIS) if moment else None
