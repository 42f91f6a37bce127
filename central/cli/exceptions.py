"""`horodateur-central waiting` and `reopened`: the exceptions queue and reopened refusals, which only a person can settle."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_key,
    add_tariffs,
    console_user,
    now,
    number_of_days,
    open_city,
    open_register,
    print_table,
)
from central.enforcement.reopened import find_reopened
from central.operations import exceptions_queue
from central.rules.journals import EntryPlace
from firmware.domain.errors import FieldError

CLEAR = """\
Clears an exception: somebody has looked. It stays in the register, with what was found.

  horodateur-central waiting clear 75011-0042/813 --note "of software 1.2, which had a bug"     a dead letter
  horodateur-central waiting clear 75011-0042/1:9 --note "the same"                             one of its journal 1
  horodateur-central waiting clear 17 --note "station restored from a copy; journal replaced"   an incident
"""
LIST = """\
Lists the entries that changed nothing in the register, and the incidents of stations. While one is open, no refusal against its
station's sales is conclusive. Find out what happened (another software, a copied card, a plate that a rescue may still bring),
then `waiting clear` it by the name in the first column. A clone: take one of the two machines out of the street first.
"""
LARGEST = 1000
NAMED = r"(?:(?P<station>[^/]+)/(?:(?P<journal>[0-9]{1,6}):)?)?(?P<number>[0-9]{1,12})"
"""An exception as `waiting list` shows it."""


def add_parsers(commands: Subparsers) -> None:
    """Add `waiting list`, `waiting clear` and `reopened`."""
    group = commands.add_parser("waiting", help="dead letters and incidents: list and clear")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="list what is not cleared, oldest first",
        description=LIST,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(listing)
    listing.set_defaults(run=_list)
    clear = actions.add_parser(
        "clear", help="clear one, with what was found", description=CLEAR, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_database(clear)
    clear.add_argument(
        "what",
        help="a dead letter, STATION/NUMBER or STATION/JOURNAL:NUMBER, or the number of an incident; as listed",
    )
    clear.add_argument("--note", required=True, help="what was found")
    clear.set_defaults(run=_clear)
    late = commands.add_parser("reopened", help="refusals that the register contradicts by now: notices to withdraw")
    for add in (add_database, add_key, add_tariffs):
        add(late)
    late.add_argument("--days", type=number_of_days, default=30, help="how far back (default: %(default)s)")
    late.set_defaults(run=_reopened)


def _list(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        letters, incidents = exceptions_queue.list_dead_letters(store), exceptions_queue.list_incidents(store)
    rows = [(_name_of(each), f"{each.received_at:%Y-%m-%d %H:%M:%S}", f"not understood: {each.reason}") for each in letters]
    rows += [(str(each.id), f"{each.first_seen:%Y-%m-%d %H:%M:%S}", _described(each)) for each in incidents]
    print_table([("what", "since", "why"), *rows])
    return 0


def _name_of(letter: exceptions_queue.DeadLetter) -> str:
    """What `waiting clear` calls it."""
    return f"{letter.station}/{f'{letter.journal}:' if letter.journal else ''}{letter.seq}"


def _described(incident: exceptions_queue.Incident) -> str:
    if incident.kind != "fork":
        return incident.body
    what = f"another entry {incident.seq}" if incident.seq else "another beginning"
    return f"{incident.station}: {what} of generation {incident.generation}"


def _clear(arguments: argparse.Namespace) -> int:
    named = re.fullmatch(NAMED, arguments.what, re.ASCII)
    if named is None:
        raise RefusedError(f"{arguments.what!r} is neither STATION/NUMBER nor a number; `waiting list` shows them")
    with open_register(arguments) as store:
        try:
            if named["station"]:
                place = EntryPlace(int(named["journal"] or 0), int(named["number"]))
                exceptions_queue.clear_dead_letter(store, named["station"], place, console_user(), arguments.note, now())
            else:
                exceptions_queue.clear_incident(store, int(named["number"]), console_user(), arguments.note, now())
        except (LookupError, FieldError) as error:
            raise RefusedError(str(error.args[0])) from error
    print(f"cleared {arguments.what}")
    return 0


def _reopened(arguments: argparse.Namespace) -> int:
    with open_city(arguments) as city:
        found = find_reopened(city, now() - timedelta(days=arguments.days), now(), LARGEST)
    rows = [
        (str(each.check), f"{each.checked_at:%Y-%m-%d %H:%M:%S}", each.plate, each.asked_by, each.because.value)
        for each in found
    ]
    print_table([("check", "made", "plate", "by", "contradicted by"), *rows])
    return 0
