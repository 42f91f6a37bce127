"""`horodateur`: the station's command line. Each command lives in a file of its own beside this one.

Commands that do not ship on a Pi (`horodateur tariff`) are installed by other packages under the entry-point group `COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from firmware.cli import diag, fps, journal, out_of_service, pin, quote, run, selftest, start, sync
from hal.version import add_version_option

COMMANDS = "horodateur.commands"
"""Entry points: functions that add one command to the subparsers."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the command; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="horodateur", description="A Paris street parking pay station.")
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run.add_parsers(commands)
    for command in (start, out_of_service, quote, fps, journal, pin, selftest, diag, sync):
        command.add_parser(commands)
    given = sys.argv[1:] if arguments is None else arguments
    if not (given and given[0] in commands.choices):
        _add_installed(commands)
    chosen = parser.parse_args(given)
    return int(chosen.run(chosen))


def _add_installed(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from importlib.metadata import entry_points  # 15 ms that a station's own commands need not spend

    for entry_point in entry_points(group=COMMANDS):
        entry_point.load()(commands)
