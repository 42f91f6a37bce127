"""`horodateur-central init` and `migrate`: make a register, and bring it to the present shape."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.access import tokens
from central.cli.common import RefusedError, Subparsers, add_database, add_key, console_user, now, number_of_days
from central.core.signing import CityKeyError, key_in, make_key
from central.db.store import connect, migrate, open_store
from central.operations.unproven_closings import list_unproven_closings
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import public_key_text

INIT = """\
Makes the tables (or brings older ones to the present shape, with what is in them), the key the city signs with, and the token
of the first operator, which is shown this once. There are no default credentials: without this command nobody gets in.

Keep a copy of the key file where nobody else can read it: stations believe only the key they were provisioned with.
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `init` and `migrate`."""
    init = commands.add_parser(
        "init",
        help="make a register, its signing key and its first operator",
        description=INIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(init)
    add_key(init)
    init.add_argument("--who", default="first operator", help="the operator's name (default: %(default)s)")
    init.add_argument("--days", type=number_of_days, default=90, help="how many days the token is valid (default: %(default)s)")
    init.set_defaults(run=_init)
    upgrade = commands.add_parser("migrate", help="upgrade or downgrade the database schema, keeping its data")
    add_database(upgrade)
    upgrade.add_argument(
        "--to",
        default="head",
        metavar="REVISION",
        help="such as register_0001, or base: every table is dropped; stop the servers first (default: the present)",
    )
    upgrade.set_defaults(run=_migrate)


def _init(arguments: argparse.Namespace) -> int:
    initialise(arguments.database, arguments.signing_key, arguments.who, arguments.days)
    return 0


def initialise(database: str, signing_key: Path, who: str, days: int) -> None:
    """Make what a city starts with, and print what is told only once. Raises RefusedError if it is there already."""
    store = open_store(database)
    try:
        key = _open_or_make_key(signing_key)
        secret = tokens.issue_first_operator(store, who, timedelta(days=days), console_user(), now())
    except LookupError as error:
        remedy = "another token: horodateur-central token new --who NAME --role operator"
        raise RefusedError(f"{error}, and init makes only the first; {remedy}") from error
    except FieldError as error:
        raise RefusedError(f"--{error}") from error
    finally:
        store.dispose()
    print(f"the city's public key, for `horodateur provision --central-key`: {public_key_text(key.public_key())}")
    print(f"its private half, which only the server may read: {signing_key}")
    print(f"the token of {who}, for {days} days, shown this once: {secret}", flush=True)


def _open_or_make_key(path: Path) -> Ed25519PrivateKey:
    """The key in this file; a new one if there is no file."""
    try:
        return key_in(path) if path.exists() else make_key(path)
    except CityKeyError as error:
        raise RefusedError(f"--signing-key {error}") from error


def _migrate(arguments: argparse.Namespace) -> int:
    store = connect(arguments.database)
    try:
        for finding in migrate(store, arguments.to):
            print(finding)
        if arguments.to == "head" and (found := list_unproven_closings(store)):
            print(f"{len(found)} journals are closed though nothing but a rescue file says that they are whole: reopen --help")
    finally:
        store.dispose()
    return 0
