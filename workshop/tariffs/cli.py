"""Command line of `horodateur tariff`, found through the entry-point group `horodateur.commands`.

What the commands do is in `commands.py`, imported when one is chosen: `horodateur --help` need not load it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from firmware.cli.arguments import add_short_calendar, day
from workshop.common.checkout import TARIFFS

if TYPE_CHECKING:
    TariffSubparsers = argparse._SubParsersAction[argparse.ArgumentParser]

PICTURES = (".png", ".svg")
"""Endings of the pictures `plot` writes."""

CHECK = """\
It asks the engine on both sides of every edge: openings, closings, version changes, holidays, free periods, clock changes, the
last unit before the maximum stay; and compares with a second, slower reading of the file. It takes a few seconds.

examples:
  horodateur tariff check
      the shipped file, on every day of its calendar
  horodateur tariff check draft.json --from 2027-01-01
      a draft, whose calendar must reach from 100 days before to 400 days past that day
  horodateur tariff check draft.json --years 2026-2027
      only two years of it

exit status: 0 nothing is wrong; 1 the first problem is named on standard error: the file, the path in it, and why; 2 a wrong
command line.
"""
TABLE = """\
examples:
  horodateur tariff table --zone 1 --on 2018-01-01
      the 24 quarters of an hour of the deliberation of 2017
  horodateur tariff table --zone 2 --on 2026-01-01 --vehicle two_wheeler --regime resident --json

exit status: 0; 1 the file cannot be used; 2 nothing is sold (the reason is printed), or a wrong command line.
"""
DIFF = """\
examples:
  horodateur tariff diff tariffs.json draft.json
      every price, hour, free day and zone that changes, with the days on which it does
  horodateur tariff diff --on 2021-07-31 --on 2021-08-01
      two days of the shipped file: what the version of August 2021 changed
  horodateur tariff diff tariffs.json draft.json --on 2026-01-01
      the same day in two files

prices are shown by the whole hour or day (by every unit where only those differ); "–" is no such price, "free"
is nothing to pay.
exit status, as diff(1) has it: 0 the same; 1 different; 2 a file cannot be used, or a wrong command line.
"""
PLOT = """\
examples:
  horodateur tariff plot prices.png
      every version and class of a visitor in zone 1; equal prices share a curve
  horodateur tariff plot cars.svg --zone 2 --vehicle car
      cars alone: on the scale of their own prices
  horodateur tariff plot today.png --on 2026-01-01
      only what is in force on that day (repeat --on for several)
  horodateur tariff plot residents.svg --regime resident

exit status: 0; 1 the file cannot be used, or the picture not written; 2 nothing is sold, or a wrong command line.
"""
HOLIDAYS = """\
examples:
  horodateur tariff holidays 2026
      what the file lists, and whether it is what Easter says
  horodateur tariff holidays 2036 --json
      the lines to paste into $.calendar.holidays

exit status: 0 the file agrees; 1 it does not, or lacks the year (the lines to paste are printed); 2 a wrong command line.
"""


def add_parser(subparsers: TariffSubparsers) -> None:
    """Add the command `tariff`. The chosen one is `arguments.run(arguments)`, which returns the exit status."""
    tariff = subparsers.add_parser(
        "tariff",
        help="check, show, compare and draw tariffs",
        description="For those who write tariffs: prove a file, show prices, compare files, draw prices for a council paper.",
    )
    commands = tariff.add_subparsers(metavar="COMMAND", required=True)
    _add_check(commands)
    _add_table(commands)
    _add_diff(commands)
    _add_plot(commands)
    _add_holidays(commands)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen command; its exit status."""
    from workshop.tariffs.commands import COMMANDS

    return COMMANDS[arguments.tool](arguments)


def _add_check(commands: TariffSubparsers) -> None:
    parser = _command(commands, "check", "prove that a tariff file is complete and right", CHECK)
    parser.add_argument("file", type=Path, nargs="?", default=TARIFFS, metavar="FILE", help="default: the one shipped")
    parser.add_argument(
        "--years", type=_years, metavar="FIRST-LAST", help="only these years (default: the whole calendar of the file)"
    )
    parser.add_argument("--from", dest="since", type=day, metavar="DAY", help="when it is to come into force (default: today)")
    add_short_calendar(parser)


def _add_table(commands: TariffSubparsers) -> None:
    parser = _command(commands, "table", "the price of every quarter of an hour, hour or day", TABLE)
    parser.add_argument("--zone", type=int, required=True, metavar="N", help="tariff zone: 1 or 2")
    parser.add_argument("--on", type=day, required=True, metavar="DAY", help="a day on which the version is in force")
    parser.add_argument("--vehicle", default="car", help="car, two_wheeler or heavy (default: %(default)s)")
    parser.add_argument("--regime", default="visitor", help="visitor, resident, pro_mobile… (default: %(default)s)")
    _add_tariffs(parser)
    parser.add_argument("--json", action="store_true", help="one line of JSON, for programs")


def _add_diff(commands: TariffSubparsers) -> None:
    parser = _command(commands, "diff", "what a motorist would pay differently", DIFF)
    parser.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="two tariff files; or one, or none: the one shipped"
    )
    parser.add_argument(
        "--on",
        type=day,
        action="append",
        default=[],
        metavar="DAY",
        help="compare this day; twice: the first with the second",
    )


def _add_plot(commands: TariffSubparsers) -> None:
    parser = _command(commands, "plot", "draw price against time for versions and classes", PLOT)
    parser.add_argument("out", type=_picture, metavar="OUT", help="the picture to write: .png or .svg")
    parser.add_argument("--zone", type=int, default=1, metavar="N", help="tariff zone (default: %(default)s)")
    parser.add_argument("--regime", default="visitor", help="visitor, resident, pro_mobile… (default: %(default)s)")
    parser.add_argument("--vehicle", action="append", default=[], help="only this class (may be repeated; default: all)")
    parser.add_argument(
        "--on", type=day, action="append", default=[], metavar="DAY", help="only the version of this day (may be repeated)"
    )
    _add_tariffs(parser)


def _add_holidays(commands: TariffSubparsers) -> None:
    parser = _command(commands, "holidays", "the public holidays of a year, listed and computed", HOLIDAYS)
    parser.add_argument("year", type=_year, metavar="YEAR", help="1982 to 2999")
    _add_tariffs(parser)
    parser.add_argument("--json", action="store_true", help="the computed ones, as lines to paste into a tariff file")


def _command(commands: TariffSubparsers, name: str, summary: str, epilog: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, tool=name)
    return parser


def _add_tariffs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="tariff file (default: the one shipped)")


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1982 <= int(text) <= 2999):
        raise argparse.ArgumentTypeError(f"{text!r} is not a year from 1982 (8 May is a holiday again) to 2999")
    return int(text)


def _years(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    years = _year(first), _year(last if dash else first)
    if years[0] > years[1]:
        raise argparse.ArgumentTypeError(f"{text!r}: the first year is after the last")
    return years


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in PICTURES:
        raise argparse.ArgumentTypeError(f"{text!r} ends neither in .png nor in .svg")
    return path
