"""`horodateur receipt`: verifies the text of a ticket's QR code against the public key of the station that printed it."""

from __future__ import annotations

import argparse
import sys

from firmware.paper.receipt_signing import ReceiptError, verify_receipt
from firmware.protocol.envelope import public_key_in

GENUINE, NOT_GENUINE = 0, 1
NAMES = ("reference", "plate", "zone", "start", "end", "cents", "tariff", "payment")
"""Fields of a receipt behind its mark, in their order."""
DESCRIPTION = """\
Verifies a receipt offline, and prints its fields. The key is the one the station was enrolled with, 43 characters.

exit status: 0 the station of this key signed it; 1 it did not; 2 a wrong command line.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `receipt`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "receipt",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", metavar="TEXT", help="the text of the QR code: HDT1|75011-0042-000813|…")
    parser.add_argument("--key", required=True, metavar="KEY", help="the station's public key")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Verify the receipt, print its fields, and return the exit status."""
    try:
        _, *fields = verify_receipt(arguments.text, public_key_in(arguments.key))
    except ReceiptError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_GENUINE
    except ValueError as error:
        sys.stderr.write(f"horodateur: --key: {error}\n")
        return 2
    sys.stdout.write("".join(f"{name:<10} {value}\n" for name, value in zip(NAMES, fields, strict=True)))
    return GENUINE
