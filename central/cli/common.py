"""What every command needs: the register, the user at the console, and the time, which no other file of the city asks for."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, exists, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from central.core import environment
from central.core.city import City
from central.core.signing import CityKeyError, key_in
from central.db.store import MIGRATIONS, connect, revision_of
from central.db.tables import stations, tokens
from central.register.publications import published_tariffs
from firmware.domain.calendar_reach import ACCEPT, NEEDED, NOT_NEEDED, CalendarReach
from firmware.domain.errors import CommandError
from firmware.tariff import TariffError, Tariffs, load_tariffs
from firmware.tariff.reach import shortfall
from hal.time_zone import PARIS

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DATABASE = "sqlite:///horodateur-central.db"
BACKENDS = ("sqlite", "postgresql")
KEY = Path("horodateur-central.key")
MOST_DAYS = 36_500
TARIFFS = Path(__file__).parents[2] / "tariffs.json"


class RefusedError(CommandError):
    """A command cannot be done. The message says why, and what to do."""


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add `--database`: which register."""
    default = os.environ.get(environment.DATABASE, DATABASE)
    note = f"SQLAlchemy's URL of the register; also from {environment.DATABASE}, where no list of processes shows its password"
    parser.add_argument("--database", type=database_url, default=default, metavar="URL", help=f"{note} (default: {DATABASE})")


def add_key(parser: argparse.ArgumentParser) -> None:
    """Add `--signing-key`: which key."""
    default = os.environ.get(environment.SIGNING_KEY, KEY)
    note = f"what the city signs with; also from {environment.SIGNING_KEY}"
    parser.add_argument("--signing-key", type=_key_file, default=default, metavar="FILE", help=f"{note} (default: {KEY})")


def add_tariffs(parser: argparse.ArgumentParser) -> None:
    """Add `--tariffs`: which tariffs until some are published."""
    note = "tariffs until some are published (default: those that come with this software)"
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help=note)


def add_short_calendar(parser: argparse.ArgumentParser, note: str, needed: CalendarReach = NEEDED) -> None:
    """Add `--accept-short-calendar`: `needed`, how far a calendar must reach."""
    parser.add_argument(ACCEPT, dest="needed", action="store_const", const=NOT_NEEDED, default=needed, help=note)


def number_of_days(text: str) -> int:
    """Parse an argument that is a number of days."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days: 1 to {MOST_DAYS}")
    return int(text)


def count(text: str) -> int:
    """Parse an argument that is a number, 0 or more."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number: 0 or more")
    return int(text)


def database_url(text: str) -> str:
    """The URL as it is. The complaint never quotes it: it may hold a password."""
    expected = f"expected a URL such as {DATABASE} or postgresql+psycopg://USER@HOST/NAME"
    if not text:
        raise argparse.ArgumentTypeError(f"is empty, here or in {environment.DATABASE}: {expected}")
    try:
        url = make_url(text)
        backend = url.get_backend_name()
        if backend in BACKENDS:
            _check_connectable(url)
    except (ArgumentError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"is no URL of a database: {expected}") from error
    if backend not in BACKENDS:
        raise argparse.ArgumentTypeError(f"the register is kept by {' or '.join(BACKENDS)}, not by {backend}: {expected}")
    return text


def _check_connectable(url: URL) -> None:
    """Raises ValueError or ArgumentError for what no driver can be given: a word for a number, a name with the character 0."""
    url.get_dialect()().create_connect_args(url)
    if "\0" in (url.database or ""):
        raise ValueError("no file has the character 0 in its name")


def _key_file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError(f"is empty, here or in {environment.SIGNING_KEY}: expected a file such as {KEY}")
    return Path(text)


@contextlib.contextmanager
def open_register(arguments: argparse.Namespace) -> Iterator[Engine]:
    """Open a register that was initialised and is in the present shape. Raises RefusedError saying which command to run."""
    if _is_missing(arguments.database):
        raise RefusedError(_not_initialised(arguments.database))
    store = connect(arguments.database)
    try:
        _check_revision(store, arguments.database)
        yield store
    finally:
        store.dispose()


def require_calendar(store: Engine, tariffs: Tariffs, file: Path, needed: CalendarReach) -> None:
    """Raises RefusedError for a file that a server may not start with. What is published and in force serves in its place."""
    with store.begin() as connection:
        if published_tariffs(connection, now()):
            return
    if short := shortfall(tariffs.calendar, tariffs.day(now()), needed):
        remedy = "nothing is published in its place: horodateur-central publish tariffs --help"
        raise RefusedError(f"--tariffs {file}: {short.where}: {short.reason}; {remedy}")


def tariffs_in_force(store: Engine, file: Path) -> Tariffs:
    """The published tariffs in force now; those of the file until some are. Raises RefusedError for a file that is none."""
    with store.begin() as connection:
        published = published_tariffs(connection, now())
    return published or _load_tariffs(file)


@contextlib.contextmanager
def open_city(arguments: argparse.Namespace) -> Iterator[City]:
    """Open the city: register, signing key, tariffs. Raises RefusedError."""
    try:
        tariffs = _load_tariffs(arguments.tariffs)
        with open_register(arguments) as store:
            yield City(store, key_in(arguments.signing_key), tariffs)
    except CityKeyError as error:
        raise RefusedError(f"--signing-key {error}") from error


def now() -> datetime:
    """The present instant, in Paris time."""
    return datetime.now(PARIS)


def monotonic() -> float:
    """Seconds that pass whatever the clock on the wall is set to."""
    return time.monotonic()


def console_user() -> str:
    """The user at the console, for the audit trail."""
    try:
        return f"console: {getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in a container
        return f"console: user {os.getuid()}"


def without_password(url: str) -> str:
    """A database URL as it may be shown."""
    return re.sub(r"(//[^/:@]*):[^/@]*@", r"\1:…@", url)


def print_table(rows: Iterable[Iterable[str]]) -> None:
    """Print rows as a table, its columns aligned."""
    cells = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _load_tariffs(file: Path) -> Tariffs:
    try:
        return load_tariffs(file)
    except TariffError as error:
        raise RefusedError(f"--tariffs {error}") from error


def _is_missing(url: str) -> bool:
    """A SQLite file that is not there would be made by looking at it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def _check_revision(store: Engine, url: str) -> None:
    """A desk's register has stations and, at first, no operator: nobody was ever to sign in there."""
    with store.begin() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise RefusedError(_not_initialised(url))
        if revision != ScriptDirectory(str(MIGRATIONS)).get_current_head():
            shown = without_password(url)
            raise RefusedError(
                f"--database {shown} is of another version of this software ({revision}): horodateur-central migrate"
            )
        if not connection.scalar(select(exists().select_from(tokens) | exists().select_from(stations))):
            raise RefusedError(_not_initialised(url))


def _not_initialised(url: str) -> str:
    return (
        f"--database {without_password(url)} was never initialised: horodateur-central init --database {without_password(url)}"
    )
