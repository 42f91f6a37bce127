"""`horodateur assist`: does one task the station has asked for; systemd starts it (`horodateur-assistant.path`)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware.cli.start import add_state
from firmware.domain.errors import error_text

REQUESTS, STICK = Path("/run/horodateur"), Path("/run/horodateur-stick")
UNKNOWN = "unknown"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `assist`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "assist",
        help="do one task the station has asked for (systemd calls it)",
        description="Do the task that the station has written into its run-time folder: set the clock, or write a "
        "diagnostic bundle to the USB stick. Leaves its answer there, and returns 0; 1 if there is no task that can be read, "
        "or it was not done.",
    )
    add_state(parser)
    parser.add_argument(
        "--requests", type=Path, default=REQUESTS, metavar="DIR", help="the run-time folder (default: %(default)s)"
    )
    parser.add_argument(
        "--stick", type=Path, default=STICK, metavar="DIR", help="where the stick is mounted (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do the task and return 0; 1 if it was not done."""
    from firmware.diagnosis.tasks import run_task
    from hal.clock import SystemClock, set_system_clock

    try:
        name = _station(arguments.state)
        now = SystemClock().wall()
        result = run_task(arguments.requests, arguments.state, arguments.stick, name, set_system_clock, now)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"horodateur: {error_text(error)}\n")
        return 1
    print(result.detail)
    return 0 if result.done else 1


def _station(folder: Path) -> str:
    """The station's name; a folder that cannot be read is why somebody wants a bundle."""
    from firmware.domain.site import Site
    from firmware.station.flashed_card import station_file
    from hal.board import read_toml
    from hal.errors import BoardError

    try:
        return read_toml(station_file(folder), Site).station
    except BoardError:
        return UNKNOWN
