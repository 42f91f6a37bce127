"""`horodateur-central`, the city's command line: each group of commands is a file beside this one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from central.cli import access_code, exceptions, init, journals, private, publish, reconcile, retention, serve, stations, tokens
from central.cli.common import RefusedError, without_password
from firmware.protocol.key_words import shield_keys
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
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the command; 2 for a wrong command line, and for a failure where 1 is an answer (`failed`)."""
    chosen = _parser().parse_args(shield_keys(sys.argv[1:] if arguments is None else arguments))
    try:
        return int(chosen.run(chosen))
    except RefusedError as error:
        complaint = str(error)
    except (SQLAlchemyError, CommandError, ImportError) as error:
        complaint = f"--database {without_password(chosen.database)}: {getattr(error, 'orig', None) or error}"
    print(f"horodateur-central: {complaint}", file=sys.stderr)
    return int(getattr(chosen, "failed", 1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="horodateur-central",
        description="The city's side of its pay stations: takes in journals, keeps parking rights, answers plate checks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in (init, serve, private, stations, journals, tokens, publish, access_code, exceptions, reconcile, retention):
        group.add_parsers(commands)
    return parser
