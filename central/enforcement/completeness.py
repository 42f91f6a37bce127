"""Data completeness: until when all that the stations of a place wrote is here.

The theory. Of each station the register keeps one instant, `complete_until`: all that it wrote before then is here, in
whichever of its journals (central/rules/journals.py). A group of stations is as complete as its stalest, and a station is
silent about an instant if its data does not reach it, three missed heartbeats forgiven. A station with an incident that nobody
has cleared may hold another journal than those that are here: how far the data of these goes says nothing, so open incidents
are counted beside it. Who sells by telephone is a station without a place: it counts wherever somebody asks.

Completeness has a lower end too: retention deletes the plates of old rights, and an instant before that looks as if nothing had
been sold. Each run leaves a row that says so (`retention_runs`). What a run deletes of a plate that was refused before it, it
keeps (central/operations/retention.py): so a recorded refusal counts the runs before it only.

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
    CTE,
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
)

from central.db.among import is_among, json_list
from central.db.column_types import AwareDateTime
from central.db.fleet_tables import sector_reaches
from central.db.retention_tables import retention_runs
from central.db.tables import dead_letters, incidents, silences, stations
from central.rules.evidence import Completeness, Inquiry
from central.rules.station_groups import StationGroup, completeness_of

_REPORTING, _SILENT = "'\n+'", "'\n-'"
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
    postgres = connection.dialect.name == "postgresql"
    statement = _statement(postgres, inquiries[0].known_at is not None)
    rows = connection.execute(statement, groups_values(inquiries) | {"everywhere": everywhere})
    return tuple(StationGroup(**{**row, "silent": names_in(row["silent"])}) for row in rows.mappings())


def groups_values(inquiries: Sequence[Inquiry]) -> dict[str, object]:
    """The parameters of `groups_statement`."""
    known_at, forgiven = inquiries[0].known_at, inquiries[0].rules.silent_after
    moments = [inquiry.moment for inquiry in inquiries]
    places = [inquiry.vehicle.place for inquiry in inquiries]
    first, last = min(moments), max(moments)
    then = {"known_at": known_at, "close": known_at - forgiven} if known_at else {}
    return {
        "zones": json_list({place.zone for place in places}),
        "sectors": json_list({place.sector for place in places}),
        "first": first,
        "last": last,
        "first_late": first - forgiven,
        "last_late": last - forgiven,
        "asked": inquiries[0].first_asked or inquiries[0].now,
        **then,
    }


def names_in(joined: str | None) -> tuple[str, ...]:
    """The names of a group's silent stations, as the statement joins them."""
    return tuple(joined.split(_BETWEEN)) if joined else ()


@lru_cache
def _statement(postgres: bool, then: bool) -> Select[tuple[object, ...]]:
    return groups_statement(postgres, then, bindparam("everywhere", type_=Boolean()))


