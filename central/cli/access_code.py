"""`horodateur-central access-code`: a one-time code for a station's service menu."""

from __future__ import annotations

import argparse

from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_key,
    add_tariffs,
    console_user,
    now,
    open_city,
)
from central.operations.access_codes import issue_code
from firmware.domain.errors import FieldError
from firmware.protocol.access_code import LONGEST

DESCRIPTION = """\
Prints ten digits that open the service menu of one station, at its open door, to one number, once, until so many minutes have
passed. The station needs no network for it, only a clock that is right. It opens a station whose PINs are locked, too.

  horodateur-central access-code 75011-0042 --person 07 --minutes 15
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `access-code`."""
    parser = commands.add_parser(
        "access-code",
        help="a one-time code for a station's service menu",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(parser)
    add_key(parser)
    add_tariffs(parser)
    parser.add_argument("station")
    parser.add_argument("--person", required=True, metavar="NN", help="two digits, under which it is recorded")
    parser.add_argument("--minutes", type=int, default=15, metavar="N", help=f"1 to {LONGEST} (default: %(default)s)")
    parser.set_defaults(run=_issue)


def _issue(arguments: argparse.Namespace) -> int:
    with open_city(arguments) as city:
        try:
            code, until = issue_code(city, arguments.station, arguments.person, arguments.minutes, console_user(), now())
        except FieldError as error:
            raise RefusedError(f"{error}; no code was issued") from error
    print(f"{code[:5]} {code[5:]}  for number {arguments.person}, once, until {until.astimezone():%H:%M}")
    return 0
