"""Cards that were used: a station's state folder with a journal of so many entries, put on a card that was flashed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from firmware.journal.journal import Journal
from firmware.journal.marks import write_cursor
from firmware.protocol.facts import Started
from firmware.protocol.genesis import Position
from tests.builders import new_journal
from tests.workshop.flash.cards import MIB, run, silent
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.image import Image
from workshop.flash.medium import Card
from workshop.flash.scratch import memory_scratch
from workshop.flash.unit import StationUnit

STATION = "75011-0042"
STATE = 16 * MIB
"""Where our tiny image has its state partition."""


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Card]:
    descriptor = os.open(file, os.O_RDWR)
    try:
        yield Card(descriptor, str(file), file.stat().st_size)
    finally:
        os.close(descriptor)


def flashed(file: Path, image: Image, unit: StationUnit, size: int = 0) -> str:
    """Flash a card in a file or on a medium; its public key."""
    if not file.exists():
        file.write_bytes(bytes(size or image.size))
    with memory_scratch() as folder, opened(file) as card:
        return flash_card(CardSource(image, None), unit, card, folder, silent).public_key


def add_entries(journal: Journal, count: int) -> None:
    """So many entries more."""
    for number in range(count):
        journal.append(Started("1.0", "2024-10-01"), datetime(2026, 3, 2, 9, tzinfo=UTC), float(number))


def journal_in(folder: Path, entries: int, acknowledged: int = 0, *, station: str = STATION, pulled: bool = False) -> Path:
    """A folder with a journal of so many entries and its cursor. `pulled`: as it lies when the power goes, with its WAL."""
    work = folder / "at work"
    work.mkdir(parents=True)
    new_journal(work / "journal.db", station)
    with contextlib.closing(Journal.open(work / "journal.db", station, "before")) as journal:
        add_entries(journal, entries)
        write_cursor(work, Position(1, acknowledged, journal.hash_of(acknowledged).hex()))
        if pulled:
            for name in ("journal.db", "journal.db-wal", "journal.db.cursor"):
                if (work / name).exists():
                    shutil.copy(work / name, folder)
    if not pulled:
        shutil.copytree(work, folder, dirs_exist_ok=True)
    shutil.rmtree(work)
    return folder


def use(file: Path, folder: Path, at: int = STATE, under: str = "") -> None:
    """Put the files of a folder on the ext4 at this offset of a card, as a station would have left them."""
    for place in sorted(folder.iterdir()):
        orders = f"rm {under}/{place.name}\nwrite {place} {under}/{place.name}\n"
        run("debugfs", "-w", "-f", "/dev/stdin", f"{file}?offset={at}", stdin=orders)
