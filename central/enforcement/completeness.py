"""Data completeness: until when all that the stations of a place wrote is here.

The theory. Of each station the register keeps one instant, `complete_until`: all that it wrote before then is here, in
whichever of its journals (central/rules/journals.py). A group of stations is as complete as its stalest, and a station is
silent about an instant if its data does not reach it, three missed heartbeats forgiven. A station with an incident that nobody
has cleared may hold another journal than those that are here: how far the data of these goes says nothing, so open incidents
are counted beside it.

What was here at an earlier moment K is not kept, but can be bounded. A report that ends a silence leaves a row (since, until);
reports that follow each other closely leave none. So, for the data of a station as it was at K:

    it has not spoken since K              what is here now is what was here then
    the first silence to end after K       began where its data then ended, or, if it began later than
                                           K less the silence forgiven, with the data at least so far
    no silence ended after K               its data reached at least K less the silence forgiven

The least of these is what we say: never more than was known, and exact wherever it matters, in a silence.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    union,
)

from central.db.column_types import AwareDateTime
from central.db.tables import dead_letters, incidents, silences, stations
from central.rules.evidence import NOBODY, Completeness, Inquiry, Reach

_SECTOR, _ELSEWHERE, _BEYOND = range(3)
_BETWEEN = "\n"
"""Stands in no station's name."""


def read_completeness(connection: Connection, inquiry: Inquiry, *, everywhere: bool) -> Completeness:
    """How complete the data is about the instant of an inquiry; with `known_at`, how complete it was then: a lower bound.

    A station counts from its enrolment until it is revoked, and on until nothing of its journals can be missing; of an instant
    to come, what can be known is asked. Unless `everywhere`, nobody looks beyond the tariff zone.
    """
    place, now, known_at = inquiry.vehicle.place, inquiry.now, inquiry.known_at
    forgiven, moment = inquiry.rules.silent_after, min(inquiry.vehicle.at, known_at or now)
    values = {"zone": place.zone, "sector": place.sector, "moment": moment, "late": moment - forgiven, "everywhere": everywhere}
    then = {"known_at": known_at, "close": known_at - forgiven} if known_at else {}
    rows = connection.execute(_statement(known_at is not None), values | then).all()
    parts = {
        row.part: Reach(row.stations, row.silent, _past(row.reach, now) if row.known == row.stations else None, row.disputed)
        for row in rows
    }
    names = tuple(sorted(name for row in rows for name in (row.names or "").split(_BETWEEN) if name))
    return Completeness(parts.get(_SECTOR, NOBODY), names, parts.get(_ELSEWHERE, NOBODY), parts.get(_BEYOND, NOBODY))


def _past(reach: datetime, now: datetime) -> datetime:
    """Not later than now: our own clock was ahead when a later instant was stored."""
    return min(reach, now)


@lru_cache
def _statement(then: bool) -> Select[tuple[object, ...]]:
    """One row for each part of the city. Made once: every check asks it."""
    counted = _counted(_reach_then() if then else stations.c.complete_until, _open_incidents(then))
    silent = or_(counted.c.reach.is_(None), counted.c.reach < _moment("late"))
    return select(
        counted.c.part,
        func.count().label("stations"),
        func.count(counted.c.reach).label("known"),
        func.sum(case((silent, 1), else_=0)).label("silent"),
        func.min(counted.c.reach).label("reach"),
        func.count(counted.c.disputed).label("disputed"),
        func.aggregate_strings(case((silent & (counted.c.part == _SECTOR), counted.c.station)), _BETWEEN).label("names"),
    ).group_by(counted.c.part)


def _counted(reach: ColumnElement[datetime | None], open_incidents: Subquery) -> Subquery:
    """The stations there were, in which part of the city, how far the data of each goes, and whether it is in dispute."""
    columns, moment = stations.c, _moment("moment")
    zone: BindParameter[int] = bindparam("zone", type_=Integer())
    part = case((columns.zone != zone, _BEYOND), (columns.sector != bindparam("sector"), _ELSEWHERE), else_=_SECTOR)
    counts = or_(columns.revoked_at.is_(None), columns.revoked_at > moment, columns.unsettled)
    there = (columns.enrolled_at <= moment) & counts
    asked = or_(columns.zone == zone, bindparam("everywhere", type_=Boolean()))
    disputed = open_incidents.c.station.label("disputed")
    counted = select(columns.station, part.label("part"), reach.label("reach"), disputed).where(asked, there)
    return counted.select_from(stations.outerjoin(open_incidents)).subquery()


def _open_incidents(then: bool) -> Subquery:
    """The stations with an incident or a dead letter that nobody has cleared, or had not at `known_at`.

    An entry that could not be understood may be a sale. There are few: they are read whole.
    """
    waiting = (incidents.c, incidents.c.first_seen), (dead_letters.c, dead_letters.c.received_at)
    found = (select(columns.station).where(_is_open(columns.cleared_at, since, then)) for columns, since in waiting)
    return union(*found).subquery()


def _is_open(cleared_at: ColumnElement[datetime], since: ColumnElement[datetime], then: bool) -> ColumnElement[bool]:
    known_at, still = _moment("known_at"), cleared_at.is_(None)
    return (since <= known_at) & or_(still, cleared_at > known_at) if then else still


def _reach_then() -> ColumnElement[datetime | None]:
    """How far the data of a station went at least, at `known_at`; to `close` if it was not silent then."""
    columns, known_at, close = stations.c, _moment("known_at"), _moment("close")
    ended_later = (silences.c.station == columns.station) & (silences.c.until > known_at)
    began = select(func.min(silences.c.since)).where(ended_later).correlate(stations).scalar_subquery()
    least = func.coalesce(began, columns.complete_until)
    return case(
        (or_(columns.last_contact.is_(None), columns.last_contact <= known_at), columns.complete_until),
        (columns.complete_until.is_(None), null()),
        (least < close, least),
        else_=close,
    )


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=AwareDateTime())
