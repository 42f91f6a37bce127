"""`horodateur out-of-service`: shows "out of service" on the display; systemd starts it when the station has failed too often.

It must work where the station does not: it opens the display and nothing else, and a folder it cannot read costs it the
address, not the screen. It touches neither journal nor card terminal. It ends with SIGTERM, when a technician starts the
station again.
"""

from __future__ import annotations

import argparse
import select
import sys
from pathlib import Path

from firmware.cli.start import add_state
from firmware.domain.site import Site
from firmware.station.flashed_card import board_of, station_file
from firmware.station.stop_signal import StopSignal
from hal.board import load_board, open_display, open_gpio, open_spi, read_toml
from hal.errors import BoardError
from hal.ports import Display, Line, Size, View
from hal.shipped import BOARDS

FAILED_TOO_OFTEN = "R1"
"""Alarm code of a program that failed again and again."""
DEFAULT_BOARD = BOARDS / "paris-v1.toml"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `out-of-service`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "out-of-service",
        description="Show on the display that this machine is out of service, where the next one is, and a code. Opens no "
        "other device. Ends on SIGTERM.",
    )
    add_state(parser)
    parser.add_argument(
        "--code", default=FAILED_TOO_OFTEN, help="the code to show, which a motorist may quote (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show it until SIGTERM, then return 0; 1 if there is no display."""
    stop = StopSignal()
    try:
        display = _display(arguments.state)
    except BoardError as error:
        sys.stderr.write(f"horodateur: {error}\n")
        return 1
    display.show(out_of_service(_site(arguments.state), arguments.code))
    while not stop.asked:
        select.select([stop], [], [])
    return 0


def out_of_service(site: Site | None, code: str) -> View:
    """The screen: where the next machine is, and the code that proves it in an appeal. `site`: None where it is unknown."""
    where = f"Allez au {site.nearest}" if site else "Allez à l’horodateur le plus proche"
    return View(
        "given up",
        f"Zone {site.zone} · {site.address}" if site else "",
        "",
        (
            Line("Machine hors service", Size.MEDIUM),
            Line(where, Size.SMALL),
            Line(f"Code {code} · {site.station}" if site else f"Code {code}", Size.SMALL),
        ),
    )


def _site(folder: Path) -> Site | None:
    try:
        return read_toml(station_file(folder), Site)
    except BoardError as error:
        sys.stderr.write(f"horodateur: {error}\n")
        return None


def _display(folder: Path) -> Display:
    """Open the display of this card's board; of the default board where the card names none. Raises BoardError."""
    try:
        file = board_of(folder)
    except BoardError as error:
        sys.stderr.write(f"horodateur: {error}\n")
        file = DEFAULT_BOARD
    wiring = load_board(file).display
    if wiring == "simulated":
        raise BoardError(str(file), "display", "is simulated: there is no display to show it on")
    return open_display(wiring, open_gpio(), open_spi())
