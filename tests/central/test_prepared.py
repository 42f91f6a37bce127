"""Statements compiled once: what goes in and comes out is what SQLAlchemy itself would store and read, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, bindparam, create_engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from central.db.among import is_among, json_list
from central.db.driver import run_prepared
from central.db.prepared import change, change_each, fetch
from central.db.row_update import insert_row, update_row
from central.db.tables import dead_letters, stations
from hal.time_zone import PARIS
from tests.central.register_rows import TEN

EVERY_KIND: dict[str, object] = {
    "station": "75011-0042",
    "public_key": b"\0\xff" * 16,
    "zone": 1,
    "sector": "11D",
    "enrolled_at": TEN,
    "revoked_at": None,
    "contact": 1 << 52,
    "next": 1,
    "head": b"",
    "last_contact": datetime(2026, 7, 1, 22, 30, 0, 250, tzinfo=UTC),
    "queue": None,
    "holding": {"tariffs": 3, "é": []},
    "clock_offset": -0.25,
    "returns": 2,
    "unsettled": True,
}
_ALL = select(*(stations.c[name] for name in EVERY_KIND)).order_by(stations.c.station)
_NAMED = select(stations.c.station).where(is_among(stations.c.station, "names")).order_by(stations.c.station)
_NUMBERED = select(stations.c.contact).where(is_among(stations.c.contact, "numbers")).order_by(stations.c.contact)
_MANY = select(stations.c.station).where(stations.c.station.in_(bindparam("names", expanding=True)))
_LAST = select(stations.c.station).order_by(stations.c.station.desc()).limit(1)
_NONE_OF = delete(stations).where(is_among(stations.c.station, "names"))
_INSERTED = insert(stations)
_LETTERS = insert(dead_letters)
_MADE_EACH_TIME = insert(
    Table("made", MetaData(), Column("id", Integer, primary_key=True), Column("at", Integer, default=list))
)


def row(station: str, contact: int = 0) -> dict[str, object]:
    return {"station": station, "next": 1, "head": b"", "contact": contact}


def test_a_row_of_every_kind_of_column_is_as_sqlalchemy_stores_and_reads_it(store: Engine) -> None:
    with store.begin() as connection:
        insert_row(connection, stations, EVERY_KIND)
        assert fetch(connection, _ALL, {}) == [tuple(EVERY_KIND.values())] == [tuple(connection.execute(_ALL).one())]
        assert update_row(connection, stations, {"station": "75011-0042"}, {"holding": None, "revoked_at": TEN}) == 1
        assert update_row(connection, stations, {"station": "75011-0043"}, {"zone": 2}) == 0
        changed = tuple({**EVERY_KIND, "holding": None, "revoked_at": TEN}.values())
        (read,) = fetch(connection, _ALL, {})
        assert read == changed == tuple(connection.execute(_ALL).one())
        assert read[list(EVERY_KIND).index("revoked_at")].tzinfo is PARIS
        with pytest.raises(ValueError, match="without an offset"):
            update_row(connection, stations, {"station": "75011-0042"}, {"enrolled_at": TEN.replace(tzinfo=None)})


def test_a_parameter_lists_any_number_of_texts_or_numbers(store: Engine) -> None:
    names = ["", "75011-0001", "a b", "c'd\"e", "x\x1fy", "é\\,{}"]
    with store.begin() as connection:
        change_each(connection, _INSERTED, [row(name, (1 << 61) + place) for place, name in enumerate(names)])
        assert fetch(connection, _NAMED, {"names": json_list(["nobody", *names[2:]])}) == [(name,) for name in names[2:]]
        assert fetch(connection, _NAMED, {"names": json_list([])}) == []
        assert fetch(connection, _NUMBERED, {"numbers": json_list([3, (1 << 61) + 4])}) == [((1 << 61) + 4,)]
        assert fetch(connection, _LAST, {}) == [("é\\,{}",)]
        assert change(connection, _NONE_OF, {"names": json_list(names[:2])}) == 2
        assert fetch(connection, _NAMED, {"names": json_list(names)}) == [(name,) for name in names[2:]]


def _insert_both(store: Engine, station: dict[str, object], letter: dict[str, object]) -> None:
    with store.begin() as connection:
        insert_row(connection, stations, station)
        change_each(connection, _LETTERS, [letter])


def test_what_the_database_refuses_is_an_error_of_sqlalchemy_and_leaves_nothing(store: Engine) -> None:
    letter = {"station": "75011-0042", "seq": 1, "reason": "of an entry that is not there", "received_at": TEN}
    with pytest.raises(IntegrityError):
        _insert_both(store, row("75011-0042"), letter)
    with store.begin() as connection:
        assert fetch(connection, _ALL, {}) == []


def test_a_row_that_cannot_be_made_is_an_error_of_sqlalchemy_too(store: Engine) -> None:
    """SQLite makes each row when it is fetched."""
    each = "json_each('[1,2,3]')" if store.dialect.name == "sqlite" else "generate_series(1, 3) AS value"
    failing = "abs(-9223372036854775807 - value / 3)" if store.dialect.name == "sqlite" else "1 / (3 - value)"
    with store.begin() as connection, pytest.raises(DBAPIError):
        run_prepared(connection, f"SELECT {failing} FROM {each}", ())


def test_a_number_that_its_column_cannot_hold_is_refused(postgres: Engine) -> None:
    with pytest.raises(DBAPIError), postgres.begin() as connection:
        update_row(connection, stations, {"station": "nobody"}, {"returns": (1 << 32) + 7})


def test_a_statement_whose_text_or_values_change_is_refused(store: Engine) -> None:
    with store.begin() as connection:
        with pytest.raises(ValueError, match="each time"):
            fetch(connection, _MANY, {"names": ["75011-0042"]})
        with pytest.raises(ValueError, match="each time"):
            change(connection, _MADE_EACH_TIME, {"id": 1})
        with pytest.raises(KeyError):
            fetch(connection, _NAMED, {})


def test_numbers_of_any_size_are_one_prepared_statement(postgres: Engine) -> None:
    store = create_engine(postgres.url, poolclass=NullPool)  # a connection of its own: what others prepared stays with theirs
    with store.begin() as connection:
        for contact in (1, 1 << 20, 1 << 40):
            update_row(connection, stations, {"station": "nobody"}, {"contact": contact, "returns": contact % 9})
        kept = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'UPDATE stations SET contact=%returns=%'")
        assert connection.scalar(kept) == 1
