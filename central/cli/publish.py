"""`horodateur-central rights load` and `publish`: load series of holdings, publish tariffs and configurations."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_key,
    add_short_calendar,
    add_tariffs,
    console_user,
    count,
    now,
    open_city,
    open_register,
)
from central.register import holdings, holdings_csv, publications
from firmware.domain.calendar_reach import NEEDED
from firmware.domain.errors import FieldError, FileError, error_text
from firmware.protocol.messages import PublicationKind

LOAD = """\
Puts a list in the place of all a series has had: all of it, or nothing at all. Stations get their copy when they next ask.

  horodateur-central rights load residents.csv --series residents-2026

The file has these names on its first line; sectors are separated by blanks, an empty `valid_until` is for ever. UTF-8, or
UTF-16 with its mark; commas, semicolons or tabs. A series that would lose more than a tenth of its rows is refused, unless
--accept-shrink says how many.

  plate,holding,sectors,valid_from,valid_until
  AB-123-CD,resident,11C 11D 11E,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00+01:00
  EF-456-GH,cmi_s,,2025-06-01T00:00:00+02:00,
"""
PUBLISH = """\
Signs a document and keeps it for stations, which switch to it by themselves, to the second, when its time comes.

  horodateur-central publish tariffs tariffs.json --from 2027-01-01T00:00:00+01:00
  horodateur-central publish configuration 75011-0042.json --station 75011-0042 --from 2026-12-01T06:00:00+01:00

A tariff file is checked as `horodateur tariff check` checks it, and its calendar must reach from 100 days before to 400
days past the day it comes into force: see --accept-short-calendar. A mistake is corrected by publishing again: what was signed
stays as it is.
"""
STEP = 100_000
"""Rows between two words of progress."""


def add_parsers(commands: Subparsers) -> None:
    """Add `rights load`, `publish tariffs` and `publish configuration`."""
    rights = commands.add_parser("rights", help="replace a series of rights: residents, professionals, CMI-S…")
    load = rights.add_subparsers(metavar="ACTION", required=True).add_parser(
        "load",
        help="put a CSV file in the place of a series",
        description=LOAD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(load)
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--series", required=True, metavar="NAME", help="small letters, digits, - and _")
    load.add_argument(
        "--accept-shrink",
        type=count,
        default=0,
        metavar="N",
        help="accept that the series loses N rows; without it, no more than a tenth of them",
    )
    load.set_defaults(run=_load)
    publish = commands.add_parser(
        "publish",
        help="sign tariffs, or a station's configuration",
        description=PUBLISH,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = publish.add_subparsers(metavar="KIND", required=True)
    tariffs = _add_kind(kinds, "tariffs", "for every station")
    tariffs.set_defaults(station=publications.ALL)
    add_short_calendar(tariffs, "accept a calendar that does not reach so far before and past the day it comes into force")
    configuration = _add_kind(kinds, "configuration", "for one station")
    configuration.set_defaults(needed=NEEDED)
    configuration.add_argument("--station", required=True)


def _add_kind(kinds: Subparsers, kind: PublicationKind, whom: str) -> argparse.ArgumentParser:
    parser = kinds.add_parser(kind, help=whom)
    add_database(parser)
    add_key(parser)
    add_tariffs(parser)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--from", dest="since", type=_datetime, required=True, metavar="INSTANT", help="in force from then on")
    parser.set_defaults(run=_publish, kind=kind)
    return parser


def _load(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            rows = _with_progress(holdings_csv.read_csv(arguments.file))
            generation = holdings.replace_series(store, arguments.series, rows, console_user(), now(), arguments.accept_shrink)
        except (FieldError, FileError, OSError) as error:
            raise RefusedError(f"{_as_option(error)}; nothing was changed") from error
    print(f"{arguments.series}: generation {generation} is in force")
    return 0


def _as_option(error: Exception) -> str:
    """The error, its argument by the name it has on the command line."""
    return error_text(error).replace("accept_shrink:", "--accept-shrink:", 1)


def _with_progress(rows: Iterable[holdings.HoldingRow]) -> Iterator[holdings.HoldingRow]:
    """The same rows; standard error says how far they are."""
    count = 0
    for row in rows:
        count += 1
        if count % STEP == 0:
            print(f"{count} rows read …", file=sys.stderr)
        yield row
    print(f"{count} rows read", file=sys.stderr)


def _publish(arguments: argparse.Namespace) -> int:
    try:
        body = arguments.file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{arguments.file}: {error.strerror}") from error
    with open_city(arguments) as opened:
        try:
            version = publications.publish(
                opened, arguments.kind, arguments.station, body, arguments.since, console_user(), now(), arguments.needed
            )
        except FieldError as error:
            raise RefusedError(f"{arguments.file}: {error}; nothing was published") from error
    print(f"{arguments.kind} for {arguments.station}: version {version}, in force from {arguments.since.isoformat()}")
    return 0


def _datetime(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant such as 2027-01-01T00:00:00+01:00") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset, such as 2027-01-01T00:00:00+01:00")
    return moment
