"""How the database is opened, and brought to the present shape. SQLite by default; PostgreSQL by its URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).with_name("migrations")
BEFORE_MIGRATIONS = "0001"
"""The shape of a database that was made before there were migrations."""


def open_store(url: str) -> Engine:
    """The database at this URL, in its present shape: made if it is not there, migrated if it is older.

    Raises sqlalchemy.exc.SQLAlchemyError if it cannot be opened, alembic.util.CommandError if it is newer than this software.
    """
    store = connect(url)
    migrate(store, "head")
    return store


def connect(url: str) -> Engine:
    """The database as it is."""
    store = create_engine(url)
    if store.dialect.name == "sqlite":
        event.listen(store, "connect", _set_up_sqlite)
        event.listen(store, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return store


def migrate(store: Engine, revision: str) -> None:
    """Bring the database up or down to a revision, its data with it, whole or not at all."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    with store.begin() as connection:
        configuration.attributes["connection"] = connection
        if MigrationContext.configure(connection).get_current_revision() is None and inspect(connection).has_table("entries"):
            command.stamp(configuration, BEFORE_MIGRATIONS)
        if revision == "head" or revision >= (MigrationContext.configure(connection).get_current_revision() or ""):
            command.upgrade(configuration, revision)
        else:
            command.downgrade(configuration, revision)


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """A commit is on disk before a station is told so; transactions begin when we say, not at the first write."""
    sqlite: Any = connection
    sqlite.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        sqlite.execute(f"PRAGMA {pragma}").close()
