"""Whoever writes several stations locks them all before any sector: on PostgreSQL, between two connections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from central.db.station_locks import lock_station, lock_stations
from central.db.tables import journals, stations
from central.operations.positions import StationPosition, save_positions
from central.operations.unproven_closings import BY_A_FILE, reopen
from central.rules.evidence import CheckRules
from tests.central import register_rows
from tests.central.register_rows import HOUR, TEN, enrol
from tests.central.test_sector_reaches import kept, wait_for_a_lock

NOW = TEN + HOUR


def write(connection: Connection, *names: str) -> None:
    """Say how far the data of stations goes, one after the other."""
    for name in names:
        connection.execute(update(stations).where(stations.c.station == name).values(complete_until=NOW))


def meanwhile(store: Engine, holding: Callable[[Connection], object], other: Callable[[], object]) -> None:
    """Begin a transaction of ours; let the other wait for it; end ours with a report of station `b`. Both must end well."""
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as connection:
            holding(connection)
            ends = pool.submit(other)
            wait_for_a_lock(store)
            write(connection, "b")
        ends.result()


def test_a_report_passes_whoever_opens_the_journals_of_two_stations_of_its_sector(postgres: Engine) -> None:
    register_rows.delete_all(postgres)
    for name in ("a", "b"):
        enrol(postgres, name, TEN)
        row = {"station": name, "number": 0, "generation": 1, "genesis": b"", "begins": 1, "next": 1, "head": name.encode()}
        with postgres.begin() as connection:
            connection.execute(insert(journals).values(**row, closed_at=TEN, closed_by="ana", closed_why=BY_A_FILE))

    def reopened() -> None:
        assert len(reopen(postgres, CheckRules(), by="ana", noted_by="console: ana", now=NOW)) == 2

    meanwhile(postgres, lambda connection: lock_station(connection, "b"), reopened)
    assert kept(postgres) == [("11D", 1, 2, None)]


def test_two_that_write_stations_of_two_sectors_in_opposite_order_take_turns(postgres: Engine) -> None:
    register_rows.delete_all(postgres)
    for name, sector in (("a", "12A"), ("b", "11D"), ("c", "11D"), ("d", "12A")):
        enrol(postgres, name, TEN, sector)

    def other() -> None:
        with postgres.begin() as connection:
            assert [row.station for row in lock_stations(connection, {"d", "c"})] == ["c", "d"]
            write(connection, "c", "d")

    def ours(connection: Connection) -> None:
        lock_stations(connection, {"b", "a"})
        write(connection, "a")

    meanwhile(postgres, ours, other)
    assert sorted(kept(postgres), key=str) == [("11D", 1, 2, NOW), ("12A", 2, 2, NOW)]


def test_whoever_says_where_stations_stand_waits_with_none_of_them_in_hand(postgres: Engine) -> None:
    """However the file is ordered: who locks them by name would wait for it, and it for them."""
    register_rows.delete_all(postgres)
    for name in ("a", "b"):
        enrol(postgres, name, TEN)
    places = [StationPosition(name, 48.86, 2.37, "") for name in ("b", "a")]

    with ThreadPoolExecutor(1) as pool:
        with postgres.begin() as connection:
            lock_station(connection, "a")
            ends = pool.submit(save_positions, postgres, places, "ana", NOW)
            wait_for_a_lock(postgres)
            with postgres.begin() as another:
                at_once = select(stations.c.station).where(stations.c.station == "b").with_for_update(nowait=True)
                assert another.scalar(at_once) == "b"
        ends.result()


def test_a_transaction_locks_its_stations_at_once(store: Engine) -> None:
    """On both databases, so that no test has to make two of them meet."""
    for name in ("a", "b"):
        enrol(store, name, TEN)
    with store.begin() as connection:
        assert lock_station(connection, "nobody") is None
        with pytest.raises(RuntimeError, match=r"locks \['b'\] after \['nobody'\]"):
            lock_station(connection, "b")
    with store.begin() as connection:
        assert [row.station for row in lock_stations(connection, ["b", "a", "x"])] == ["a", "b"]
        assert (row := lock_station(connection, "a")) is not None
        assert row.complete_until == TEN
    with store.begin() as connection:
        assert lock_station(connection, "b") is not None
