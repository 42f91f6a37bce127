"""The command line `horodateur`. Each command is in a file of its own beside this one.

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
    """Run a command and return its exit status; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="horodateur",
        description="Controller of a Paris street parking pay station: run it, test it, price parking, read its journal.",
    )
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run.add_parsers(commands)
    for command in (start, out_of_service, quote, fps, journal, pin, selftest, diag, sync):
        command.add_parser(commands)
    words = sys.argv[1:] if arguments is None else arguments
    if not (words and words[0] in commands.choices):
        _add_installed(commands)
    chosen = parser.parse_args(words)
    return int(chosen.run(chosen))


def _add_installed(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of other installed packages."""
    from importlib.metadata import entry_points  # 15 ms that a station's own commands need not spend

    for entry_point in entry_points(group=COMMANDS):
        entry_point.load()(commands)
