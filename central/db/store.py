"""Opens the database and migrates it. SQLite by default; PostgreSQL by its URL."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from central.db.check_partitions import is_partitioned
from central.db.driver import change_prepared
from central.db.locks import transaction_lock
from central.db.plate_folds import fold_plates

MIGRATIONS = Path(__file__).parents[1] / "migrations"
POOL: Mapping[str, int] = {"pool_size": 20, "max_overflow": 0, "pool_timeout": 5}
"""One process's connections to PostgreSQL, kept once they are open: to open one costs more than a batch does. Who waits five
seconds for one is told to come back, while a station would still listen."""
FIRST = "register_0001"
"""The revision of the first release."""
SAME_AS_FIRST = "0002"
"""The revision that databases of this very shape were stamped with before the release."""
OLDER_THAN_FIRST = "0001"
"""The revision that databases of an older shape were stamped with before the release, if they were at all."""
NOTICES = "register_0007"
"""The revision that makes the foreign key to the log of checks."""
REFUSED = """\
the register was made before the first release, in tables that this version does not read (revision 0001); nothing was changed.\
 To keep its data: bring it to revision 0002 with a version that knows it (its own horodateur-central migrate), and come back.\
 To begin anew: rename the SQLite file or name another PostgreSQL database, then: horodateur-central init"""


def open_store(url: str) -> Engine:
    """The database at this URL, in its present shape: made if it is not there, migrated if it is older.

    Raises sqlalchemy.exc.SQLAlchemyError if it cannot be opened, alembic.util.CommandError if it is newer than this software
    or older than its first release.
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
        event.listen(store, "begin", lambda connection: change_prepared(connection, "BEGIN IMMEDIATE", ()))
    return store


def identity_of(store: Engine) -> str:
    """Which database this is, however its URL is spelled: its file, or the running server with the name and schema there."""
    with store.begin() as connection:
        if connection.dialect.name == "sqlite":
            return str(connection.scalar(text("select file from pragma_database_list where name = 'main'")))
        named = text("select pg_postmaster_start_time(), current_database(), current_schema()")
        return str(tuple(connection.execute(named).one()))


@contextlib.contextmanager
def snapshot(store: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database, however many statements it reads it with."""
    options = {"isolation_level": "REPEATABLE READ"} if store.dialect.name == "postgresql" else {}
    with store.execution_options(**options).begin() as connection:
        yield connection


@contextlib.contextmanager
def single_statements(store: Engine) -> Iterator[Connection]:
    """A connection for statements that need not hold together: PostgreSQL is not asked to begin and to commit besides.

    Each is whole or not at all. On SQLite, where that costs nothing, they are one transaction.
    """
    if store.dialect.name == "postgresql":
        with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    else:
        with store.begin() as connection:
            yield connection


def migrate(store: Engine, revision: str = "head") -> tuple[str, ...]:
    """Bring the database up or down to a revision, its data with it, whole or not at all; several may try at once.

    Down to `base` is down to nothing: every table is dropped. Returns a line for each finding in the data that a person should
    look at. Raises alembic.util.CommandError if this software knows neither that revision nor the one that the database is at.
    """
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(configuration)
    known = [None, *[each.revision for each in script.walk_revisions()][::-1]]
    target = _target(revision, [name for name in known if name])
    with store.begin() as connection:
        configuration.attributes["connection"] = connection
        transaction_lock(connection, "migration")
        present = revision_of(connection)
        if present not in known:
            names = ", ".join(filter(None, known))
            raise CommandError(f"the database is newer than this software: at revision {present}, known are {names}")
        _check_joined(connection, known, target)
        _stamp_anew(connection)
        _walk(configuration, known, present, target)
        return fold_plates(connection) if target == known[-1] else ()


def _target(asked: str, names: Sequence[str]) -> str | None:
    """The revision of this name; None is `base`. A bare number is none: it named another one before the first release."""
    targets = {"base": None, "head": names[-1], **{name: name for name in names}}
    if asked not in targets:
        raise CommandError(f"there is no revision {asked!r}; there are: base, {', '.join(names)} (the present, also head)")
    return targets[asked]


def _check_joined(connection: Connection, known: Sequence[str | None], target: str | None) -> None:
    """A check log that is cut into months has no key of its number alone, which the notices' revision wants on the way up."""
    below = target is not None and known.index(target) < known.index(NOTICES)
    if below and connection.dialect.name == "postgresql" and is_partitioned(connection):
        raise CommandError(f"the log of checks is cut into months: before {target}, horodateur-central partitions --undo")


def _walk(configuration: Config, known: Sequence[str | None], present: str | None, wanted: str | None) -> None:
    """From one revision to another, through those between them. `None` is the empty database."""
    if known.index(present) > known.index(wanted):
        command.downgrade(configuration, wanted or "base")
    elif wanted and wanted != present:
        command.upgrade(configuration, wanted)


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is at; None if it is empty.

    Raises alembic.util.CommandError if it was made before the first release, in an older shape.
    """
    stamp = _stamp(connection)
    if stamp == OLDER_THAN_FIRST or (stamp is None and inspect(connection).has_table("entries")):
        raise CommandError(REFUSED)
    return FIRST if stamp == SAME_AS_FIRST else stamp


def _stamp(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _stamp_anew(connection: Connection) -> None:
    """A register of before the release that has the release's shape: only its stamp changes."""
    if _stamp(connection) == SAME_AS_FIRST:
        connection.execute(text("UPDATE alembic_version SET version_num = :first"), {"first": FIRST})


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """A commit is on disk before a station is told so; transactions begin when we say, not at the first write."""
    sqlite: Any = connection
    sqlite.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        sqlite.execute(f"PRAGMA {pragma}").close()
