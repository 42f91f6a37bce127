"""`horodateur-central serve --cities FILE`: several cities in one process, each with its own database, key and settings."""

from __future__ import annotations

import argparse
import collections
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from alembic.util import CommandError as RevisionError
from msgspec import Meta, Struct, structs
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from central.api.city_directory import CityApplication, CityDirectory, host_name
from central.cards.counter import Counter
from central.cli.accounts import ways_in
from central.cli.common import TARIFFS, RefusedError, database_url, open_city, require_calendar, without_password
from central.cli.counter import counter_in
from central.core import environment
from central.core.city import City
from central.core.secret_toml import read_secret_toml
from central.db.store import identity_of
from firmware.domain.calendar_reach import CalendarReach
from firmware.protocol.envelope import public_key_text

EXAMPLE = """\
[[city]]
name = "paris"
hosts = ["stationnement.paris.example"]
database = "postgresql+psycopg://paris@/paris"
signing_key = "paris.key"

[[city]]
name = "boulogne"
prefix = "/boulogne"
database = "postgresql+psycopg://boulogne@/boulogne"
signing_key = "boulogne.key"
"""


class CityEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One city of the file. Paths are relative to it. Of the server's environment a city has only the virus scan's program."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
    """As log lines have it."""
    hosts: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    """The city has all of these hosts."""
    prefix: Annotated[str, Meta(pattern=r"^(/[A-Za-z0-9_-]+)?\Z")] = ""
    """The first part of its paths, on every other host."""
    database: str
    signing_key: Annotated[str, Meta(min_length=1)]
    tariffs: str = ""
    """Until some are published; none: those that come with this software."""
    public_url: str = ""
    mail_folder: str = ""
    smtp: str = ""
    oidc: str = ""
    documents: str = ""
    payments: str = ""
    replica: str = ""


class CitiesFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The cities of one server."""

    city: Annotated[tuple[CityEntry, ...], Meta(min_length=1)]


def read_cities(file: Path) -> tuple[CityEntry, ...]:
    """The cities of a file, with whole paths. Raises FileError, RefusedError for what cannot be served together."""
    cities = tuple(_at(file.absolute().parent, each) for each in read_secret_toml(file, CitiesFile).city)
    for what, values in (
        ("name", [each.name for each in cities]),
        ("host", [host_name(host) for each in cities for host in each.hosts]),
        ("prefix", [each.prefix for each in cities if each.prefix]),
        ("database", [each.database for each in cities]),
        ("documents", [each.documents for each in cities if each.documents]),
        ("mail_folder", [each.mail_folder for each in cities if each.mail_folder]),
    ):
        twice = [value for value, times in collections.Counter(values).items() if times > 1]
        if twice:
            raise RefusedError(f"--cities {file}: two cities have the {what} {without_password(twice[0])}")
    for each in cities:
        if not each.hosts and not each.prefix:
            raise RefusedError(f"--cities {file}: {each.name} has neither hosts nor a prefix: nobody would reach it")
    return cities


def check_cities(file: Path, needed: CalendarReach) -> None:
    """Open every city once; `needed`: how far its calendar must reach.

    Raises RefusedError naming the one that cannot be, FileError.
    """
    taken: dict[object, str] = {}
    for each in read_cities(file):
        try:
            said = arguments_of(each)
            with open_city(said) as city:
                require_calendar(city.store, city.tariffs, said.tariffs, needed)
                ways_in(settings_of(each), city)
                own = _own(city, counter_in(city, settings_of(each)))
        except (RefusedError, argparse.ArgumentTypeError) as error:
            raise RefusedError(f"--cities {file}: {each.name}: {error}") from error
        except (SQLAlchemyError, RevisionError) as error:
            shown = f"{without_password(each.database)}: {getattr(error, 'orig', None) or error}"
            raise RefusedError(f"--cities {file}: {each.name}: {shown}") from error
        for value, what in own.items():
            if other := taken.get(value):
                raise RefusedError(f"--cities {file}: {other} and {each.name} have {what}")
            taken[value] = each.name


def _own(city: City, counter: Counter) -> dict[object, str]:
    """What no two cities have, and what would come of it if they had."""
    key, database = public_key_text(city.key.public_key()), identity_of(city.store)
    signing = "one signing key: what one publishes, the other's stations would take"
    own: dict[object, str] = {key: signing, database: "one database"}
    if counter.provider is not None:
        both = "one payment account: their requests have the same numbers there, and who pays the one has paid the other"
        own[counter.provider] = both
    return own


def arguments_of(entry: CityEntry) -> argparse.Namespace:
    """What the command line of one city would say."""
    return argparse.Namespace(
        database=database_url(entry.database),
        signing_key=Path(entry.signing_key),
        tariffs=Path(entry.tariffs) if entry.tariffs else TARIFFS,
    )


def settings_of(entry: CityEntry) -> dict[str, str]:
    """What its environment would hold."""
    return {
        environment.PUBLIC_URL: entry.public_url,
        environment.MAIL_FOLDER: entry.mail_folder,
        environment.SMTP: entry.smtp,
        environment.OIDC: entry.oidc,
        environment.DOCUMENTS: entry.documents,
        environment.PAYMENTS: entry.payments,
        environment.REPLICA: entry.replica,
    }


def directory_of(cities: Iterator[tuple[CityEntry, ASGIApp]]) -> CityDirectory:
    """The application in front of those of the cities."""
    hosts: dict[str, CityApplication] = {}
    prefixes: dict[str, CityApplication] = {}
    for entry, app in cities:
        served = CityApplication(entry.name, app)
        hosts.update(dict.fromkeys(map(host_name, entry.hosts), served))
        prefixes.update({entry.prefix: served} if entry.prefix else {})
    return CityDirectory(hosts, prefixes)


def _at(folder: Path, entry: CityEntry) -> CityEntry:
    """The entry with its paths from this folder on."""
    names = ("signing_key", "tariffs", "mail_folder", "smtp", "oidc", "documents", "payments")
    found = {name: str(folder / value) for name in names if (value := getattr(entry, name))}
    return structs.replace(entry, **found)
