"""`horodateur quote`: prices a purchase: amount, start, end, and a line for every cent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

import msgspec

from firmware.cli.arguments import count, moment
from firmware.domain.money import euros
from firmware.tariff import NotSold, Quote, TariffError, Tariffs, class_by_mass, load_tariffs
from firmware.tariff.file import Energy
from firmware.tariff.price_request import LENGTHS, PLACES, PriceRequest, price_document, price_of
from hal.shipped import TARIFFS

CAR = "car"
SOLD, BAD_FILE, REFUSED = 0, 1, 2

EXAMPLES = """\
examples:
  horodateur quote --zone 1 --at 2018-03-05T10:00 --quarters 6
      an hour and a half, priced by the tariff of that day
  horodateur quote --arrondissement 16 --at 2026-03-07T19:30 --quarters 4 --json
      a Saturday evening: half an hour today, the rest on Monday from 9:00
  horodateur quote --zone 1 --at 2026-03-04T10:00 --quarters 4 --reached 8
      the third hour of a stay that has paid two already
  horodateur quote --arrondissement 10 --at 2026-03-06T21:00 --regime resident --days 7
      a resident's week, holidays excluded and the free Sunday included

regimes are sold by their own unit: quarters for visitors and low_emission, days for resident, pro_sedentary, pro_public and
cmi_s, hours for pro_mobile. A length in another unit is accepted where it is a whole number of them.

exit status: 0 sold; 1 the tariff file cannot be used; 2 not sold (the reason is printed), or a wrong command line.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `quote`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "quote",
        description="Price a purchase made at a given moment: amount, start, end, and a line for every cent of it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--zone", type=int, metavar="N", help="tariff zone: 1 (arrondissements 1-11) or 2 (12-20 and the woods)")
    place.add_argument("--arrondissement", type=int, metavar="N", help="1 to 20, instead of the zone")
    place.add_argument("--wood", metavar="NAME", help="Boulogne or Vincennes, instead of the zone")
    parser.add_argument(
        "--at", type=moment, required=True, metavar="ISO", help="when it is bought, 2026-03-04T10:00; without an offset: Paris"
    )
    length = parser.add_mutually_exclusive_group(required=True)
    for option in LENGTHS:
        length.add_argument(f"--{option}", type=int, metavar="N", help=f"how many {option} to buy")
    vehicle = parser.add_mutually_exclusive_group()
    vehicle.add_argument("--vehicle", default=CAR, help="car, two_wheeler or heavy (default: %(default)s)")
    vehicle.add_argument("--mass", type=_mass, metavar="KG:ENERGY", help="car or heavy by its mass, such as 1700:electric")
    parser.add_argument("--regime", default="visitor", help="parking regime (default: %(default)s)")
    parser.add_argument(
        "--reached", type=count, default=0, metavar="N", help="units this stay has bought before (default: %(default)s)"
    )
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="tariff file (default: the one shipped)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Price the purchase, print the answer, and return the exit status."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_FILE
    answer = price_of(tariffs, _question(tariffs, arguments))
    sys.stdout.write((_for_programs if arguments.json else _for_people)(answer) + "\n")
    return REFUSED if isinstance(answer, NotSold) else SOLD


def _question(tariffs: Tariffs, arguments: argparse.Namespace) -> PriceRequest:
    said = {name: getattr(arguments, name) for name in (*PLACES, *LENGTHS, "regime", "reached")}
    vehicle = (class_by_mass(tariffs, *arguments.mass) or CAR) if arguments.mass else arguments.vehicle
    return PriceRequest(at=in_paris(arguments.at, tariffs), vehicle=vehicle, **said)


def in_paris(at: datetime, tariffs: Tariffs) -> datetime:
    """The instant as given; one without an offset is Paris time."""
    return at if at.tzinfo else at.replace(tzinfo=tariffs.calendar.zone)


def _for_programs(answer: Quote | NotSold) -> str:
    return json.dumps(msgspec.to_builtins(price_document(answer)), ensure_ascii=False)


def _for_people(answer: Quote | NotSold) -> str:
    if isinstance(answer, NotSold):
        return f"not sold: {answer.reason.value} ({answer.detail})"
    rows = [(line.text, euros(line.cents)) for line in answer.lines] + [("total", euros(answer.cents))]
    return "\n".join([*_heading(answer), *table(rows), *(f"  {note}" for note in answer.not_applied)])


def _heading(answer: Quote) -> Sequence[str]:
    return (
        f"zone {answer.zone}, {answer.regime}, {answer.vehicle}, tariff of {answer.tariff}",
        f"from  {answer.start:%a %Y-%m-%d %H:%M}",
        f"to    {answer.end:%a %Y-%m-%d %H:%M}",
    )


def table(rows: Sequence[tuple[str, str]]) -> Sequence[str]:
    """Rows of a text and a value, in two columns."""
    left, right = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [f"  {text:<{left}}  {price:>{right}}" for text, price in rows]


def _mass(text: str) -> tuple[int, Energy]:
    kilograms, _, energy = text.partition(":")
    known: dict[str, Energy] = {each: each for each in get_args(Energy)}
    if energy not in known:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in one of {', '.join(known)}, as in 1700:electric")
    return count(kilograms), known[energy]
