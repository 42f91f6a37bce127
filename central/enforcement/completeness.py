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

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
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
from central.rules.evidence import Completeness, Inquiry
from central.rules.station_groups import StationGroup, completeness_of

_REPORTING, _SILENT = "\n+", "\n-"
"""The groups of stations that are alike; no station is called so."""
_BETWEEN = "\n"
"""Stands in no station's name."""


def read_completeness(connection: Connection, inquiry: Inquiry, *, everywhere: bool) -> Completeness:
    """How complete the data is about the instant of an inquiry; with `known_at`, how complete it was then: a lower bound.

    A station counts from its enrolment until it is revoked, and on until nothing of its journals can be missing; of an instant
    to come, what can be known is asked. Unless `everywhere`, nobody looks beyond the tariff zone.
    """
    return completeness_of(read_groups(connection, [inquiry], everywhere=everywhere), inquiry, everywhere=everywhere)


def read_groups(connection: Connection, inquiries: Sequence[Inquiry], *, everywhere: bool) -> tuple[StationGroup, ...]:
    """The stations that any of these inquiries is about, in groups that are alike for all of them: one statement.

    All inquiries ask about what was known at one moment, by one set of rules.
    """
    known_at, forgiven = inquiries[0].known_at, inquiries[0].rules.silent_after
    moments = [inquiry.moment for inquiry in inquiries]
    places = [inquiry.vehicle.place for inquiry in inquiries]
    first, last = min(moments), max(moments)
    values = {
        "zones": sorted({place.zone for place in places}),
        "sectors": sorted({place.sector for place in places}),
        "everywhere": everywhere,
        "first": first,
        "last": last,
        "first_late": first - forgiven,
        "last_late": last - forgiven,
    }
    then = {"known_at": known_at, "close": known_at - forgiven} if known_at else {}
    rows = connection.execute(_statement(known_at is not None), values | then)
    return tuple(StationGroup(**{**row, "silent": _names(row["silent"])}) for row in rows.mappings())


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple((joined or "").split(_BETWEEN)) if joined else ()


@lru_cache
def _statement(then: bool) -> Select[tuple[object, ...]]:
    """One row for each group of stations. Made once: every check asks it."""
    there = _there(_reach_then() if then else stations.c.complete_until, _open_incidents(then))
    columns = there.c
    return select(
        columns.zone,
        columns.sector,
        func.max(columns.since).label("since"),
        func.min(columns.until).label("until"),
        func.count().label("stations"),
        func.count(columns.reach).label("known"),
        func.min(columns.reach).label("reach"),
        func.count(columns.disputed).label("incidents"),
        func.aggregate_strings(
            case(((columns.sector != "") & _late(columns.reach, "last_late"), columns.station)), _BETWEEN
        ).label("silent"),
    ).group_by(columns.zone, columns.sector, columns.alike)


def _there(reach: ColumnElement[datetime | None], open_incidents: Subquery) -> Subquery:
    """The stations that any inquiry may count: how far the data of each goes, whether it is in dispute, and its group.

    Alike are those of one place that each inquiry counts, and finds silent, or finds not silent; any other is by itself. The
    sectors that no inquiry stands in are one place.
    """
    columns = stations.c
    until = case((columns.unsettled, null()), else_=columns.revoked_at)
    steady = (columns.enrolled_at <= _moment("first")) & or_(until.is_(None), until > _moment("last"))
    name = case(
        (steady & (reach >= _moment("last_late")), _REPORTING),
        (steady & _late(reach, "first_late"), _SILENT),
        else_=columns.station,
    )
    return (
        select(
            columns.station,
            columns.zone,
            case((columns.sector.in_(bindparam("sectors", expanding=True)), columns.sector), else_="").label("sector"),
            columns.enrolled_at.label("since"),
            until.label("until"),
            reach.label("reach"),
            open_incidents.c.station.label("disputed"),
            name.label("alike"),
        )
        .where(or_(columns.zone.in_(bindparam("zones", expanding=True)), bindparam("everywhere", type_=Boolean())))
        .where(columns.enrolled_at <= _moment("last"), or_(until.is_(None), until > _moment("first")))
        .select_from(stations.outerjoin(open_incidents))
        .subquery()
    )


def _late(reach: ColumnElement[datetime | None], moment: str) -> ColumnElement[bool]:
    return or_(reach.is_(None), reach < _moment(moment))


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
