"""Cards that were used: a station's state folder with a journal of so many entries, put on a card that was flashed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from firmware.journal.journal import Journal
from firmware.journal.line import LineReader
from firmware.journal.marks import write_cursor
from firmware.protocol.entry import Entry
from firmware.protocol.facts import PaymentStarted, RightSold, Started
from firmware.protocol.genesis import Position
from firmware.station.state_folder import open_journal
from tests.builders import new_journal, right
from tests.workshop.flash.cards import MIB, run, silent
from workshop.common.pieces import Region
from workshop.flash.card_files import copy_out, names_in, open_ext4
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.disks import BlockDevice, DeviceUse
from workshop.flash.image import Image
from workshop.flash.medium import Card
from workshop.flash.scratch import memory_scratch
from workshop.flash.unit import StationUnit

STATION = "75011-0042"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
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


def card_mounted_at(*folders: str, removable: bool = True, soldered: bool = False, filesystem: str = "ext4") -> BlockDevice:
    """A card in a reader whose state partition is mounted at these folders, as lsblk tells of it."""
    uses = DeviceUse("/dev/sdz", "disk", (), ""), DeviceUse("/dev/sdz4", "part", folders, filesystem)
    return BlockDevice(
        name="sdz", path="/dev/sdz", number="8:400", kind="disk", size=1, sector=512, model="reader", serial="1", bus="usb",
        removable=removable, read_only=False, uses=uses, soldered=soldered,
    )  # fmt: skip


def add_entries(journal: Journal, count: int) -> None:
    """So many entries more."""
    for number in range(count):
        journal.append(Started("1.0", "2024-10-01"), AT, float(number))


def journal_in(folder: Path, entries: int, acknowledged: int = 0, *, station: str = STATION, pulled: bool = False) -> Path:
    """A folder with a journal of so many entries and its cursor. `pulled`: as it lies when the power goes, with its WAL."""
    work = folder / "at work"
    work.mkdir(parents=True)
    new_journal(work / "journal.db", station)
    with contextlib.closing(Journal.open(work / "journal.db", station, "before")) as journal:
        add_entries(journal, entries)
        write_cursor(work, Position(1, acknowledged, journal.hash_of(acknowledged).hex()))
        if pulled:
            for name in ("journal.db", "journal.db-wal", "journal.db.cursor", "journal.mark"):
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


def sell(folder: Path, sales: int, acknowledged: int, *, pulled: bool = False, plate: str = right().plate) -> Path:
    """Sell in the newest journal of a station's folder. `pulled`: a copy of it, as it lies when the power goes."""
    with contextlib.closing(open_journal(folder, STATION, "before")) as journal:
        for number in range(sales):
            sold = right(journal.head.seq // 2, plate=plate)
            for fact in (PaymentStarted(sold), RightSold(sold)):
                journal.append(fact, AT, float(number))
        found = journal.current.entries_after(acknowledged - 1, 1)
        write_cursor(folder, Position(journal.current.generation, acknowledged, found[0].hash.hex()))
        if pulled:
            return Path(shutil.copytree(folder, folder.with_name("pulled")))
    return folder


def state_on(file: Path, folder: Path) -> Path:
    """The state folder of a card in a file, copied out."""
    folder.mkdir()
    with opened(file) as card:
        volume = open_ext4(card, Region(STATE, 6 * MIB), folder.with_suffix(".img"))
        for name in names_in(volume, "/") - {".", "..", "lost+found"}:
            copy_out(volume, f"/{name}", folder / name)
    return folder


def entries_in(folder: Path) -> list[Entry]:
    with contextlib.closing(LineReader(folder)) as line:
        return [entry for _, entry in line.entries_after(None)]
