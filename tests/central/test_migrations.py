"""A database that is in use is brought to another shape with what is in it, up and down, whole or not at all, on both kinds."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, MetaData, RowMapping, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from central.db import tables
from central.db.store import connect, migrate
from central.migrations import shape_0001
from central.rules.plate_match import alike

TEN = datetime(2026, 3, 4, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STATION = "75011-0042"
Rows = list[dict[str, object]]
Register = dict[str, Rows]
IN_PLACE = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fill(connection: Connection, shape: MetaData, register: Register) -> None:
    for table in shape.sorted_tables:
        if register.get(table.name):
            connection.execute(insert(table), register[table.name])


def whole(store: Engine, shape: MetaData) -> dict[str, list[RowMapping]]:
    """Every row of every table, in the order of its key."""
    with store.begin() as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key.columns)).mappings())
            for table in shape.sorted_tables
        }


def first_release(store: Engine, register: Register) -> None:
    """A database as it was made before there were migrations, and nothing else."""
    with store.begin() as connection:
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        shape_0001.metadata.create_all(connection)
        fill(connection, shape_0001.metadata, register)


# --- what may stand in a register of the first release ------------------------------------------------------------

numbers = st.integers(1, 2**31 - 1)
moments = st.integers(0, 10**6).map(lambda minutes: TEN + minutes * MINUTE)
maybe_moments = st.none() | moments
hashes = st.binary(min_size=32, max_size=32)
plates = st.text("ABIOSZ015829", min_size=1, max_size=10)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Stations, and for each entry of theirs: perhaps a right, perhaps a dead letter, perhaps a fork."""
    register: Register = {table.name: [] for table in shape_0001.metadata.sorted_tables}
    for station in draw(st.lists(st.sampled_from(["75011-0042", "75011-0043", "75004-0001"]), unique=True)):
        size = draw(st.integers(0, 4))
        register["stations"].append(
            {
                "station": station,
                "next": size + 1,
                "head": draw(hashes),
                "last_contact": draw(moments),
                "complete_until": draw(maybe_moments),
            }
        )
        for seq in range(1, size + 1):
            _one_entry(draw, register, station, seq)
    for number in range(draw(st.integers(0, 3))):
        register["checks"].append(_check(draw, 7 + number))
    return register


def _one_entry(draw: st.DrawFn, register: Register, station: str, seq: int) -> None:
    received = {"station": station, "seq": seq, "received_at": draw(moments)}
    register["entries"].append({**received, "hash": draw(hashes), "body": draw(st.binary(max_size=20))})
    if draw(st.booleans()):
        register["rights"].append(_right(draw, station, seq))
    if draw(st.booleans()):
        register["dead_letters"].append({**received, "reason": draw(st.text("abé ", max_size=9))})
    if draw(st.booleans()):
        fork = {"station": station, "seq": seq, "hash": draw(hashes), "body": b"other", "first_seen": draw(moments)}
        register["incidents"].append({"id": 3 + len(register["incidents"]), **fork})


def _right(draw: st.DrawFn, station: str, seq: int) -> dict[str, object]:
    start = draw(moments)
    return {
        "station": station,
        "reference": f"{station}-{seq:06d}",
        "seq": seq,
        "status": draw(st.sampled_from(["sold", "provisional", "promised"])),
        "plate": draw(plates),
        "zone": draw(st.sampled_from([1, 2])),
        "sector": "11D",
        "regime": "visitor",
        "vehicle": "car",
        "bought_at": start,
        "start": start,
        "end": start + draw(st.integers(1, 360)) * MINUTE,
        "units": 4,
        "cents": draw(numbers),
        "tariff": "2024-10-01",
    }


def _check(draw: st.DrawFn, number: int) -> dict[str, object]:
    at, allowed = draw(moments), draw(st.booleans())
    return {
        "id": number,
        "checked_at": at,
        "plate": draw(plates),
        "zone": 1,
        "at": at,
        "allowed": allowed,
        "station": STATION if allowed else None,
        "reference": f"{STATION}-000001" if allowed else None,
        "complete_until": draw(maybe_moments),
        "silent": draw(st.lists(st.sampled_from(["75011-0043", "75004-0001"]), unique=True)),
    }


# --- with data in place -------------------------------------------------------------------------------------------


@IN_PLACE
@given(registers())
def test_up_down_and_up_again_every_row_is_as_it_was(bare: Engine, register: Register) -> None:
    first_release(bare, register)
    first = whole(bare, shape_0001.metadata)
    migrate(bare)
    second = whole(bare, tables.metadata)
    assert [len(second[name]) for name in register] == [len(rows) for rows in register.values()]
    migrate(bare, "0001")
    assert whole(bare, shape_0001.metadata) == first
    migrate(bare)
    assert whole(bare, tables.metadata) == second


