"""`horodateur-central partitions`: cuts the check log into months, makes them ahead and drops the old ones (PostgreSQL)."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine

from central.cli.common import RefusedError, Subparsers, add_database, console_user, now, number_of_days, open_register
from central.db.locks import LockTakenError
from central.operations.check_retention import AHEAD, PartitionPlan, apply_partitions, join_partitions, plan_partitions
from central.operations.notice_retention import KEPT
from central.operations.retention import PERIODS

PARTITIONS = f"""\
Cuts the log of plate checks into one partition for each month (PostgreSQL). {AHEAD} months are made ahead; a month that is old
enough is dropped whole, but for the controls that notices were made of. The first time the table becomes the first partition
as it is: no row is rewritten, and checks go on but for a moment.

  horodateur-central partitions --dry-run     what would be done
  horodateur-central partitions --apply       do it; once a day, after `retention`
  horodateur-central partitions --undo        one table again; rewrites every row, so stop the servers first
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `partitions`."""
    partitions = commands.add_parser(
        "partitions",
        help="cut the log of checks into months, and drop the old ones (PostgreSQL)",
        description=PARTITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(partitions)
    partitions.add_argument(
        "--keep",
        type=number_of_days,
        default=KEPT.days,
        metavar="DAYS",
        help="how long checks are kept (default: %(default)s, as long as notices)",
    )
    way = partitions.add_mutually_exclusive_group(required=True)
    for name, note in (("dry-run", "only say what would be done"), ("apply", "do it"), ("undo", "make one table again")):
        way.add_argument(f"--{name}", dest="way", action="store_const", const=name, help=note)
    partitions.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store, _refused_if_taken():
        _check_dialect(store)
        if arguments.way == "undo":
            joined = join_partitions(store, console_user(), now())
            print("the log of checks is one table again" if joined else "the log of checks is one table: nothing to do")
            return 0
        kept = timedelta(days=arguments.keep)
        if kept < PERIODS.appeal:
            raise RefusedError(
                f"--keep {arguments.keep}: at least {PERIODS.appeal.days} days, so long a refusal may be appealed"
            )
        if arguments.way == "apply":
            _tell(apply_partitions(store, console_user(), now(), kept), "was")
        else:
            _tell(plan_partitions(store, now(), kept), "would be")
    return 0


@contextlib.contextmanager
def _refused_if_taken() -> Iterator[None]:
    try:
        yield
    except LockTakenError as error:
        raise RefusedError("another `horodateur-central partitions` is at work: let it end") from error


def _check_dialect(store: Engine) -> None:
    """Raises RefusedError where there is nothing to cut."""
    if store.dialect.name != "postgresql":
        raise RefusedError(
            f"--database: {store.dialect.name} has no partitions. The log of checks stays one table there, and `retention` "
            "deletes its plates; partitions are for a city's register on PostgreSQL"
        )


def _tell(plan: PartitionPlan, verb: str) -> None:
    if plan == PartitionPlan(False):
        print("nothing to do: every month is there, and none is old enough")
    if plan.cut:
        print(f"the log of checks {verb} cut into months")
    for name in plan.made:
        print(f"{name} {verb} made")
    for name in plan.dropped:
        print(f"{name} {verb} dropped")
    if plan.kept_rows:
        print(f"{plan.kept_rows} control(s) of notices were kept of them")
