"""`horodateur-central`, the city's command line: each group of commands is a file beside this one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from firmware.protocol.key_words import shield_keys
from hal.command_line import run_chosen, run_program
from hal.version import add_version_option

EPILOG = """\
a first day:
  horodateur-central init                              the register, the signing key, the first operator's token
  horodateur-central serve                             the API, on http://127.0.0.1:8081; /docs describes it
  horodateur-central enrol 75011-0042 1 11D KEY        enrol a station; provisioning prints its public key
  horodateur-central token new --who "Agent 1234" --role agent

whoever can open the database can run every command: they ask for no token, and the audit trail says `console`.
exit status: 0; 1 it could not be done, and why; 2 a wrong command line.
of reconcile: 0 all is equal; 1 there are differences; 2 it could not be done, and why.
of agency import: 0 all is recorded; 1 some lines are not, and why; 2 the file cannot be read.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the command; 2 for a wrong command line, and for a failure where 1 is an answer (`failed`)."""
    return run_program("horodateur-central", _parser, shield_keys(sys.argv[1:] if arguments is None else arguments), _run)


def _run(chosen: argparse.Namespace) -> int:
    from alembic.util import CommandError as RevisionError
    from sqlalchemy.exc import SQLAlchemyError

    from central.cli.common import RefusedError, without_password

    try:
        return run_chosen(chosen)
    except (SQLAlchemyError, RevisionError, ImportError) as error:
        shown = without_password(chosen.database)
        raise RefusedError(f"--database {shown}: {getattr(error, 'orig', None) or error}") from error


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
    from central.cli import (
        access_code,
        accounts,
        agency,
        appeals_report,
        counter,
        exceptions,
        init,
        journals,
        partitions,
        positions,
        private,
        publish,
        reconcile,
        retention,
        serve,
        stations,
        tokens,
    )

    parser = argparse.ArgumentParser(
        prog="horodateur-central",
        description="The city's side of its pay stations: takes in journals, keeps parking rights, answers plate checks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    first = (init, serve, private, stations, positions, journals, tokens, accounts, publish, access_code)
    for group in (*first, exceptions, reconcile, agency, appeals_report, counter, retention, partitions):
        group.add_parsers(commands)
    return parser
