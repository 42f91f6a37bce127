"""What every command needs: the register it is about, who sits at the console, and what time it is: no other file asks that."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, exists, select
from sqlalchemy.engine import make_url

from central.core.city import City
from central.core.signing import SigningError, key_in
from central.db.store import MIGRATIONS, connect, revision_of
from central.db.tables import PARIS, tokens
from firmware.tariff import TariffError, load_tariffs

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DATABASE = "sqlite:///horodateur-central.db"
KEY = Path("horodateur-central.key")
TARIFFS = Path(__file__).parents[2] / "tariffs.json"


class RefusedError(Exception):
    """It cannot be done. The message says why, and what to do."""


def add_database(parser: argparse.ArgumentParser) -> None:
    """Which register."""
    default = os.environ.get("HORODATEUR_DATABASE", DATABASE)
    note = "SQLAlchemy's URL of the register; also from HORODATEUR_DATABASE, where no list of processes shows its password"
    parser.add_argument("--database", default=default, metavar="URL", help=f"{note} (default: {DATABASE})")


def add_key(parser: argparse.ArgumentParser) -> None:
    """Which key."""
    default = os.environ.get("HORODATEUR_SIGNING_KEY", KEY)
    note = "what the city signs with; also from HORODATEUR_SIGNING_KEY"
    parser.add_argument("--signing-key", type=Path, default=default, metavar="FILE", help=f"{note} (default: {KEY})")


def add_tariffs(parser: argparse.ArgumentParser) -> None:
    """Which prices."""
    note = "prices until some are published (default: those that come with this software)"
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help=note)


@contextlib.contextmanager
def register(chosen: argparse.Namespace) -> Iterator[Engine]:
    """The register, which was initialised and is in the present shape. Raises RefusedError saying which command to run."""
    if _missing(chosen.database):
        raise RefusedError(_initialise(chosen.database))
    store = connect(chosen.database)
    try:
        _examine(store, chosen.database)
        yield store
    finally:
        store.dispose()


@contextlib.contextmanager
def city(chosen: argparse.Namespace) -> Iterator[City]:
    """The register, the key, the prices. Raises RefusedError."""
    try:
        tariffs = load_tariffs(chosen.tariffs)
        with register(chosen) as store:
            yield City(store, key_in(chosen.signing_key), tariffs)
    except TariffError as error:
        raise RefusedError(f"--tariffs {error}") from error
    except SigningError as error:
        raise RefusedError(f"--signing-key {error}") from error


def now() -> datetime:
    """Now, in Paris."""
    return datetime.now(PARIS)


def by() -> str:
    """Who did it, for the audit trail: whoever is at the console."""
    try:
        return f"console: {getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in a container
        return f"console: user {os.getuid()}"


def without_password(url: str) -> str:
    """As it may be shown."""
    return re.sub(r"(//[^/:@]*):[^/@]*@", r"\1:…@", url)


def _missing(url: str) -> bool:
    """A SQLite file that is not there would be made by looking at it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def _examine(store: Engine, url: str) -> None:
    with store.begin() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise RefusedError(_initialise(url))
        if revision != ScriptDirectory(str(MIGRATIONS)).get_current_head():
            shown = without_password(url)
            raise RefusedError(
                f"--database {shown} is of another version of this software ({revision}): horodateur-central migrate"
            )
        if not connection.scalar(select(exists().select_from(tokens))):
            raise RefusedError(_initialise(url))


def _initialise(url: str) -> str:
    return (
        f"--database {without_password(url)} was never initialised: horodateur-central init --database {without_password(url)}"
    )
