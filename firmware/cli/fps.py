"""`horodateur fps`: computes a post-parking charge (FPS) and its deadlines."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from firmware.cli.arguments import count, day, moment
from firmware.cli.quote import BAD_FILE, REFUSED, SOLD, in_paris, table
from firmware.domain.money import euros
from firmware.tariff import NotSold, TariffError, Tariffs, load_tariffs
from firmware.tariff.fps import Control, FpsAmounts, Receipt, last_receipt, notice, rebate_until
from hal.shipped import TARIFFS

EXAMPLES = """\
examples:
  horodateur fps --zone 1 --vehicle car --at 2018-03-05T15:00 --receipt-cents 600
      the example of the deliberation of 2017: 44.00 due, 30.80 within 96 hours
  horodateur fps --zone 1 --at 2018-03-05T15:00 --receipt 2018-03-05T09:00=1000 --receipt 2018-03-05T12:00=600
      the same from two receipts: the last one is deducted
  horodateur fps --zone 2 --vehicle two_wheeler --at 2026-03-04T15:00 --sent 2026-03-06 --json

exit status: 0; 1 the tariff file cannot be used; 2 no such charge (the reason is printed), or a wrong command line.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `fps`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "fps",
        description="Compute the post-parking charge (FPS) issued at a check: amounts due, reduced, increased; every deadline.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--zone", type=int, required=True, metavar="N", help="tariff zone: 1 or 2")
    parser.add_argument("--vehicle", default="car", help="car, two_wheeler or heavy (default: %(default)s)")
    parser.add_argument("--at", type=moment, required=True, metavar="ISO", help="when it is issued; without an offset: Paris")
    receipts = parser.add_mutually_exclusive_group()
    receipts.add_argument("--receipt-cents", type=count, metavar="N", help="the last receipt, in cents (default: none)")
    receipts.add_argument(
        "--receipt",
        type=_receipt,
        action="append",
        default=[],
        metavar="START=CENTS",
        help="a receipt of this vehicle (may be repeated): the last one that covers the control is deducted",
    )
    parser.add_argument("--sent", type=day, metavar="DAY", help="when the notice is sent (default: the day it is issued)")
    parser.add_argument(
        "--increase-sent",
        type=day,
        metavar="DAY",
        help="when the warning of an increased charge is sent: its rebate ends a month later",
    )
    parser.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="tariff file (default: the one shipped)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compute the charge, print it, and return the exit status."""
    try:
        tariffs = load_tariffs(arguments.tariffs)
    except TariffError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_FILE
    control = Control(arguments.zone, in_paris(arguments.at, tariffs), arguments.vehicle)
    last = _last_receipt(tariffs, control, arguments)
    cents, issued_at = (last.cents, last.start) if last else (arguments.receipt_cents or 0, None)
    answer = notice(tariffs, control, receipt_cents=cents, receipt_at=issued_at, sent_on=arguments.sent)
    rebate = _rebate_until(tariffs, control, arguments.increase_sent)
    sys.stdout.write((_for_programs if arguments.json else _for_people)(answer, rebate) + "\n")
    return REFUSED if isinstance(answer, NotSold) else SOLD


def _last_receipt(tariffs: Tariffs, control: Control, arguments: argparse.Namespace) -> Receipt | None:
    receipts = [replace(each, start=in_paris(each.start, tariffs)) for each in arguments.receipt]
    return last_receipt(tariffs, control, receipts)


def _rebate_until(tariffs: Tariffs, control: Control, sent_on: date | None) -> date | None:
    rule = tariffs.fps_rule_at(control.at)
    return rebate_until(rule, sent_on) if rule and sent_on else None


def _for_programs(answer: FpsAmounts | NotSold, rebate: date | None) -> str:
    if isinstance(answer, NotSold):
        return json.dumps({"refused": answer.reason.value, "detail": answer.detail})
    document = asdict(answer) | ({"rebated_until": rebate} if rebate else {})
    return json.dumps(document, default=lambda instant: instant.isoformat())


def _for_people(answer: FpsAmounts | NotSold, rebate: date | None) -> str:
    if isinstance(answer, NotSold):
        return f"none: {answer.reason.value} ({answer.detail})"
    rows = [
        ("post-parking charge", euros(answer.fps_cents)),
        ("last receipt", euros(answer.receipt_cents)),
        ("due", euros(answer.due_cents)),
        (f"if paid until {answer.reduced_until:%Y-%m-%d %H:%M}", euros(answer.reduced_cents)),
        (f"after {answer.payable_until}", euros(answer.increased_cents)),
        (f"that, paid until {rebate}" if rebate else "that, paid within its month", euros(answer.rebated_cents)),
    ]
    dates = (
        f"sent {answer.sent_on}, notified {answer.notified_on}, appeal until {answer.appeal_until}",
        f"no second charge before {answer.next_notice_at:%Y-%m-%d %H:%M}",
        *(("parking was free at that time: none is issued",) if answer.free_then else ()),
    )
    return "\n".join([f"tariff of {answer.tariff}", *table(rows), *dates])


def _receipt(text: str) -> Receipt:
    start, _, cents = text.rpartition("=")
    return Receipt(moment(start), count(cents))
