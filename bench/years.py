"""What years of sales cost a station: how long a start takes, the memory it holds, the room a sale takes on the card.

The journals are written here as the station writes them, entry for entry, but in one transaction; a plate is kept only in the
entries of the last two days, as at a station that reaches its city. The checkpoint is as old as it can be.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec

from bench.desk import MORNING, scratch
from bench.start import Start
from bench.table import Figure
from firmware.domain.parking_right import ParkingRight
from firmware.domain.reference import SaleNumber, reference_of
from firmware.domain.site import Site
from firmware.journal.journal_file import JOURNAL, JournalReader
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.ledger.ledger import Ledger
from firmware.ledger.plates import KEPT
from firmware.protocol.entry import EntryContent, body_of, chain_hash
from firmware.protocol.facts import Fact, PaymentStarted, RightSold, TicketPrinted
from firmware.protocol.genesis import Position
from firmware.protocol.personal import SALT_LENGTH, split
from firmware.station.checkpoint import Checkpoint, write_checkpoint
from firmware.station.state_folder import open_signing_key, provision
from firmware.station.upkeep import ENTRIES_BETWEEN
from hal.shipped import DEMO_STATION, ROOT
from hal.toml import read_toml

RUNS = 5
LENGTHS = (1, 10_000, 240_000)
"""Entries; a sale is three, and 80 000 sales are years."""
BETWEEN = timedelta(minutes=45)
"""From one sale to the next: some 30 a day, four times Paris's."""


def figures() -> tuple[Figure, ...]:
    """Medians of fresh processes, files in the cache."""
    found: list[Figure] = []
    for length in LENGTHS:
        with scratch() as folder:
            _write(folder / "state", length)
            starts = [_start(folder / "state") for _ in range(RUNS)]
            size = (folder / "state" / JOURNAL).stat().st_size
        how = f"as `start: ready`; a journal of {length:,} entries, its checkpoint {min(length, ENTRIES_BETWEEN)} entries old"
        ready, memory = median(each.ready for each in starts), max(each.memory for each in starts)
        found.append(Figure(f"ready after {length:,} entries", ready * 1e3, "ms", f"{how}; median of {RUNS}", at_most=400))
        found.append(
            Figure(f"memory after {length:,} entries", memory, "MB", "resident, as `memory of the station`", at_most=60)
        )
    found.append(Figure("journal on disk, a sale", size / LENGTHS[-1] * 3, "bytes", "three entries, without its plate"))
    return tuple(found)


def _start(folder: Path) -> Start:
    command = [sys.executable, "-m", "bench.station", str(folder)]
    said = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(said, type=Start)


def _write(folder: Path, length: int) -> None:
    """A station's folder after so many entries."""
    station = read_toml(DEMO_STATION, Site).station
    provision(folder, station)
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        head = reader.start
    ledger, evidence, last = Ledger(), ClockEvidence(), MORNING + length / 3 * BETWEEN
    checkpoint = Checkpoint(Position(1, 0, head.hex()), ledger, evidence)
    with contextlib.closing(sqlite3.connect(folder / JOURNAL, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for seq, (fact, at) in enumerate(_facts(station, length), 1):
            told, personal = split(fact, os.urandom(SALT_LENGTH))
            body = body_of(EntryContent(seq, station, at, float(seq), "0" * 32, told))
            head = chain_hash(head, body)
            kept = personal if at > last - KEPT else None
            connection.execute("INSERT INTO entries (seq, body, hash, personal) VALUES (?, ?, ?, ?)", (seq, body, head, kept))
            ledger, evidence = ledger.after(fact), evidence.after(fact, at, None)
            if seq == max(1, length - ENTRIES_BETWEEN):
                checkpoint = Checkpoint(Position(1, seq, head.hex()), ledger.without_ended(at - KEPT), evidence)
        connection.execute("COMMIT")
    write_checkpoint(folder, checkpoint, open_signing_key(folder))


def _facts(station: str, length: int) -> Iterator[tuple[Fact, datetime]]:
    for seq in range(length):
        at = MORNING + seq // 3 * BETWEEN
        right = _right(station, seq // 3 + 1, at)
        yield (PaymentStarted(right), RightSold(right, True), TicketPrinted(right.reference))[seq % 3], at


def _right(station: str, number: int, at: datetime) -> ParkingRight:
    plate = f"AB{number % 1000:03d}CD"
    where = (plate, 1, "11D", "visitor", "car")
    return ParkingRight(reference_of(SaleNumber(station, 1, number)), *where, at, at + 2 * BETWEEN, 6, 900, "2024-10-01")
