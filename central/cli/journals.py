"""`horodateur-central close`, `accept` and `reopen`: journals that nobody hands in any more, what was rescued."""

from __future__ import annotations

import argparse
from pathlib import Path

from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_key,
    add_tariffs,
    console_user,
    now,
    open_city,
    open_register,
    print_table,
)
from central.operations import closing, rescued, unproven_closings
from central.rules.evidence import CheckRules
from firmware.domain.errors import FieldError

CLOSE = """\
Closes a journal of which nobody will hand in more: its card is lost, or cannot be read. Until then, or until the rest of it is
handed in, its station is silent from when that journal was last complete. `stations` lists the open journals. Once it is
closed, a plate without a sale may be called unpaid for certain; what is known to be missing is told, and kept with who and why.
One that a machine still writes is closed only with `--confirm STATION`, and is open again with its next request.

  horodateur-central close 75011-0042 2 --by "M. Petit" --because "card destroyed by water, nothing could be read"
"""
ACCEPT = """\
Takes the entries that a technician read from a card, all of them or none. The same file a second time changes nothing.

  horodateur-central accept 75011-0042.rescue --by "M. Petit"

It tells of each journal what was new and what is missing. `settled`: the next journal of the station continues exactly what is
here, or somebody closed it; nothing is left to do. `open`: nothing proves that the card wrote no more: a file holds what was
on the card when it was read, or on a copy of it. The station stays silent from when that journal was last complete, until the
rest is handed in or somebody who knows closes it with `close`. Withdraw the notices listed.
"""
REOPEN = """\
Opens the journals again that a version of before closed because a rescue file said that it was whole: a file may be of a copy
of the card. Those that the station's own next journal proves stay closed, and those that a person closed. From then on their
stations are silent from when those journals were last complete, until somebody who knows closes them with `close`.

  horodateur-central reopen --by "M. Petit" --dry-run
"""
OPEN = """
generation {generation} stays open: nothing that the station said proves that its card wrote no more{known}.
  If this was read from the card itself, to its end, and that card is in no machine any more:
    horodateur-central close {station} {generation} --number {number} --by NAME --because TEXT
  If it was a copy, or read before the machine's last sale: rescue the card itself, and hand that in."""


def add_parsers(commands: Subparsers) -> None:
    """Add `close`, `accept` and `reopen`."""
    close = commands.add_parser(
        "close",
        help="close a journal that nobody hands in any more",
        description=CLOSE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    close.add_argument("station")
    close.add_argument("generation", type=int)
    close.add_argument("--because", required=True, metavar="TEXT", help="what is known of it")
    close.add_argument("--number", type=int, metavar="N", help="which of several of one generation, as `stations` shows them")
    close.add_argument("--confirm", metavar="STATION", help="its name once more, for a journal that its machine still writes")
    close.set_defaults(run=_close)
    accept = commands.add_parser(
        "accept",
        help="take what was rescued from a card",
        description=ACCEPT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    accept.add_argument("file", type=Path, metavar="FILE")
    accept.set_defaults(run=_accept)
    again = commands.add_parser(
        "reopen",
        help="open the journals again that only a rescue file closed",
        description=REOPEN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    again.add_argument("--dry-run", action="store_true", help="only list them")
    again.set_defaults(run=_reopen)
    for parser, who in ((close, "who decided it"), (accept, "who rescued it"), (again, "who decided it")):
        parser.add_argument("--by", required=True, metavar="NAME", help=who)
        add_database(parser)
    add_key(accept)
    add_tariffs(accept)


def _close(arguments: argparse.Namespace) -> int:
    said = {"by": arguments.by, "because": arguments.because, "noted_by": console_user()}
    which = arguments.station, arguments.generation, arguments.number
    with open_register(arguments) as store:
        try:
            closed = closing.close(store, CheckRules(), *which, **said, now=now(), confirm=arguments.confirm)
        except (LookupError, FieldError) as error:
            raise RefusedError(_told(error)) from error
    print(f"closed generation {arguments.generation} of {arguments.station} (number {closed.number})")
    lost = f"{closed.missing} entries that it is known to have held" if closed.missing else "whatever its card wrote after that"
    print(f"given up: {lost}; a plate without a sale may be called unpaid for certain now")
    return 0


def _accept(arguments: argparse.Namespace) -> int:
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{arguments.file}: {error.strerror}") from error
    with open_city(arguments) as city:
        try:
            made = rescued.accept(city, data, by=arguments.by, noted_by=console_user(), now=now())
        except (LookupError, FieldError) as error:
            raise RefusedError(f"{arguments.file}: {_told(error)}; nothing was taken") from error
    _show(made)
    return 0


def _reopen(arguments: argparse.Namespace) -> int:
    said = {"by": arguments.by, "noted_by": console_user()}
    with open_register(arguments) as store:
        try:
            if arguments.dry_run:
                found = unproven_closings.list_unproven_closings(store)
            else:
                found = unproven_closings.reopen(store, CheckRules(), **said, now=now())
        except FieldError as error:
            raise RefusedError(_told(error)) from error
    rows = ((each.station, str(each.generation), str(each.number), f"{each.closed_at:%Y-%m-%d %H:%M:%S}") for each in found)
    print_table([("station", "generation", "number", "closed"), *rows])
    print(f"{'to be opened again' if arguments.dry_run else 'opened again'}: {len(found)}")
    return 0


def _show(made: rescued.AcceptedRescue) -> None:
    print(f"station {made.station}")
    columns = ("generation", "taken", "here before", "missing", "state")
    print_table([columns, *((*map(str, _cells(each)),) for each in made.journals)])
    for each in made.journals:
        known = f"; known to be missing: {_ranges(each)}" if each.missing else ""
        known += "" if each.whole else "; the file says itself that there was more, or that not all could be read"
        for number in each.open:
            print(OPEN.format(station=made.station, generation=each.generation, number=number, known=known))
    if made.reopened:
        print("\nrefusals that this contradicts: notices to withdraw")
        rows = ((str(each.check), f"{each.checked_at:%Y-%m-%d %H:%M:%S}", each.plate, each.asked_by) for each in made.reopened)
        print_table([("check", "made", "plate", "by"), *rows])


def _cells(journal: rescued.AcceptedJournal) -> tuple[object, ...]:
    missing = _ranges(journal) or "none known"
    return journal.generation, journal.taken, journal.repeated, missing, "open" if journal.open else "settled"


def _ranges(journal: rescued.AcceptedJournal) -> str:
    return ", ".join(f"{first} to {last}" for first, last in journal.missing)


def _told(error: LookupError | FieldError) -> str:
    return str(error) if isinstance(error, FieldError) else str(error.args[0])
