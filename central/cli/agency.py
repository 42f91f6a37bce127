"""`horodateur-central agency`: the files exchanged with the national agency."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from central.cli.common import RefusedError, Subparsers, add_database, add_key, add_tariffs, console_user, now, open_city
from central.core.problems import SeveralFieldsError
from central.notices.agency import read_fines, record_events
from central.notices.agency_file import events_in, fines_file

AGENCY = """\
Exchanges notices with the national agency, in the format of docs/agency.md: JSON, one document a line.

  horodateur-central agency export --since 2026-03-04T00:00:00+01:00 > fines.jsonl
  horodateur-central agency import events.jsonl

export: what was recorded as sent or cancelled from then on. import: payments, refunds, warnings, orders, write-offs; the same
file twice is one. A file with a line that cannot be read is refused whole; a line that the rules refuse is told, and hinders no
other.

exit status of import: 0 all is recorded; 1 some lines are not, and why; 2 the file cannot be read.
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `agency export` and `agency import`."""
    agency = commands.add_parser(
        "agency",
        help="notices for the national agency, and what it says became of them",
        description=AGENCY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ways = agency.add_subparsers(metavar="WAY", required=True)
    export = ways.add_parser("export", help="write the fines that were sent or cancelled")
    export.add_argument("--since", type=_instant, required=True, metavar="INSTANT", help="ISO 8601 with an offset")
    export.set_defaults(run=_export)
    take = ways.add_parser("import", help="record payments, refunds, warnings, orders and write-offs")
    take.add_argument("file", type=Path)
    take.set_defaults(run=_import, failed=2)
    for way in (export, take):
        add_database(way)
        add_key(way)
        add_tariffs(way)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant such as 2026-03-04T10:00:00+01:00") from error
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset, such as +01:00")
    return at


def _export(arguments: argparse.Namespace) -> int:
    with open_city(arguments) as city:
        made_at = now()
        fines = read_fines(city, arguments.since, console_user(), made_at)
        sys.stdout.write(fines_file(fines, city.authority.siret, made_at).decode())
    return 0


def _import(arguments: argparse.Namespace) -> int:
    with open_city(arguments) as city:
        try:
            events = events_in(arguments.file.read_bytes(), city.authority.siret)
        except OSError as error:
            raise RefusedError(f"{arguments.file}: {error.strerror}") from error
        except SeveralFieldsError as error:
            raise RefusedError("\n".join(f"{arguments.file}: {each}" for each in error.errors)) from error
        outcomes = record_events(city, events, console_user(), now())
    refused = [each for each in outcomes if each.refused]
    for each in refused:
        print(f"{each.event.number} {each.event.event}: {each.refused}")
    print(f"{len(outcomes) - len(refused)} recorded, {len(refused)} refused")
    return 1 if refused else 0
