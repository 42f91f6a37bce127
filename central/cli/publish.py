"""`horodateur-central rights load` and `publish`: what the city gives out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from central.cli.common import RefusedError, Subparsers, add_database, add_key, add_tariffs, by, city, now, register
from central.register import holdings, holdings_csv, publications
from firmware.protocol.messages import PublicationKind

LOAD = """\
Puts a list in the place of all a series has had: all of it, or nothing at all. Stations get their copy when they next ask.

  horodateur-central rights load residents.csv --series residents-2026

The file is UTF-8, with these names on its first line; sectors are separated by blanks, an empty `valid_until` is for ever:

  plate,holding,sectors,valid_from,valid_until
  AB-123-CD,resident,11C 11D 11E,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00+01:00
  EF-456-GH,cmi_s,,2025-06-01T00:00:00+02:00,
"""
PUBLISH = """\
Signs a document and keeps it for stations, which switch to it by themselves, to the second, when its time comes.

  horodateur-central publish tariffs tariffs.json --from 2027-01-01T00:00:00+01:00
  horodateur-central publish configuration 75011-0042.json --station 75011-0042 --from 2026-12-01T06:00:00+01:00

A mistake is corrected by publishing again: what was signed stays as it is.
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
    load.set_defaults(run=_load)
    publish = commands.add_parser(
        "publish",
        help="sign tariffs, or a station's configuration",
        description=PUBLISH,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = publish.add_subparsers(metavar="KIND", required=True)
    _add_kind(kinds, "tariffs", "for every station").set_defaults(station=publications.ALL)
    _add_kind(kinds, "configuration", "for one station").add_argument("--station", required=True)


def _add_kind(kinds: Subparsers, kind: PublicationKind, whom: str) -> argparse.ArgumentParser:
    parser = kinds.add_parser(kind, help=whom)
    add_database(parser)
    add_key(parser)
    add_tariffs(parser)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--from", dest="since", type=_moment, required=True, metavar="INSTANT", help="in force from then on")
    parser.set_defaults(run=_publish, kind=kind)
    return parser


def _load(chosen: argparse.Namespace) -> int:
    with register(chosen) as store:
        try:
            rows = _told(holdings_csv.rows_in_csv(chosen.file))
            generation = holdings.replace_series(store, chosen.series, rows, by(), now())
        except (ValueError, OSError) as error:
            raise RefusedError(f"{error}; nothing was changed") from error
    print(f"{chosen.series}: generation {generation} is in force")
    return 0


def _told(rows: Iterable[holdings.HoldingRow]) -> Iterator[holdings.HoldingRow]:
    """The same rows; standard error says how far they are."""
    count = 0
    for row in rows:
        count += 1
        if count % STEP == 0:
            print(f"{count} rows read …", file=sys.stderr)
        yield row
    print(f"{count} rows read", file=sys.stderr)


def _publish(chosen: argparse.Namespace) -> int:
    try:
        body = chosen.file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{chosen.file}: {error.strerror}") from error
    with city(chosen) as there:
        try:
            version = publications.publish(there, chosen.kind, chosen.station, body, chosen.since, by(), now())
        except ValueError as error:
            raise RefusedError(f"{chosen.file}: {error}; nothing was published") from error
    print(f"{chosen.kind} for {chosen.station}: version {version}, in force from {chosen.since.isoformat()}")
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset, such as 2027-01-01T00:00:00+01:00")
    return moment
