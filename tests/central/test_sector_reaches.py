"""How far each sector's data goes, which the database keeps beside the stations: it is what counting them one by one gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Thread

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, update

from central.db.fleet_tables import sector_reaches
from central.db.tables import incidents, stations
from central.enforcement.completeness import read_completeness
from central.rules.evidence import NOBODY, CheckRules, Completeness, Inquiry, ParkedVehicle, Place, Reach
from tests.central import register_rows
from tests.central.register_rows import HOUR, MINUTE, TARIFFS, TEN, enrol, report

NOW = TEN + 20 * MINUTE
NAMES = ("a", "b", "c", "d", "e")
Values = Mapping[str, object]
Change = tuple[str, str, Values]
"""What is done, to whom, and the columns it gives new values."""

moments = st.sampled_from([TEN, TEN + 10 * MINUTE, TEN + 12 * MINUTE, NOW])
"""Few, so that stations often meet at the edges."""
places = st.sampled_from([(1, "11D"), (1, "11D"), (1, "11C"), (1, "10G"), (2, "12A"), (2, "11D"), (None, None)])
values = st.fixed_dictionaries(
    {},
    optional={
        "place": places,
        "enrolled_at": moments | st.none(),
        "revoked_at": moments | st.none(),
        "complete_until": moments | st.none(),
        "unsettled": st.booleans(),
    },
)
kinds = st.sampled_from(["there", "there", "there", "gone", "disputed", "cleared"])
changes = st.lists(st.tuples(kinds, st.sampled_from(NAMES), values), max_size=14)


def in_columns(values: Values) -> dict[str, object]:
    place = values.get("place")
    rest = {name: value for name, value in values.items() if name != "place"}
    return rest | dict(zip(("zone", "sector"), place, strict=True)) if isinstance(place, tuple) else rest


def change(connection: Connection, kind: str, name: str, values: Values) -> None:
    this = stations.c.station == name
    there = connection.scalar(select(stations.c.station).where(this))
    match kind:
        case "there" if there:
            connection.execute(update(stations).where(this).values({"next": 1} | in_columns(values)))
        case "there":
            fresh = {"zone": 1, "sector": "11D", "enrolled_at": TEN, "complete_until": NOW} | in_columns(values)
            connection.execute(insert(stations).values({"station": name, "next": 1, "head": b""} | fresh))
        case "gone":
            connection.execute(delete(incidents).where(incidents.c.station == name))
            connection.execute(delete(stations).where(this))
        case "disputed" if there:
            number = (connection.scalar(select(incidents.c.seq).order_by(incidents.c.seq.desc()).limit(1)) or 0) + 1
            row = {"station": name, "seq": number, "hash": b"", "body": b"", "first_seen": TEN}
            connection.execute(insert(incidents).values(row))
        case "cleared":
            connection.execute(update(incidents).where(incidents.c.station == name).values(cleared_at=TEN))


def counted(connection: Connection, inquiry: Inquiry, everywhere: bool) -> Completeness:
    """The stations counted one by one, as docs/decisions/0015 says they are."""
    disputed = set(connection.scalars(select(incidents.c.station).where(incidents.c.cleared_at.is_(None))))
    place, moment = inquiry.vehicle.place, inquiry.moment
    late = moment - inquiry.rules.silent_after
    there = [
        row
        for row in connection.execute(select(stations).order_by(stations.c.station))
        if row.enrolled_at
        and row.enrolled_at <= moment
        and (row.unsettled or row.revoked_at is None or row.revoked_at > moment)
    ]
    silent = [row.station for row in there if row.complete_until is None or row.complete_until < late]

    def reach(among: Callable[[int | None, str], bool]) -> Reach:
        these = [row for row in there if among(row.zone, row.sector)]
        ends = [row.complete_until for row in these]
        least = min(ends) if ends and None not in ends else None
        until, names = least and min(least, inquiry.now), {row.station for row in these}
        return Reach(len(these), len(names & set(silent)), until, len(names & disputed)) if these else NOBODY

    here = [row.station for row in there if (row.zone, row.sector) in [(place.zone, place.sector), (None, None)]]
    return Completeness(
        sector=reach(lambda zone, sector: (zone, sector) == (place.zone, place.sector)),
        silent=tuple(name for name in silent if name in here),
        elsewhere=reach(lambda zone, sector: zone == place.zone and sector != place.sector),
        beyond=reach(lambda zone, sector: zone not in (None, place.zone)) if everywhere else NOBODY,
        sellers=reach(lambda zone, sector: zone is None),
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=changes, at=moments, everywhere=st.booleans())
@example(made=[("there", "a", {}), ("there", "b", {"enrolled_at": NOW})], at=TEN + 10 * MINUTE, everywhere=False)  # b is late
def test_looked_up_it_is_what_counting_one_by_one_gives(
    store: Engine, made: Sequence[Change], at: datetime, everywhere: bool
) -> None:
    register_rows.delete_all(store)
    inquiry = Inquiry(ParkedVehicle("AB123CD", Place(1, "11D"), at), TARIFFS, CheckRules(silent_after=3 * MINUTE), NOW)
    for kind, name, given_values in made:
        with store.begin() as connection:
            change(connection, kind, name, given_values)
    with store.begin() as connection:
        assert read_completeness(connection, inquiry, everywhere=everywhere) == counted(connection, inquiry, everywhere)


def test_a_sector_where_all_report_is_looked_up(store: Engine) -> None:
    enrol(store, "a", TEN)
    enrol(store, "b", TEN - MINUTE)
    assert kept(store) == [("11D", 1, 2, TEN - MINUTE)]
    report(store, "b", TEN + MINUTE)
    assert kept(store) == [("11D", 1, 2, TEN)]
    register_rows.delete_all(store)
    assert kept(store) == []


def kept(store: Engine) -> list[tuple[object, ...]]:
    columns = sector_reaches.c
    with store.begin() as connection:
        rows = connection.execute(select(columns.sector, columns.zone, columns.stations, columns.reach))
        return [tuple(row) for row in rows.all()]


def test_a_seller_in_dispute_hides_no_station_of_the_street(store: Engine) -> None:
    enrol(store, "quiet", TEN - HOUR, "11C")
    enrol(store, "near", TEN)
    with store.begin() as connection:
        change(connection, "there", "seller", {"place": (None, None), "enrolled_at": TEN - HOUR})
        change(connection, "disputed", "seller", {})
        inquiry = Inquiry(ParkedVehicle("AB123CD", Place(1, "11D"), TEN - MINUTE), TARIFFS, CheckRules(), TEN)
        found = read_completeness(connection, inquiry, everywhere=False)
    assert (found.sector.stations, found.elsewhere, found.sellers.incidents) == (1, Reach(1, 1, TEN - HOUR), 1)


def test_two_reports_of_one_sector_at_once_are_both_in_it(postgres: Engine) -> None:
    register_rows.delete_all(postgres)
    enrol(postgres, "a", TEN - HOUR)
    enrol(postgres, "b", TEN - HOUR)
    with postgres.begin() as connection:
        connection.execute(update(stations).where(stations.c.station == "a").values(complete_until=TEN))
        other = Thread(target=report, args=(postgres, "b", TEN + MINUTE))
        other.start()
        wait_for_a_lock(postgres)
    other.join()
    assert kept(postgres) == [("11D", 1, 2, TEN)]


def wait_for_a_lock(store: Engine) -> None:
    """Until some transaction waits for another. Raises AssertionError if none ever does."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(100_000):
        with store.connect() as connection:
            if connection.exec_driver_sql(waiting).scalar():
                return
    pytest.fail("nobody waits: they do not take turns")
