"""`horodateur quote`: what parking costs, without a machine. Reads the tariff file, writes to standard output."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from firmware.money import euros
from firmware.tariff import NotSold, Quote, Refusal, TariffError, Tariffs, load_tariffs, quote

TARIFFS = Path(__file__).parents[2] / "tariffs.json"

SOLD, BAD_FILE, REFUSED = 0, 1, 2

EXAMPLES = """\
examples:
  horodateur quote --zone 1 --at 2018-03-05T10:00 --quarters 6
      an hour and a half, priced by the tariff of that day
  horodateur quote --arrondissement 16 --at 2026-03-07T19:30 --quarters 4 --json
      a Saturday evening: half an hour today, the rest on Monday from 9:00
  horodateur quote --zone 1 --at 2026-03-04T10:00 --quarters 4 --reached 8
      the third hour of a stay that has paid two already

exit status: 0 sold; 1 the tariff file cannot be used; 2 not sold (the reason is printed), or a wrong command line.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `quote` to a command line; its `run` default is called with the parsed arguments."""
    parser = subparsers.add_parser(
        "quote",
        help="what parking costs, when it ends, and why",
        description="Price a purchase made at a given moment: amount, start, end, and a line for every cent of it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--zone", type=int, metavar="N", help="tariff zone: 1 (arrondissements 1-11) or 2 (12-20 and the woods)")
    place.add_argument("--arrondissement", type=int, metavar="N", help="1 to 20, instead of the zone")
    parser.add_argument(
        "--at", type=_moment, required=True, metavar="ISO", help="when it is bought, 2026-03-04T10:00; without an offset: Paris"
    )
    parser.add_argument(
        "--quarters", type=int, required=True, metavar="N", help="quarters of an hour to buy, 4 for a whole hour"
    )
    parser.add_argument("--vehicle", default="car", help="vehicle class (default: %(default)s)")
    parser.add_argument("--regime", default="visitor", help="parking regime (default: %(default)s)")
    parser.add_argument(
        "--reached", type=_count, default=0, metavar="N", help="quarters this stay has bought before (default: %(default)s)"
    )
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="tariff file (default: the one shipped)")
    parser.add_argument("--json", action="store_true", help="one line of JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Price, print, and return the exit status."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_FILE
    answer = _answer(tariffs, arguments)
    sys.stdout.write((_for_programs if arguments.json else _for_people)(answer) + "\n")
    return REFUSED if isinstance(answer, NotSold) else SOLD


def _answer(tariffs: Tariffs, arguments: argparse.Namespace) -> Quote | NotSold:
    at: datetime = arguments.at
    zone = tariffs.zone_of(arguments.arrondissement) if arguments.zone is None else arguments.zone
    if zone is None:
        return NotSold(Refusal.UNKNOWN_ZONE, f"no zone has an arrondissement {arguments.arrondissement}")
    return quote(
        tariffs,
        zone,
        at if at.tzinfo else at.replace(tzinfo=tariffs.calendar.zone),
        arguments.quarters,
        vehicle=arguments.vehicle,
        regime=arguments.regime,
        reached=arguments.reached,
    )


def _for_programs(answer: Quote | NotSold) -> str:
    if isinstance(answer, NotSold):
        return json.dumps({"refused": answer.reason.value})
    lines = [
        {"hour": line.hour, "quarters": line.quarters, "unit_cents": line.unit_cents, "cents": line.cents, "text": line.text}
        for line in answer.lines
    ]
    return json.dumps(
        {
            "amount_cents": answer.cents,
            "start": answer.start.isoformat(),
            "end": answer.end.isoformat(),
            "tariff": answer.tariff,
            "lines": lines,
        },
        ensure_ascii=False,
    )


def _for_people(answer: Quote | NotSold) -> str:
    if isinstance(answer, NotSold):
        return f"not sold: {answer.reason.value} ({answer.detail})"
    rows = [(line.text, euros(line.cents)) for line in answer.lines] + [("total", euros(answer.cents))]
    return "\n".join([*_heading(answer), *_table(rows)])


def _heading(answer: Quote) -> Sequence[str]:
    return (
        f"zone {answer.zone}, {answer.regime}, {answer.vehicle}, tariff of {answer.tariff}",
        f"from  {answer.start:%a %Y-%m-%d %H:%M}",
        f"to    {answer.end:%a %Y-%m-%d %H:%M}",
    )


def _table(rows: Sequence[tuple[str, str]]) -> Sequence[str]:
    left, right = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [f"  {text:<{left}}  {price:>{right}}" for text, price in rows]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date and time such as 2026-03-04T10:00") from None


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of quarters")
    return int(text)
