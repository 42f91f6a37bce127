"""`horodateur-central account`: accounts of people who sign in by e-mail address; and the ways in that a server offers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from central.access import accounts
from central.access.mail import EmlFolder
from central.access.mail_outbox import MailOutbox
from central.access.oidc_settings import read_oidc_settings
from central.access.sign_in_ways import SignInWays
from central.api.smtp import read_smtp_settings, smtp_port
from central.cli.common import RefusedError, Subparsers, add_database, console_user, monotonic, now, open_register, print_table
from central.core.city import City
from central.core.environment import MAIL_FOLDER, OIDC, PUBLIC_URL, SMTP
from firmware.domain.errors import FieldError

NEW = f"""\
Makes an account. Its owner signs in with a link sent to the address, or through the city's OpenID provider, with no password.

  horodateur-central account new claire.martin@ville.example --name "Claire Martin" --role operator

A server offers links if it has {PUBLIC_URL} and {MAIL_FOLDER} or {SMTP} (`serve --help`), a provider if it has
{PUBLIC_URL} and {OIDC} (a TOML file: issuer, client_id, client_secret, label). People who ask for something need no
account: their first link makes it.
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `account new`, `account list` and `account close`."""
    account = commands.add_parser("account", help="make, list and close the accounts of people who sign in by e-mail")
    actions = account.add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser(
        "new", help="make an account", description=NEW, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_database(new)
    new.add_argument("email")
    new.add_argument("--name", required=True, help="as it stands in the audit trail")
    new.add_argument("--role", choices=accounts.ACCOUNT_ROLES, required=True)
    new.set_defaults(run=_new)
    listing = actions.add_parser("list", help="list all accounts but those of applicants")
    add_database(listing)
    listing.set_defaults(run=_list)
    close = actions.add_parser("close", help="close an account: its sessions end with the next request")
    add_database(close)
    close.add_argument("email")
    close.set_defaults(run=_close)


def ways_in(settings: Mapping[str, str], city: City) -> SignInWays:
    """The ways to sign in that an environment names; mail for a relay waits in the city's database.

    Raises RefusedError, FileError for what cannot work.
    """
    url, folder, smtp, oidc = (settings.get(name, "") for name in (PUBLIC_URL, MAIL_FOLDER, SMTP, OIDC))
    if (folder or smtp or oidc) and not url.startswith(("https://", "http://")):
        raise RefusedError(f"{MAIL_FOLDER}, {SMTP} and {OIDC} need {PUBLIC_URL}, such as https://stationnement.ville.example")
    if folder and smtp:
        raise RefusedError(f"{MAIL_FOLDER} and {SMTP}: mail goes to a folder or to a relay, not to both")
    relay = smtp_port(read_smtp_settings(Path(smtp)), Path(smtp).parent, monotonic) if smtp else None
    mail = EmlFolder(Path(folder)) if folder else MailOutbox(city) if relay else None
    return SignInWays(url.rstrip("/"), mail, read_oidc_settings(Path(oidc)) if oidc else None, relay)


def _new(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            accounts.create_account(store, arguments.email, arguments.name, arguments.role, console_user(), now())
        except FieldError as error:
            raise RefusedError(str(error)) from error
    print(f"made the account of {arguments.email}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        listed = accounts.list_accounts(store)
    rows = [(each.email, each.name, each.role, "closed" if each.closed_at else "open", each.created_by) for each in listed]
    print_table([("address", "name", "role", "state", "made by"), *rows])
    return 0


def _close(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            accounts.close_account(store, arguments.email, console_user(), now())
        except LookupError as error:
            raise RefusedError(str(error.args[0])) from error
    print(f"closed the account of {arguments.email}")
    return 0
