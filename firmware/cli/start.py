"""`horodateur start`: starts the station this card was flashed for; systemd calls it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware.cli import run
from firmware.station.flashed_card import board_of, station_file
from hal.errors import BoardError
from hal.shipped import TARIFFS

STATE = Path("/var/lib/horodateur")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `start`. It takes what `run` takes from the files of one folder."""
    parser = subparsers.add_parser(
        "start",
        description="Start the station this card was flashed for, on the ports its board file names. Ends on SIGTERM.",
    )
    add_state(parser)
    parser.set_defaults(run=start, tariffs=TARIFFS, port=0)


def add_state(parser: argparse.ArgumentParser) -> None:
    """Add `--state`, the folder the card keeps for its station."""
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="the station's folder (default: %(default)s)")


def start(arguments: argparse.Namespace) -> int:
    """Run the station and return the exit status of `horodateur run`; 1 too if the folder names no board."""
    try:
        arguments.board, arguments.station = board_of(arguments.state), station_file(arguments.state)
    except BoardError as error:
        sys.stderr.write(f"horodateur: {error}\n")
        return 1
    return run.run_station(arguments)
