"""The command line `horodateur`. Each command is in a file of its own beside this one, and is imported only if it is wanted.

Commands that do not ship on a Pi (`horodateur tariff`) are installed by other packages under the entry-point group `COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from firmware.protocol.key_words import shield_keys
from hal.version import add_version_option

COMMANDS = "horodateur.commands"
"""Entry points: functions that add one command to the subparsers."""
MODULES = {
    "run": "run",
    "provision": "run",
    "start": "start",
    "out-of-service": "out_of_service",
    "quote": "quote",
    "fps": "fps",
    "receipt": "receipt",
    "journal": "journal",
    "rescue": "rescue",
    "pin": "pin",
    "selftest": "selftest",
    "diag": "diag",
    "assist": "assist",
    "sync": "sync",
}
"""The module of this package that adds each command, in the order `--help` lists them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="horodateur",
        description="Controller of a Paris street parking pay station: run it, test it, price parking, read its journal.",
    )
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    words = shield_keys(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in MODULES:
        _add(MODULES[words[0]], commands)
    else:
        _add_all(commands)
    chosen = parser.parse_args(words)
    return int(chosen.run(chosen))


def _add(module: str, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    import_module(f"firmware.cli.{module}").add_parser(commands)


def _add_all(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add every command, those of other installed packages too."""
    from importlib.metadata import entry_points  # 15 ms that a station's own commands need not spend

    for module in dict.fromkeys(MODULES.values()):
        _add(module, commands)
    for entry_point in entry_points(group=COMMANDS):
        entry_point.load()(commands)
