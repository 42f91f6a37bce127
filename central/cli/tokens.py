"""`horodateur-central token`: issue, list and revoke the tokens of people and programs."""

from __future__ import annotations

import argparse
from datetime import timedelta

from central.access import tokens
from central.access.tokens import ROLES, Scope
from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    console_user,
    now,
    number_of_days,
    open_register,
    print_table,
)
from central.register.sellers import check_enrolled
from firmware.domain.errors import FieldError

NEW = """\
Issues a token and shows its secret this once.

  horodateur-central token new --who "Agent 1234" --role agent
  horodateur-central token new --who "counter, residents" --scope rights --days 30
  horodateur-central token new --who "Park & Phone" --role seller --operator parkphone

roles: agent checks plates; operator does everything; auditor reads what the others did and how the stations are.
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `token new`, `token list` and `token revoke`."""
    token = commands.add_parser("token", help="issue, list and revoke the tokens of people and programs")
    actions = token.add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser("new", help="issue a token", description=NEW, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_database(new)
    new.add_argument("--who", required=True, help="who will hold it")
    good_for = new.add_mutually_exclusive_group(required=True)
    good_for.add_argument("--role", choices=ROLES)
    good_for.add_argument(
        "--scope", choices=[scope.value for scope in Scope], action="append", help="may be given several times"
    )
    new.add_argument("--operator", metavar="NAME", help="for which enrolled seller it sells (--role seller)")
    new.add_argument("--days", type=number_of_days, default=90, help="how many days it is valid (default: %(default)s)")
    new.set_defaults(run=_new)
    listing = actions.add_parser("list", help="list all tokens, without their secrets")
    add_database(listing)
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="revoke a token, from the next request on")
    add_database(revoke)
    revoke.add_argument("id", help="as `token list` shows it")
    revoke.set_defaults(run=_revoke)


def _new(arguments: argparse.Namespace) -> int:
    scopes = ROLES[arguments.role] if arguments.role else frozenset(map(Scope, arguments.scope))
    seller, lifetime = arguments.operator, timedelta(days=arguments.days)
    if (seller is None) is (arguments.role == "seller" or Scope.SELL.value in (arguments.scope or ())):
        raise RefusedError("--operator: is said of a token that sells (--role seller, --scope sell), and of no other")
    with open_register(arguments) as store:
        try:
            if seller is not None:
                check_enrolled(store, seller)
            secret = tokens.issue_token(store, arguments.who, scopes, lifetime, console_user(), now(), seller)
        except FieldError as error:
            raise RefusedError(f"--{error}") from error
    print(secret)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        listed = tokens.list_tokens(store)
    print_table([("id", "who", "until", "issued by", "scopes"), *map(_cells, listed)])
    return 0


def _cells(token: tokens.Token) -> tuple[str, ...]:
    until = "revoked" if token.revoked_at else f"{token.expires_at:%Y-%m-%d %H:%M}"
    return token.id, token.who, until, token.created_by, " ".join(token.scopes)


def _revoke(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            tokens.revoke_token(store, arguments.id, console_user(), now())
        except LookupError as error:
            raise RefusedError(f"{error.args[0]}; `token list` shows them") from error
    print(f"revoked {arguments.id}")
    return 0
