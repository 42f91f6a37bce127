"""`horodateur-central refunds`: gives back what is owed at the counter; and the counter that a server has."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from central.cards.counter import Counter
from central.cards.document_folder import DocumentFolder, ScanVerdict, command_scanner
from central.cards.payment_orders import PaidOrder, record_payment_order
from central.cards.refunds import DueTransfer, due_transfers, give_back, record_transfer
from central.cli.common import RefusedError, Subparsers, add_database, add_key, add_tariffs, console_user, count, now, open_city
from central.core.city import City
from central.core.environment import DOCUMENTS, PAYMENTS, PUBLIC_URL, SCAN, SMTP
from central.core.secret_toml import read_secret_toml
from central.core.spreadsheet_cells import csv_text
from central.payments.http_provider import HttpProvider
from firmware.domain.errors import FieldError
from hal.time_zone import PARIS

TRANSFER_HEAD = ("refund", "request", "owed on", "euros", "name", "document with the bank details", "why")

REFUNDS = f"""\
Gives back what is owed to people who paid for parking cards: doubles, surpluses, what came too late. A server does it itself,
one after the other; this tries all of them at once, refused ones too. Nothing is given back twice.

What is left of a card of three years (14-2° article 5) is paid by the public accountant, on the bank account whose details are
among the documents of the request:

  horodateur-central refunds --transfers                            what is to be transferred, as CSV
  horodateur-central refunds --transferred 12 --reference "VIR 1"    refund 12 was, by this transfer

A public body pays its cards by a payment order (14-3° article 16), and is given back by a transfer what it paid too much:

  horodateur-central payment-order 1000123 --reference "MANDAT 2026-17" --cents 250000 --paid-on 2026-03-04

The counter's documents are kept in the folder that {DOCUMENTS} names, scanned by the program in {SCAN};
the payment provider is in the file that {PAYMENTS} names (TOML: url, key, secret).
"""


class PaymentSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The payment provider."""

    url: Annotated[str, Meta(pattern=r"^https?://[^\s]+[^/\s]\Z")]
    """Without a slash at the end."""
    key: Annotated[str, Meta(min_length=8)]
    """What the city shows it."""
    secret: Annotated[str, Meta(min_length=24)]
    """What it signs its notifications with."""


def add_parsers(commands: Subparsers) -> None:
    """Add `refunds` and `payment-order`."""
    refunds = _command(commands, "refunds", "give back what is owed for parking cards", _refunds)
    way = refunds.add_mutually_exclusive_group()
    way.add_argument("--transfers", action="store_true", help="list what the public accountant has to transfer, as CSV")
    way.add_argument("--transferred", type=count, metavar="NUMBER", help="this refund was transferred")
    refunds.add_argument("--reference", default="", help="of that transfer")
    order = _command(
        commands, "payment-order", "say that a public body has paid for parking cards by a payment order", _payment_order
    )
    order.add_argument("request", type=count, help="number of the request")
    order.add_argument("--reference", required=True, help="the accountant's; said again it changes nothing")
    order.add_argument("--cents", type=count, required=True, help="that came")
    order.add_argument("--paid-on", type=_day, required=True, metavar="DATE", help="YYYY-MM-DD")


def _command(commands: Subparsers, name: str, what: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    command = commands.add_parser(name, help=what, description=REFUNDS, formatter_class=form)
    for add in (add_database, add_key, add_tariffs):
        add(command)
    command.set_defaults(run=run)
    return command


def counter_in(city: City, settings: Mapping[str, str]) -> Counter:
    """The counter that an environment describes; the virus scan is the server's. Raises FileError for what cannot be."""
    folder, payments, scan = settings.get(DOCUMENTS, ""), settings.get(PAYMENTS, ""), os.environ.get(SCAN, "")
    scanner = command_scanner(shlex.split(scan)) if scan else lambda _: ScanVerdict.NONE
    provider = read_secret_toml(Path(payments), PaymentSettings) if payments else None
    return Counter(
        city,
        folder=DocumentFolder(Path(folder), city.draw, scanner) if folder else None,
        provider=HttpProvider(provider.url, provider.key) if provider else None,
        secret=provider.secret.encode() if provider else b"",
        mail_page=settings.get(PUBLIC_URL, "").rstrip("/") + "/counter" if settings.get(SMTP) else "",
    )


def _refunds(arguments: argparse.Namespace) -> int:
    with open_city(arguments) as city:
        if arguments.transfers:
            print(_as_csv(due_transfers(city.store)), end="")
            return 0
        if arguments.transferred is not None:
            return _record_transfer(city, arguments.transferred, arguments.reference)
        left = give_back(counter_in(city, os.environ), console_user(), now())
        waiting = len(due_transfers(city.store))
    if waiting:
        print(f"{waiting} transfer(s) of the public accountant wait: horodateur-central refunds --transfers")
    print(f"{left} refund(s) still to be given back" if left else "nothing else is owed any more")
    return 1 if left else 0


def _record_transfer(city: City, number: int, reference: str) -> int:
    try:
        record_transfer(city.store, number, reference, console_user(), now())
    except (LookupError, FieldError) as error:
        raise RefusedError(f"--transferred {number}: {error.args[0] if isinstance(error, LookupError) else error}") from error
    print(f"refund {number} is paid")
    return 0


def _payment_order(arguments: argparse.Namespace) -> int:
    paid = PaidOrder(arguments.reference, arguments.request, arguments.cents, arguments.paid_on)
    with open_city(arguments) as city:
        try:
            used = record_payment_order(counter_in(city, os.environ), paid, console_user(), now())
        except (LookupError, FieldError) as error:
            raise RefusedError(
                f"request {paid.request}: {error.args[0] if isinstance(error, LookupError) else error}"
            ) from error
    rest = paid.cents - used
    print(f"{used} cents pay request {paid.request}" + (f"; {rest} are owed back by a transfer" if rest else ""))
    return 0


def _day(text: str) -> datetime:
    """The first instant of a day in Paris."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), PARIS)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: YYYY-MM-DD") from error


def _as_csv(transfers: Sequence[DueTransfer]) -> str:
    rows = [
        (
            *(str(each.id), str(each.request), each.owed_at.astimezone(PARIS).date().isoformat()),
            *(f"{each.cents // 100}.{each.cents % 100:02}", each.name, str(each.document or ""), each.reason),
        )
        for each in transfers
    ]
    return csv_text([TRANSFER_HEAD, *rows])
