"""`horodateur-central retention`: deletes plates that are old enough."""

from __future__ import annotations

import argparse

from central.cli.common import (
    Subparsers,
    add_database,
    add_tariffs,
    console_user,
    now,
    open_register,
    print_table,
    tariffs_in_force,
)
from central.operations.notice_retention import KEPT, count_expired_notices, delete_expired_notices
from central.operations.retention import PERIODS, count_expired, delete_expired

RETENTION = """\
Deletes plates when nobody may ask for them any more. An entry that waits for a person keeps its plate, and so does all that is
known of a plate that was refused, until the notice cannot be appealed any more; a notice keeps its own until nothing is owed,
to be given back, or before the court.

  horodateur-central retention --dry-run     how many there are
  horodateur-central retention --apply       delete them; once a day
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `retention`."""
    retention = commands.add_parser(
        "retention",
        help="delete plates that are old enough",
        description=RETENTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(retention)
    add_tariffs(retention)
    way = retention.add_mutually_exclusive_group(required=True)
    way.add_argument("--dry-run", dest="apply", action="store_false", help="only count them")
    way.add_argument("--apply", dest="apply", action="store_true", help="delete them")
    retention.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        tariffs, by, at = tariffs_in_force(store, arguments.tariffs), console_user(), now()
        if arguments.apply:
            found, closed = delete_expired(store, by, at), delete_expired_notices(store, tariffs, by, at)
        else:
            found, closed = count_expired(store, at), count_expired_notices(store, tariffs, at)
    rows = [(name, f"{getattr(PERIODS, name).days} days", str(count)) for name, count in vars(found).items()]
    rows += [(name, f"{KEPT.days} days", str(count)) for name, count in vars(closed).items()]
    print_table([("plates of", "kept", "deleted" if arguments.apply else "to be deleted"), *rows])
    return 0
