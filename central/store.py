"""The city's tables, and how the database is opened. SQLite by default; another database by its URL.

Nothing that a station sent is ever changed or deleted: `entries` is each station's journal, copied. `rights` is what those
entries mean and could be made again from them. What could not be taken at face value waits for a person: `dead_letters`
(stored, not understood) and `incidents` (refused: another entry under a number already taken).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

PARIS = ZoneInfo("Europe/Paris")


class Moment(TypeDecorator[datetime]):
    """An aware instant: kept in UTC, read back in Paris time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a date without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a date without an offset cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no offset: it is UTC."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(PARIS)


metadata = MetaData()

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True),
    Column("next", Integer, nullable=False),  # the sequence number wanted
    Column("head", LargeBinary, nullable=False),  # the hash it must continue from
    Column("last_contact", Moment, nullable=False),
    Column("complete_until", Moment),  # everything the station wrote before this is here
)

entries = Table(
    "entries",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
)

rights = Table(
    "rights",
    metadata,
    Column("station", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seq", Integer, nullable=False),  # the entry that last changed it
    Column("status", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("bought_at", Moment, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("units", Integer, nullable=False),
    Column("cents", Integer, nullable=False),
    Column("tariff", Text, nullable=False),
    Index("rights_by_plate", "plate", "zone", "end"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),  # its body is in `entries`
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("station", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),  # the one refused
    Column("body", LargeBinary, nullable=False),
    Column("first_seen", Moment, nullable=False),
    UniqueConstraint("station", "seq", "hash"),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("checked_at", Moment, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("station", Text),
    Column("reference", Text),
    Column("complete_until", Moment),
    Column("silent", JSON, nullable=False),
)


def open_store(url: str) -> Engine:
    """The database at this URL, its tables made if they are not there. `sqlite://` lives in memory.

    Raises sqlalchemy.exc.SQLAlchemyError if it cannot be opened.
    """
    store = create_engine(url)
    if store.dialect.name == "sqlite":
        event.listen(store, "connect", _set_up_sqlite)
        event.listen(store, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    metadata.create_all(store)
    return store


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """A commit is on disk before a station is told so; transactions begin when we say, not at the first write."""
    sqlite: Any = connection
    sqlite.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        sqlite.execute(f"PRAGMA {pragma}").close()