RIGHT: dict[str, object] = {
    "station": STATION,
    "reference": "75011-0042-000001",
    "seq": 2,
    "status": "sold",
    "plate": "BO123ISZ",
    "zone": 1,
    "sector": "11D",
    "regime": "visitor",
    "vehicle": "car",
    "bought_at": TEN,
    "start": TEN,
    "end": TEN + 60 * MINUTE,
    "units": 4,
    "cents": 600,
    "tariff": "2024-10-01",
}
LATE_SALE: Register = {
    "stations": [
        {"station": STATION, "next": 3, "head": b"h" * 32, "last_contact": TEN + 9 * MINUTE, "complete_until": TEN + 8 * MINUTE}
    ],
    "entries": [
        {"station": STATION, "seq": seq, "hash": bytes([seq]) * 32, "body": b"{}", "received_at": TEN + seq * MINUTE}
        for seq in (1, 2)
    ],
    "rights": [RIGHT],
    "incidents": [
        {"id": number, "station": STATION, "seq": 2, "hash": bytes([number]) * 32, "body": b"x", "first_seen": TEN}
        for number in (12, 41)
    ],
}
"""One right, in an entry that came in two minutes after it was sold; twice somebody tried to put another in its place."""


def test_a_right_is_known_from_the_moment_its_entry_came_in(bare: Engine) -> None:
    first_release(bare, LATE_SALE)
    migrate(bare)
    with bare.begin() as connection:
        right = connection.execute(select(tables.rights)).mappings().one()
    assert right["known_from"] == TEN + 2 * MINUTE
    assert right["known_until"] is None
    assert right["alike"] == alike("BO123ISZ") == "80123152"


def test_a_station_goes_on_where_it_was_and_must_be_enrolled(bare: Engine) -> None:
    first_release(bare, LATE_SALE)
    migrate(bare)
    with bare.begin() as connection:
        station = connection.execute(select(tables.stations)).mappings().one()
    assert (station["next"], station["head"], station["contact"]) == (3, b"h" * 32, 0)
    assert (station["last_contact"], station["complete_until"]) == (TEN + 9 * MINUTE, TEN + 8 * MINUTE)
    assert station["public_key"] is None
    assert station["enrolled_at"] is None


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_numbers_go_on_after_the_greatest_there_was(bare: Engine, revision: str) -> None:
    first_release(bare, LATE_SALE)
    migrate(bare)
    migrate(bare, revision)
    there = MetaData()
    with bare.begin() as connection:
        there.reflect(connection)
        values = {"station": STATION, "seq": 1, "hash": b"g" * 32, "body": b"y", "first_seen": TEN}
        assert connection.execute(insert(there.tables["incidents"]).values(values)).inserted_primary_key == (42,)


def test_going_down_keeps_the_present_rights_and_stations_that_never_spoke(bare: Engine) -> None:
    migrate(bare)
    second = {**RIGHT, "alike": "80123152", "known_from": TEN}
    with bare.begin() as connection:
        fill(connection, tables.metadata, {"entries": LATE_SALE["entries"]} | {"stations": LATE_SALE["stations"]})
        connection.execute(insert(tables.rights), {**second, "seq": 1, "status": "provisional", "known_until": TEN + MINUTE})
        connection.execute(insert(tables.rights), {**second, "known_from": TEN + MINUTE})
        silent = {"station": "75011-0043", "next": 1, "head": b"g", "enrolled_at": TEN, "public_key": b"k" * 32}
        connection.execute(insert(tables.stations), silent)
    migrate(bare, "0001")
    after = whole(bare, shape_0001.metadata)
    assert [(row["seq"], row["status"]) for row in after["rights"]] == [(2, "sold")]
    assert [(row["seq"], row["body"]) for row in after["entries"]] == [(1, b"{}"), (2, b"{}")]
    assert [(row["station"], row["complete_until"]) for row in after["stations"]][1:] == [("75011-0043", None)]


# --- the shape ----------------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_city_uses(bare: Engine) -> None:
    migrate(bare)
    with bare.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_way_down_makes_the_tables_of_the_first_release(bare: Engine) -> None:
    migrate(bare)
    migrate(bare, "0001")
    with bare.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, shape_0001.metadata) == []


# --- trouble ------------------------------------------------------------------------------------------------------


def test_a_newer_database_is_refused_and_left_alone(bare: Engine) -> None:
    migrate(bare)
    with bare.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(CommandError, match="newer than this software: at revision 0099"):
        migrate(bare)
    with bare.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0099"


def test_a_migration_that_fails_leaves_the_old_shape_and_every_row(bare: Engine) -> None:
    nobody_sent_it = {**RIGHT, "reference": "75011-0042-000009", "seq": 9}
    first_release(bare, {**LATE_SALE, "rights": [RIGHT, nobody_sent_it]})
    before = whole(bare, shape_0001.metadata)
    with pytest.raises(SQLAlchemyError):
        migrate(bare)
    assert whole(bare, shape_0001.metadata) == before
    with bare.begin() as connection:
        assert set(inspect(connection).get_table_names()) == set(shape_0001.metadata.tables)


def test_workers_that_start_together_migrate_once(bare: Engine) -> None:
    first_release(bare, LATE_SALE)
    workers = [connect(bare.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(len(workers)) as together:
        list(together.map(migrate, workers))
    for worker in workers:
        worker.dispose()
    with bare.begin() as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == ["0002"]
    assert len(whole(bare, tables.metadata)["rights"]) == 1


def test_migrating_says_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    program = f"from central.db.store import migrate, open_store; migrate(open_store({url!r}), '0001')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
