"""The command line `horodateur`. Each command is in a file of its own beside this one, and is imported only if it is wanted.

Commands that do not ship on a Pi (`horodateur tariff`) are installed by other packages under the entry-point group `COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from firmware.protocol.key_words import shield_keys
from hal.command_line import run_program
from hal.version import add_version_option

COMMANDS = "horodateur.commands"
"""Entry points: functions that add one command to the subparsers."""
MODULES = {
    "run": ("run", "start a station on real ports"),
    "provision": ("run", "make a new station's journal and key"),
    "start": ("start", "start the station this card was flashed for"),
    "out-of-service": ("out_of_service", "show on the display that this machine is out of service"),
    "quote": ("quote", "price a purchase: amount, end, and the reason for every cent"),
    "fps": ("fps", "compute a post-parking charge and its deadlines"),
    "receipt": ("receipt", "verify the receipt in a ticket's QR code"),
    "journal": ("journal", "verify or export a station's journals"),
    "rescue": ("rescue", "write what can be read of a card's journals into a file for the city"),
    "pin": ("pin", "make a technician's line of people.json"),
    "selftest": ("selftest", "test every device of a stopped station"),
    "diag": ("diag", "write a diagnostic bundle of a station, without plates or secrets"),
    "speech": ("speech", "render the sentences that are spoken into sound, ahead"),
    "sync": ("sync", "send the journal to the city, and fetch what it publishes, for as long as it runs"),
    "assist": ("assist", "do one task the station has asked for (systemd calls it)"),
}
"""The module of this package that adds each command, and what `--help` says of it: nothing is imported to be listed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; 2 for a wrong command line."""
    return run_program("horodateur", _parser, shield_keys(sys.argv[1:] if arguments is None else arguments))


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="horodateur",
        description="Controller of a Paris street parking pay station: run it, test it, price parking, read its journal.",
    )
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    if words and words[0] in MODULES:
        _add(words[0], commands)
    else:
        _list_all(commands)
    return parser


def _add(command: str, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    module, _ = MODULES[command]
    import_module(f"firmware.cli.{module}").add_parser(commands)


def _list_all(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Name every command of this package, and add those of other installed ones."""
    from importlib.metadata import entry_points  # 15 ms that a station's own commands need not spend

    for command, (_, summary) in MODULES.items():
        commands.add_parser(command, help=summary)
    for entry_point in entry_points(group=COMMANDS):
        entry_point.load()(commands)
