"""`horodateur-central enrol`, `revoke` and `stations`: the fleet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import msgspec

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
from central.operations import fleet
from central.rules.evidence import CheckRules
from firmware.domain.errors import FieldError
from firmware.protocol.envelope import public_key_in
from firmware.tariff import Tariffs

ENROL = """\
Enrols a station by its public key, the 43 characters that `horodateur provision` prints:

  horodateur-central enrol 75011-0042 1 11D KEY       station, tariff zone, sector, key
  horodateur-central enrol < stations.txt             many, a line each; one bad line, and none is enrolled

The zone must be that of the sector by the tariffs in force, and the sector one of the station's arrondissement.

A station that is known goes on where it was, with the key given now.
"""
STATIONS = """\
Lists the stations. One that is SILENT holds, or may hold, sales that are not here: no plate of its zone is unpaid for certain
since `complete until`. If it still speaks, look at its network and queue. If it has open journals, somebody has to rescue the
card they are on (`accept`), or give it up (`close STATION GENERATION`, with the number in brackets where there are several).
"""
COLUMNS = (
    *("station", "sector", "generation", "last accepted", "complete until", "queue", "open journals", "paper", "clock"),
    *("software", "alarms"),
)


def add_parsers(commands: Subparsers) -> None:
    """Add `enrol`, `revoke` and `stations`."""
    enrol = commands.add_parser(
        "enrol",
        help="enrol stations by their public keys",
        description=ENROL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(enrol)
    add_tariffs(enrol)
    enrol.add_argument("line", nargs="*", metavar="STATION ZONE SECTOR KEY", help="none: lines are read from standard input")
    enrol.set_defaults(run=_enrol)
    revoke = commands.add_parser("revoke", help="revoke a station: nothing more is taken from it, from its next request on")
    add_database(revoke)
    revoke.add_argument("station")
    revoke.set_defaults(run=_revoke)
    listing = commands.add_parser(
        "stations",
        help="list the stations and their status",
        description=STATIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(listing)
    listing.add_argument("--silent", action="store_true", help="only those whose data is not all here")
    listing.add_argument("--json", action="store_true", help="everything that is known, as JSON")
    listing.set_defaults(run=_stations)


def parse_enrolments(lines: Iterable[str], tariffs: Tariffs) -> list[fleet.Enrolment]:
    """The enrolments in lines of text; empty ones are skipped. Raises RefusedError naming the first line that is wrong."""
    found = []
    for number, line in enumerate(lines, 1):
        if line.split():
            try:
                found.append(_parse_enrolment(line.split(), tariffs))
            except ValueError as error:
                raise RefusedError(f"line {number}: {error}; nothing was enrolled") from error
    return found


def _parse_enrolment(words: list[str], tariffs: Tariffs) -> fleet.Enrolment:
    if len(words) != 4:
        raise ValueError(f"{len(words)} words; expected four: station, tariff zone, sector, public key")
    station, zone, sector, key = words
    if not (zone.isascii() and zone.isdecimal() and len(zone) <= 9):
        raise FieldError("zone", f"{zone!r} is not a number")
    enrolment = fleet.Enrolment(station, public_key_in(key), int(zone), sector)
    fleet.check_enrolment(tariffs, enrolment)
    return enrolment


def _enrol(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        tariffs = tariffs_in_force(store, arguments.tariffs)
        wanted = parse_enrolments([" ".join(arguments.line)] if arguments.line else sys.stdin, tariffs)
        if not wanted:
            raise RefusedError("nothing to enrol: no line was given")
        for each in wanted:
            try:
                fleet.enrol(store, tariffs, each, console_user(), now())
            except FieldError as error:
                raise RefusedError(f"{each.station}: {error}; it was not enrolled, nor those after it") from error
            print(f"enrolled {each.station}")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            fleet.revoke(store, arguments.station, console_user(), now())
        except LookupError as error:
            raise RefusedError(str(error.args[0])) from error
    print(f"revoked {arguments.station}")
    return 0


def _stations(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        states = [state for state in fleet.list_stations(store, now(), CheckRules()) if state.silent or not arguments.silent]
    if arguments.json:
        print(msgspec.json.encode(states).decode())
    else:
        print_table([COLUMNS, *map(_cells, states)])
    return 0


def _cells(state: fleet.StationState) -> tuple[str, ...]:
    last_accepted = f"{state.last_accepted:%Y-%m-%d %H:%M:%S}" if state.last_accepted else "never"
    complete = f"{state.complete_until:%Y-%m-%d %H:%M:%S}" if state.complete_until else "never"
    until = f"{complete} SILENT" if state.silent else complete
    mark = " ".join(("revoked", *([until] if state.silent else []))) if state.revoked_at else until
    offset = f"{state.clock or '?'} {state.clock_offset or 0:+.0f} s"
    queue = "?" if state.queue is None else str(state.queue)
    return (
        state.station,
        state.sector or "?",
        str(state.generation),
        last_accepted,
        mark,
        queue,
        ", ".join(map(_open_journal, state.journals)),
        state.paper or "?",
        offset,
        state.software or "?",
        ", ".join(state.alarms),
    )


def _open_journal(journal: fleet.OpenJournal) -> str:
    """A journal that an operator may have to close: which, and how much of it is missing."""
    missing = "unknown" if journal.missing is None else str(journal.missing)
    return f"{journal.generation} (number {journal.number}): {missing} missing"
