"""One start of a station, timed from inside: `bench.start` runs it in a process of its own. Prints one JSON object.

What `horodateur run` imports and opens is timed. The simulated header and devices behind its lines are not, but their memory
counts. Nothing of the page, the API or the city may be found in this process.
"""

# ruff: noqa: E402 - the imports are what is timed
from __future__ import annotations

import time

from hal.shipped import ROOT

BEGAN = time.perf_counter()
import serial  # noqa: F401 - opening a real port imports it, and hal.cable

import firmware.cli
import firmware.cli.run_station  # noqa: F401
import hal.cable  # noqa: F401

IMPORTED = time.perf_counter()
import json
import sys
from datetime import datetime
from pathlib import Path

from firmware.app import Station
from firmware.assemble import StationLines, assemble
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.site import Site
from firmware.journal.line import JournalLine
from firmware.locale import catalogues
from firmware.station.equipment import Provision
from firmware.station.state_folder import open_journal, open_signing_key
from firmware.tariff import load_tariffs
from hal.board import load_board, read_toml
from hal.ports import Clock, Ticket, TicketCode, TicketLine
from hal.time_zone import PARIS
from hal.wire.escpos import encode
from simulator.desk.cabinet import Cabinet
from simulator.virtual_time import VirtualClock, VirtualTime

BOARD = ROOT / "board" / "paris-v1.toml"
FOREIGN = ("fastapi", "pydantic", "starlette", "uvicorn", "sqlalchemy")


def start(folder: Path, lines: StationLines, clock: Clock) -> JournalLine:
    """As `firmware.cli.run_station` does on real ports, up to the first picture; the journal it holds open."""
    board = load_board(BOARD)
    site, tariffs = read_toml(ROOT / "board" / "demo-station.toml", Site), load_tariffs(ROOT / "tariffs.json")
    signing_key = open_signing_key(folder)
    journal = open_journal(folder, site.station, "bench")
    Station(
        Provision(always(ActiveConfig(site, tariffs)), catalogues(), signing_key),
        assemble(board, lines, clock.wall),
        journal,
        clock,
    ).turn()
    return journal


def memory() -> float:
    """Resident, in MB of 1 000 000 bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6


def main(folder: Path) -> None:
    """Start, then encode a first ticket, which is when python-escpos is loaded."""
    virtual = VirtualTime()
    cabinet = Cabinet(virtual, load_board(BOARD), lambda line, sender, data: None)
    clock = VirtualClock(virtual, datetime(2026, 3, 4, 10, 0, tzinfo=PARIS))
    opening = time.perf_counter()
    journal = start(folder, cabinet.lines(), clock)
    ready = time.perf_counter()
    at_start = memory()
    encode(Ticket("75011-0042-000001", (TicketLine("VILLE DE PARIS"), TicketCode("HDT1|"))), 48)
    print(
        json.dumps(
            {
                "imported": IMPORTED - BEGAN,
                "ready": ready - opening,
                "ticket": time.perf_counter() - ready,
                "memory": at_start,
                "memory_after_ticket": memory(),
                "foreign": [name for name in FOREIGN if name in sys.modules],
            }
        )
    )
    journal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
