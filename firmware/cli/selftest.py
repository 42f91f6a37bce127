"""`horodateur selftest`: every device of a station asked for real, with the station stopped; or what a running one says."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware.cli.start import STATE

WELL, UNUSABLE, WRONG_LINE, RUNNING, BAD = 0, 1, 2, 3, 4
STATUSES = {
    WELL: "nothing is silent or failed; what cannot answer is left to eyes and ears",
    UNUSABLE: "nothing was asked: the board, station file or folder cannot be used",
    WRONG_LINE: "wrong command line",
    RUNNING: "the station is running on this folder; nothing was asked",
    BAD: "something is silent or failed",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `selftest`. The command is `arguments.run(arguments)`, which returns the exit status."""
    statuses = "\n".join(f"  {status}  {meaning}" for status, meaning in STATUSES.items())
    parser = subparsers.add_parser(
        "selftest",
        help="ask every device of a stopped station how it is",
        description="Ask each device over its own port: answered, silent, or why not and what to do. Look at the display and "
        "listen to the buzzer meanwhile. The station must be stopped; of a running one --running tells what it says itself.",
        epilog=f"exit status:\n{statuses}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="its folder (default: %(default)s)")
    parser.add_argument("--board", type=Path, metavar="FILE", help="its wiring (default: as its folder says)")
    parser.add_argument("--running", action="store_true", help="touch no device; read the journal of a running station")
    parser.add_argument("--keys", action="store_true", help="wait until each of the 44 keys has been pressed")
    parser.add_argument("--json", action="store_true", help="one line of JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print, and return the exit status."""
    from firmware.diagnosis.selftest_run import run as ask  # a station that starts has no use for it

    return ask(arguments)
