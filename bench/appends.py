"""What the journal costs above the bare disk, and what its past costs at the next start."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.desk import MORNING, scratch
from bench.table import Figure
from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal import Journal
from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import RightSold
from tests.builders import new_journal

APPENDS = 2000
SCHEMA = "CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL)"
Answer = TypeVar("Answer")


def figures() -> tuple[Figure, ...]:
    """Medians of single commits, time on the wall: these wait for the disk."""
    with scratch() as folder:
        ours, bare = _raced(folder)
        opened, _ = _timed(lambda: _replayed(folder))
    how = f"median of {APPENDS}: a RightSold, hashed, on disk in WAL mode with FULL when it returns"
    return (
        Figure(
            "durable appends, against bare SQLite",
            bare / ours,
            "ratio",
            f"{how}; bare: the same row bytes, the same mode, turn and turn about on the same disk",
            at_least=0.7,
        ),
        Figure("durable appends", 1 / ours, "appends/s", f"{how}; says how fast this disk answers a flush"),
        Figure("bare SQLite, the same commits", 1 / bare, "commits/s", "the other half of the same run"),
        Figure(
            "start: each 1 000 entries of the journal",
            opened / APPENDS * 1e6,
            "ms",
            "chain verified, facts replayed into the ledger; comes on top of `ready`, which has a new journal",
        ),
    )


def _raced(folder: Path) -> tuple[float, float]:
    """Seconds of a commit: the journal's, bare SQLite's."""
    new_journal(folder / "journal.db", "75011-0042")
    ours, theirs = [], []
    with (
        contextlib.closing(Journal.open(folder / "journal.db", "75011-0042", "bench")) as journal,
        contextlib.closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare,
    ):
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", SCHEMA):
            bare.execute(statement)
        for number in range(APPENDS):
            seconds, entry = _timed(partial(journal.append, RightSold(_right(number)), MORNING, float(number)))
            ours.append(seconds)
            row = (entry.seq, entry.body, entry.hash)
            seconds, _ = _timed(partial(bare.execute, "INSERT INTO entries VALUES (?, ?, ?)", row))
            theirs.append(seconds)
    return median(ours), median(theirs)


def _replayed(folder: Path) -> None:
    with contextlib.closing(Journal.open(folder / "journal.db", "75011-0042", "next")) as journal:
        ledger_of(journal.facts())


def _right(number: int) -> ParkingRight:
    return ParkingRight(
        reference=f"75011-0042-{number:06d}",
        plate="AB123CD",
        zone=1,
        sector="11D",
        regime="visitor",
        vehicle="car",
        start=MORNING,
        end=MORNING + timedelta(hours=2),
        units=8,
        cents=1200,
        tariff="2024-10-01",
    )


def _timed(action: Callable[[], Answer]) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = action()
    return time.perf_counter() - began, answer
