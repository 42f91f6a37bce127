"""`horodateur-central waiting` and `reopened`: what only a person can settle."""

from __future__ import annotations

import argparse
from datetime import timedelta

from central.cli.common import RefusedError, Subparsers, add_database, add_key, add_tariffs, by, city, now, register
from central.cli.stations import show
from central.enforcement.reopened import reopened
from central.operations import exceptions_queue

CLEAR = """\
Says that somebody has looked. What waited stays, with what was found.

  horodateur-central waiting clear 75011-0042/813 --note "of software 1.2, which had a bug"     a dead letter
  horodateur-central waiting clear 17 --note "station restored from a copy; journal replaced"   an incident
"""
LARGEST = 1000


def add_parsers(commands: Subparsers) -> None:
    """Add `waiting list`, `waiting clear` and `reopened`."""
    group = commands.add_parser("waiting", help="dead letters and incidents: list and clear")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what nobody has cleared, oldest first")
    add_database(listing)
    listing.set_defaults(run=_list)
    clear = actions.add_parser(
        "clear", help="somebody has looked", description=CLEAR, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_database(clear)
    clear.add_argument("what", help="STATION/NUMBER for a dead letter, the number of an incident; as `waiting list` shows it")
    clear.add_argument("--note", required=True, help="what was found")
    clear.set_defaults(run=_clear)
    late = commands.add_parser("reopened", help="refusals that the register contradicts by now: notices to withdraw")
    for add in (add_database, add_key, add_tariffs):
        add(late)
    late.add_argument("--days", type=int, default=30, help="how far back (default: %(default)s)")
    late.set_defaults(run=_reopened)


def _list(chosen: argparse.Namespace) -> int:
    with register(chosen) as store:
        letters, incidents = exceptions_queue.dead_letters(store), exceptions_queue.incidents(store)
    rows = [
        (f"{each.station}/{each.seq}", f"{each.received_at:%Y-%m-%d %H:%M:%S}", f"not understood: {each.reason}")
        for each in letters
    ]
    rows += [
        (str(each.id), f"{each.first_seen:%Y-%m-%d %H:%M:%S}", f"{each.station}: another entry {each.seq}")
        for each in incidents
    ]
    show([("what", "since", "why"), *rows])
    return 0


def _clear(chosen: argparse.Namespace) -> int:
    station, _, number = chosen.what.rpartition("/")
    if not number.isdecimal():
        raise RefusedError(f"{chosen.what!r} is neither STATION/NUMBER nor a number; `waiting list` shows them")
    with register(chosen) as store:
        try:
            if station:
                exceptions_queue.clear_dead_letter(store, station, int(number), by(), chosen.note, now())
            else:
                exceptions_queue.clear_incident(store, int(number), by(), chosen.note, now())
        except (LookupError, ValueError) as error:
            raise RefusedError(str(error.args[0])) from error
    print(f"cleared {chosen.what}")
    return 0


def _reopened(chosen: argparse.Namespace) -> int:
    with city(chosen) as there:
        found = reopened(there, now() - timedelta(days=chosen.days), now(), LARGEST)
    rows = [
        (str(each.check), f"{each.checked_at:%Y-%m-%d %H:%M:%S}", each.plate, each.asked_by, each.because.value)
        for each in found
    ]
    show([("check", "made", "plate", "by", "contradicted by"), *rows])
    return 0
