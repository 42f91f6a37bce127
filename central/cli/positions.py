"""`horodateur-central positions`: where stations stand, from a CSV or GeoJSON file; and where they are said to stand."""

from __future__ import annotations

import argparse
from pathlib import Path

from central.cli.common import RefusedError, Subparsers, add_database, console_user, now, open_register, print_table
from central.operations.positions import positions_in_csv, positions_in_geojson, read_positions, save_positions
from firmware.domain.errors import FieldError, reason_of

POSITIONS = """\
Sets where stations stand, in degrees of WGS 84; those that the file does not name stay where they were. All of it, or nothing.

  horodateur-central positions stations.csv         station,latitude,longitude,address
  horodateur-central positions stations.geojson     points, each with the property `station` and perhaps `address`
  horodateur-central positions                      lists them

The operators' map, /v1/stations.geojson and /v1/public/nearest-working show stations that have a position, and no others.
"""
LONGEST = 16 << 20


def add_parsers(commands: Subparsers) -> None:
    """Add `positions`."""
    parser = commands.add_parser(
        "positions",
        help="set or list where stations stand",
        description=POSITIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(parser)
    parser.add_argument("file", type=Path, nargs="?", help="CSV or GeoJSON; none: they are listed")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        if arguments.file is None:
            listed = read_positions(store).values()
            rows = [(each.station, f"{each.latitude:.6f}", f"{each.longitude:.6f}", each.address) for each in listed]
            print_table([("station", "latitude", "longitude", "address"), *rows])
            return 0
        try:
            text = _text(arguments.file)
            found = positions_in_geojson(text) if text.lstrip().startswith("{") else positions_in_csv(text.splitlines())
            save_positions(store, found, console_user(), now())
        except FieldError as error:
            raise RefusedError(f"{arguments.file}: {error}") from error
    print(f"{len(found)} stations stand where {arguments.file} says")
    return 0


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LONGEST:
            raise RefusedError(f"{path}: has more than {LONGEST} bytes")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(f"{path}: is not UTF-8") from error
    except OSError as error:
        raise RefusedError(f"{path}: {reason_of(error)}") from error
