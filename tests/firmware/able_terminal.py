"""A station whose card terminal has every capability, in the diary of `diary.py`; and a journal read back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from firmware.app import Station
from firmware.journal.journal_file import JournalReader
from firmware.protocol.facts import Fact
from firmware.station.state_folder import JOURNAL
from hal.ports import (
    Approved,
    Capabilities,
)
from tests.firmware.diary import CARD, Diary, go_to_the_bank, switched_on

ABLE = Capabilities(asks=True, aborts=True, reverses=True)
MORE = Approved(CARD, 1300, transaction="T-7")


@contextlib.contextmanager
def on(folder: Path, capabilities: Capabilities = ABLE) -> Iterator[tuple[Station, Diary]]:
    world = Diary(capabilities=capabilities)
    with switched_on(folder, world) as station:
        yield station, world


def interrupt(folder: Path) -> None:
    """A power cut while the bank is asked."""
    with on(folder) as (station, world):
        go_to_the_bank(station, world)


def lasts(station: Station, world: Diary, seconds: float) -> None:
    world.passes(seconds)
    station.turn()


def written(folder: Path) -> list[Fact]:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return list(reader.facts())
