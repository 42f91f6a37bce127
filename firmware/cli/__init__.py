"""`horodateur`: the station's command line. Each command lives in a file of its own beside this one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from firmware.app import VERSION
from firmware.cli import diag, fps, journal, out_of_service, pin, quote, run, selftest, start, sync, tariff


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the command; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="horodateur", description="A Paris street parking pay station.")
    parser.add_argument("--version", action="version", version=f"horodateur {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run.add_parsers(commands)
    start.add_parser(commands)
    out_of_service.add_parser(commands)
    quote.add_parser(commands)
    fps.add_parser(commands)
    tariff.add_parser(commands)
    journal.add_parser(commands)
    pin.add_parser(commands)
    selftest.add_parser(commands)
    diag.add_parser(commands)
    sync.add_parser(commands)
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))
