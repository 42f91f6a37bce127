"""`horodateur sync`: the process that sends the journal to the city and fetches what it publishes.

It works on the running station's folder and may be killed at any moment: what it knows is in the journal, in the publication
store and in the city.

httpx is imported where it is used: it would cost the station's own start, which shares this command line, 100 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from firmware.backoffice.courier import Courier, LinkedStation
from firmware.cli.arguments import base_url
from firmware.domain.errors import FileError
from firmware.domain.site import Site
from firmware.journal.journal_file import JournalError
from firmware.journal.line import LineReader
from firmware.station.boot_check import is_boot_sound, note_boot
from firmware.station.crash_log import crash_log
from firmware.station.state_folder import open_publication_store, open_signing_key
from firmware.station.stop_signal import StopSignal
from hal.board import read_toml
from hal.clock import SystemClock
from hal.version import running_build


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sync`. The command is `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "sync",
        description="Send a station's journal to the city and fetch what the city publishes for it, until SIGTERM or Ctrl-C.",
    )
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="the station's folder")
    parser.add_argument("--station", type=Path, required=True, metavar="FILE", help="its identity")
    parser.add_argument(
        "--central", type=base_url, metavar="URL", help="base URL of the city's API (default: as its identity says)"
    )
    parser.set_defaults(run=lambda arguments: run(arguments.state, arguments.station, arguments.central))


def run(state: Path, station: Path, central: str | None) -> int:
    """Carry until SIGTERM or SIGINT, then return 0; 1 if a file it needs cannot be read."""
    import httpx

    stop = StopSignal()
    try:
        site = read_toml(station, Site)
        with contextlib.closing(_reader(state, site)) as reader, httpx.Client() as client:
            store = open_publication_store(state, site)
            station_link = LinkedStation(site, running_build().label, open_signing_key(state), reader, store)
            note_boot(state, is_boot_sound())
            with crash_log(state, "sync", station_link.software, SystemClock().wall()):
                Courier(station_link, client, central or site.central, SystemClock()).run(stop, _tell)
    except FileError as error:
        _tell(str(error))
        return 1
    return 0


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _reader(state: Path, site: Site) -> LineReader:
    reader = LineReader(state)
    if reader.station != site.station:
        reader.close()
        raise JournalError(reader.newest.path, f"it is the journal of station {reader.station}, not of {site.station}")
    return reader
