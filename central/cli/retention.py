"""`horodateur-central retention`: deletes plates that are old enough."""

from __future__ import annotations

import argparse
import os
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import Engine

from central.cards.document_folder import DocumentFolder
from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_tariffs,
    console_user,
    now,
    open_register,
    print_table,
    tariffs_in_force,
)
from central.core.environment import DOCUMENTS
from central.operations.counter_retention import (
    COUNTER_PERIODS,
    ExpiredAtCounter,
    NoDocumentFolderError,
    count_expired_at_counter,
    delete_expired_at_counter,
)
from central.operations.notice_retention import KEPT, count_expired_notices, delete_expired_notices
from central.operations.retention import PERIODS, count_expired, delete_expired

RETENTION = f"""\
Deletes plates when nobody may ask for them any more. An entry that waits for a person keeps its plate, and so does all that is
known of a plate that was refused, until the notice cannot be appealed any more; a notice keeps its own until nothing is owed,
to be given back, or before the court.

At the counter sessions and sign-in links go, drafts that nobody continues, documents once a decision is final, and who asked,
once the last card has long ended. Where an e-mail address once named who did something, the number of the token stands from
then on. Documents are in the folder that {DOCUMENTS} names.

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
            counter = _delete_at_counter(store, by, at)
            found, closed = delete_expired(store, by, at), delete_expired_notices(store, tariffs, by, at)
        else:
            counter = count_expired_at_counter(store, at)
            found, closed = count_expired(store, at), count_expired_notices(store, tariffs, at)
    rows = [(name, f"{getattr(PERIODS, name).days} days", str(count)) for name, count in vars(found).items()]
    rows += [(name, f"{KEPT.days} days", str(count)) for name, count in vars(closed).items()]
    rows += [(f"counter: {name}", f"{_kept(name).days} days", str(count)) for name, count in vars(counter).items()]
    print_table([("what names a person in", "kept", "deleted" if arguments.apply else "to be deleted"), *rows])
    return 0


def _delete_at_counter(store: Engine, by: str, at: datetime) -> ExpiredAtCounter:
    folder = os.environ.get(DOCUMENTS)
    try:
        return delete_expired_at_counter(store, DocumentFolder(Path(folder), token_bytes) if folder else None, by, at)
    except NoDocumentFolderError as error:
        raise RefusedError(f"{DOCUMENTS} names no folder, and there are documents to be deleted: nothing was") from error


def _kept(name: str) -> timedelta:
    """How long a class of the counter is kept."""
    periods = COUNTER_PERIODS
    at_once = {"addresses": timedelta(0)}
    kept = at_once | dict.fromkeys(("sessions", "links", "mails"), periods.sign_in)
    kept |= {"drafts": periods.drafts, "documents": periods.documents}
    return kept.get(name, periods.requests)
