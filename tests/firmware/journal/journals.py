"""A day of facts, and journals written, damaged and verified by hand."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalError, verify
from firmware.protocol.facts import AlarmRaised, Fact, PaymentStarted, RightSold, Started, TicketPrinted
from tests.builders import PARIS, STATION, right

TEN = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
RIGHT = right(start=TEN, end=TEN + timedelta(hours=1), units=4, cents=600, tariff="2021-08-01")
DAY: tuple[Fact, ...] = (
    Started("0.1.0", "2021-08-01"),
    PaymentStarted(RIGHT),
    RightSold(RIGHT, True),
    TicketPrinted("75011-0042-000001"),
    AlarmRaised("paper out"),
)


def write(path: Path, facts: tuple[Fact, ...]) -> None:
    with contextlib.closing(Journal.open(path, STATION, "boot-1")) as journal:
        for number, fact in enumerate(facts):
            journal.append(fact, TEN + timedelta(seconds=number), 100.0 + number)


def error_of(path: Path) -> JournalError:
    with pytest.raises(JournalError) as caught:
        verify(path)
    return caught.value


def sql(path: Path, *statements: str) -> None:
    """What somebody with a SQLite shell could do."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