def groups_statement(postgres: bool, then: bool, everywhere: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """One row for each group of stations. `everywhere`: whether those beyond the tariff zones asked about are read too.

    What was known then is of no sector kept as a sum.
    """
    there = _there(then, everywhere)
    if then:
        groups = _counted(there, postgres).subquery()
    else:
        amiss, sector = _amiss(), stations.c.sector
        apart = there.where(or_(_is_in(sector, amiss, postgres), sector.is_(None)))
        groups = union_all(_summed(amiss, everywhere, postgres), _counted(apart, postgres)).subquery()
    return select(*groups.c, _rights_since().label("rights_since"))


def _amiss() -> CTE:
    """The sectors whose stations are counted one by one: those of the others report undisputed, and were there all the time."""
    columns = sector_reaches.c
    reporting = (columns.since <= _moment("first")) & columns.reach.is_not(None) & (columns.reach >= _moment("last_late"))
    disputed = stations.c.station.in_(_open_incidents(then=False)) & stations.c.sector.is_not(None)  # no NULL: nothing is in it
    return union_all(select(columns.sector).where(~reporting), select(stations.c.sector).where(disputed)).cte("amiss")


def _summed(amiss: CTE, everywhere: ColumnElement[bool], postgres: bool) -> Select[tuple[object, ...]]:
    """The stations of all other sectors, as they are kept added up."""
    columns = sector_reaches.c
    sector = _as_asked(columns.sector)
    return (
        select(
            columns.zone,
            sector.label("sector"),
            func.max(columns.since).label("since"),
            cast(null(), AwareDateTime()).label("until"),
            func.sum(columns.stations).label("stations"),
            func.sum(columns.stations).label("known"),
            func.min(columns.reach).label("reach"),
            literal_column("0").label("incidents"),
            cast(null(), Text()).label("silent"),
        )
        .where(or_(_is_of(columns.zone), everywhere), ~_is_in(columns.sector, amiss, postgres))
        .group_by(columns.zone, sector)
    )


def _is_in(sector: ColumnElement[str], amiss: CTE, postgres: bool) -> ColumnElement[bool]:
    """An array is some ten of them to PostgreSQL, whatever it knows of the tables: their stations are found by the index."""
    sectors = select(amiss.c.sector)
    return sector == any_(func.array(sectors.scalar_subquery())) if postgres else sector.in_(sectors)


def _is_of(zone: ColumnElement[int | None]) -> ColumnElement[bool]:
    return is_among(zone, "zones")


def _as_asked(sector: ColumnElement[str]) -> ColumnElement[str]:
    """The sectors that no inquiry stands in are one place."""
    return case((is_among(sector, "sectors"), sector), else_=literal_column("''"))


def _counted(stations_there: Select[tuple[object, ...]], postgres: bool) -> Select[tuple[object, ...]]:
    """Stations, counted one by one, in groups that are alike."""
    columns, joined = stations_there.subquery().c, func.string_agg if postgres else func.group_concat
    named = _is_named(columns.zone, columns.sector) & _late(columns.reach, "last_late")
    return select(
        columns.zone,
        columns.sector,
        func.max(columns.since).label("since"),
        func.min(columns.until).label("until"),
        func.count().label("stations"),
        func.count(columns.reach).label("known"),
        func.min(columns.reach).label("reach"),
        func.count(columns.disputed).label("incidents"),
        joined(case((named, columns.station)), literal_column(f"'{_BETWEEN}'")).label("silent"),
    ).group_by(columns.zone, columns.sector, columns.alike)


def _there(then: bool, everywhere: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """The stations that any inquiry may count: how far the data of each goes, whether it is in dispute, and its group.

    Alike are those of one place that each inquiry counts, and finds silent, or finds not silent; any other is by itself.
    """
    columns, open_incidents = stations.c, _open_incidents(then).subquery()
    reach = _reach_then() if then else columns.complete_until
    until = case((columns.unsettled, null()), else_=columns.revoked_at)
    steady = (columns.enrolled_at <= _moment("first")) & _counts_beyond("last")
    name = case(
        (steady & (reach >= _moment("last_late")), literal_column(_REPORTING)),
        (steady & _late(reach, "first_late"), literal_column(_SILENT)),
        else_=columns.station,
    )
    return (
        select(
            columns.station,
            columns.zone,
            _as_asked(columns.sector).label("sector"),
            columns.enrolled_at.label("since"),
            until.label("until"),
            reach.label("reach"),
            open_incidents.c.station.label("disputed"),
            name.label("alike"),
        )
        .where(or_(columns.zone.is_(None), _is_of(columns.zone), everywhere))
        .where(columns.enrolled_at <= _moment("last"), _counts_beyond("first"))
        .select_from(stations.outerjoin(open_incidents))
    )


def _counts_beyond(moment: str) -> ColumnElement[bool]:
    """Whether a station is not revoked by then, or something of its journals may be missing."""
    columns = stations.c
    return or_(columns.unsettled, columns.revoked_at.is_(None), columns.revoked_at > _moment(moment))


def _rights_since() -> ScalarSelect[datetime]:
    """Since when the rights are whole: what was deleted before a question was first asked is missing from its answer."""
    columns = retention_runs.c
    runs = select(columns.rights_since).where(columns.run_at <= _moment("asked"))
    return runs.order_by(columns.rights_since.desc()).limit(literal_column("1")).scalar_subquery()


def _is_named(zone: ColumnElement[int | None], sector: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an answer names who is silent: of a sector that is asked about, or who sells everywhere."""
    return or_(sector != literal_column("''"), zone.is_(None))


def _late(reach: ColumnElement[datetime | None], moment: str) -> ColumnElement[bool]:
    return or_(reach.is_(None), reach < _moment(moment))


def _open_incidents(then: bool) -> CompoundSelect[str]:
    """The stations with an incident or a dead letter that nobody has cleared, or had not at `known_at`.

    An entry that could not be understood may be a sale. There are few: they are read whole.
    """
    waiting = (incidents.c, incidents.c.first_seen), (dead_letters.c, dead_letters.c.received_at)
    found = (select(columns.station).where(_is_open(columns.cleared_at, since, then)) for columns, since in waiting)
    return union(*found)


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
