"""How the database is opened, and brought to the present shape. SQLite by default; PostgreSQL by its URL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parents[1] / "migrations"
POOL: Mapping[str, int] = {"pool_size": 20, "max_overflow": 0, "pool_timeout": 5}
"""One process's connections to PostgreSQL, kept once they are open: to open one costs more than a batch does. Who waits five
seconds for one is told to come back, while a station would still listen."""
ONE_AT_A_TIME = 0x68_64_74
"""PostgreSQL's advisory lock that whoever migrates holds. The number means nothing."""


def open_store(url: str) -> Engine:
    """The database at this URL, in its present shape: made if it is not there, migrated if it is older.

    Raises sqlalchemy.exc.SQLAlchemyError if it cannot be opened, alembic.util.CommandError if it is newer than this software.
    """
    store = connect(url)
    try:
        migrate(store)
    except BaseException:
        store.dispose()
        raise
    return store


def connect(url: str) -> Engine:
    """The database as it is."""
    kept = POOL if make_url(url).get_backend_name() == "postgresql" else {}
    store = create_engine(url, **kept)
    if store.dialect.name == "sqlite":
        event.listen(store, "connect", _set_up_sqlite)
        event.listen(store, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return store


def migrate(store: Engine, revision: str = "head") -> None:
    """Bring the database up or down to a revision, its data with it, whole or not at all; several may try at once.

    Raises alembic.util.CommandError if this software does not know that revision, or the one that the database is at.
    """
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(configuration)
    known = [each.revision for each in script.walk_revisions()][::-1]
    wanted = script.as_revision_number(revision)
    with store.begin() as connection:
        configuration.attributes["connection"] = connection
        _wait_for_the_others(connection)
        present = _present(connection)
        if present is not None and present not in known:
            raise CommandError(f"the database is newer than this software: at revision {present}, known are {', '.join(known)}")
        if present is not None and known.index(present) > known.index(str(wanted)):
            command.downgrade(configuration, str(wanted))
        elif present != wanted:
            command.upgrade(configuration, str(wanted))


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _wait_for_the_others(connection: Connection) -> None:
    """Until this transaction ends nobody else migrates. SQLite's transactions are alone by themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """A commit is on disk before a station is told so; transactions begin when we say, not at the first write."""
    sqlite: Any = connection
    sqlite.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        sqlite.execute(f"PRAGMA {pragma}").close()
