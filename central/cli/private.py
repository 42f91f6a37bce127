"""`horodateur-central private`: serve on a private PostgreSQL, as `make central-postgres` does."""

from __future__ import annotations

import argparse
import contextlib
import signal
from functools import partial
from pathlib import Path

from central.access import tokens
from central.cli import serve
from central.cli.cluster import ClusterError, running
from central.cli.common import TARIFFS, RefusedError, Subparsers, add_short_calendar, require_calendar
from central.cli.init import initialise
from central.db.store import open_store
from firmware.domain.calendar_reach import NEEDED_TO_START, CalendarReach
from firmware.tariff import load_tariffs

DAYS = 90


def add_parsers(commands: Subparsers) -> None:
    """Add `private`."""
    private = commands.add_parser(
        "private",
        help="serve on a PostgreSQL of its own, started for this and stopped with it",
        description="Starts Debian's PostgreSQL on the data in a folder, reached from nowhere else; initialises it if it is "
        "new (the first operator's token is shown once); serves until Ctrl-C; stops it. To try things: a city runs its own.",
    )
    private.add_argument(
        "--folder", type=Path, default=Path(".postgres"), metavar="DIR", help="its data (default: %(default)s)"
    )
    private.add_argument("--workers", type=serve.workers, default=2, metavar="N", help="processes (default: %(default)s)")
    add_short_calendar(private, serve.CALENDAR, NEEDED_TO_START)
    serve.add_address(private)
    private.set_defaults(run=_run, database="the private PostgreSQL")


def _run(arguments: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: PostgreSQL must not stay behind
    try:
        with contextlib.suppress(KeyboardInterrupt), running(arguments.folder.absolute()) as cluster:
            key = arguments.folder.absolute() / "central.key"
            _initialise_once(cluster.url(), key, arguments.needed)
            print(f"its database: {cluster.url()}", flush=True)
            options = serve.ServeOptions(cluster.url(), key, TARIFFS)
            serve.serve(partial(serve.application, options), arguments.host, arguments.port, arguments.workers)
    except ClusterError as error:
        raise RefusedError(f"--folder {arguments.folder}: {error}") from error
    return 0


def _initialise_once(database: str, key: Path, needed: CalendarReach) -> None:
    """A register that was made before is brought to the present shape."""
    store = open_store(database)
    try:
        known = tokens.list_tokens(store)
        require_calendar(store, load_tariffs(TARIFFS), TARIFFS, needed)
    finally:
        store.dispose()
    if not known:
        initialise(database, key, "first operator", DAYS)
