"""Options of `flash.sh`."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path

from firmware.cli.arguments import add_short_calendar
from firmware.protocol.genesis import LAST_GENERATION
from workshop.common.checkout import RELEASE_KEY
from workshop.common.errors import STATUSES, ToolError
from workshop.flash.signed_page import USUAL as USUAL_KEY
from workshop.flash.unit import FIELDS, USUAL


def option_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    statuses = "\n".join(f"  {status:>2}  {meaning}" for status, meaning in STATUSES.items())
    parser = argparse.ArgumentParser(
        prog="flash.sh",
        description="Write the card of a pay station, and prove it. Without options it asks for all it needs.",
        epilog=f"Fields of a unit may also be columns of --batch.\n\nexit status:\n{statuses}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(failed=ToolError.status)  # an error of the operating system that no step expected
    _add_source(parser)
    _add_target(parser)
    _add_replacement(parser)
    _add_unit(parser)
    _add_panel(parser)
    _add_records(parser)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--image", type=Path, metavar="FILE", help="image to write: NAME.img.xz with NAME.manifest, or a Raspberry Pi OS"
    )
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="station to add to a stock Raspberry Pi OS")
    parser.add_argument(
        "--release-key", type=Path, default=RELEASE_KEY, metavar="FILE", help="public key that signed them (board/release.pub)"
    )


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", metavar="/dev/sdX", help="the card to erase and write")
    parser.add_argument("--to-file", type=Path, metavar="FILE", help="write a file instead of a card")
    parser.add_argument("--list", action="store_true", help="list the devices that may be written, and why the rest may not")
    parser.add_argument(
        "--yes-erase",
        action="append",
        default=[],
        metavar="SERIAL",
        help="the serial of the card, instead of typing it when asked",
    )
    parser.add_argument(
        "--erase",
        action="append",
        default=[],
        metavar="STATION",
        help="erase a card with this station's sales on it (`unknown` where no name can be read); may be a column of --batch",
    )
    parser.add_argument("--allow-loop", action="store_true", help="allow loop devices too")
    add_short_calendar(parser)
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")


def _add_replacement(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--replace",
        metavar="STATION",
        help="make the card that takes the place of this station's earlier one",
    )
    parser.add_argument(
        "--rescue",
        type=Path,
        metavar="OLD",
        help="that earlier card: its device (--device, too) or where it is mounted; or a copy, a folder or an image, which "
        "proves nothing of how far it came; not given: it cannot be read",
    )
    parser.add_argument(
        "--generation",
        type=_generation,
        metavar="N",
        help="the greatest generation of that station that the city knows, as `horodateur-central stations` shows it; for a "
        "card that cannot be read, where its certificate is not here",
    )
    parser.add_argument(
        "--start-over",
        action="append",
        default=[],
        metavar="STATION",
        help="make this station's first card anew, though it has had one: that one was never in use",
    )


def _add_panel(parser: argparse.ArgumentParser) -> None:
    panel = parser.add_argument_group("the front panel")
    panel.add_argument(
        "--panel",
        metavar="PLACE",
        help="write the front panel's firmware instead of a card: its serial port (/dev/ttyACM0, service jumper on), or the "
        "folder where the drive of its bootloader is mounted",
    )
    panel.add_argument(
        "--uf2", type=Path, metavar="FILE", help="onto that drive: a MicroPython for the Pico, from micropython.org"
    )
    panel.add_argument("--sha256", default="", metavar="HEX", help="the hash of that file, as whoever tested it says it")


def _generation(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LAST_GENERATION):
        raise argparse.ArgumentTypeError(f"{text!r} is no generation: 1 to {LAST_GENERATION}")
    return int(text)


def _add_unit(parser: argparse.ArgumentParser) -> None:
    unit = parser.add_argument_group("fields of a unit")
    for name in FIELDS:
        usual = f" ({USUAL[name]})" if name in USUAL else ""
        unit.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=f"{_MEANINGS[name]}{usual}")


_MEANINGS = {
    "station": "75011-0042",
    "zone": "tariff zone",
    "sector": "residential sector, 11D",
    "address": "address, 32 characters at most",
    "nearest": "address of the next station, 34 characters at most",
    "street": "kind of street, mixed or rotative",
    "central": "the city's API, https://…",
    "board": "name of a board file in board/",
    "central_key": "the city's public key, 43 characters, or its file (board/central.pub)",
    "people": "who may open the service menu: lines of `horodateur pin` in a file",
}


def _add_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--batch", type=Path, metavar="FILE.csv", help="write the cards of a list of units; resumes where it stopped"
    )
    parser.add_argument(
        "--register",
        type=Path,
        default=Path("cards.csv"),
        metavar="FILE",
        help="register of cards, to which each outcome is added (cards.csv)",
    )
    parser.add_argument(
        "--certificates",
        type=Path,
        default=Path("certificates"),
        metavar="DIR",
        help="folder for certificates and labels (certificates)",
    )
    parser.add_argument("--by", metavar="NAME", default=_user(), help="who flashes, for the certificate (%(default)s)")
    parser.add_argument(
        "--signing-key",
        type=Path,
        default=USUAL_KEY,
        metavar="FILE",
        help="your key, which signs certificates; made at first use (%(default)s)",
    )


def _user() -> str:
    """Who is logged in, also behind sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()
