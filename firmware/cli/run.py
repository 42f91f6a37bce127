"""`horodateur run` and `horodateur provision`: starts a station on this computer's ports; makes a station's folder.

Only the command lines are here: what the commands need (`run_station.py`) takes a third of a second to import.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from firmware.cli.arguments import add_short_calendar
from hal.shipped import DEMO_STATION, TARIFFS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands `run` and `provision`; each is run by `arguments.run(arguments)`, which returns the exit status."""
    run = subparsers.add_parser(
        "run",
        description="Start a station on the ports its board file names. Devices the board calls simulated are shown on a "
        "web page of the simulator, so that one real device at a time can be tried. Ends on SIGTERM or Ctrl-C.",
    )
    run.add_argument("--board", type=Path, required=True, metavar="FILE", help="wiring, such as board/paris-v1.toml")
    _add_station(run)
    run.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="prices (default: shipped)")
    run.add_argument(
        "--port", type=int, default=8080, help="port of that web page, on 127.0.0.1; 0 takes a free one (default: %(default)s)"
    )
    run.set_defaults(run=run_station)
    make = subparsers.add_parser(
        "provision",
        description="Make the folder of a new station: an empty journal and a signing key. Never replaces either. Prints "
        "the line with the public key by which the city enrols the station.",
    )
    make.add_argument(
        "--central-key",
        type=_public_key,
        metavar="KEY",
        help="the city's public key, 43 characters: its publications of prices and rights are accepted (default: none are)",
    )
    make.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="prices to check (default: shipped)")
    add_short_calendar(make)
    _add_station(make)
    make.set_defaults(run=run_provision)


def _public_key(text: str) -> Ed25519PublicKey:
    from firmware.protocol.envelope import public_key_in

    try:
        return public_key_in(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_station(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--station", type=Path, default=DEMO_STATION, metavar="FILE", help="the station's identity (default: a demonstration)"
    )
    parser.add_argument(
        "--state", type=Path, default=Path(".horodateur"), metavar="DIR", help="the station's folder (default: %(default)s)"
    )


def run_provision(arguments: argparse.Namespace) -> int:
    """Make the folder of a station, and return the exit status."""
    from firmware.cli.run_station import make_station

    return make_station(arguments)


def run_station(arguments: argparse.Namespace) -> int:
    """Run a station until SIGTERM or Ctrl-C, and return the exit status."""
    from firmware.cli import run_station as command

    return command.run_station(arguments)
