"""A station whose every act, on its devices and in its journal, is kept in one diary, in order; its power can be cut."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from firmware.app import Station
from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalError, JournalReader
from firmware.journal.line import JournalLine
from firmware.protocol.entry import Entry
from firmware.protocol.facts import Fact
from firmware.station.state_folder import JOURNAL
from hal.ports import Approved, DeviceEvent, Key, KeyPressed, Printed, PrinterIs, PrinterState, TerminalIs, Ticket, Tone, View
from tests import builders
from tests.builders import REFERENCE, STATION, STATION_KEY
from tests.world import World, press, tell

CARD = "31PA010001"
"""The reference of the first sale as the card terminal carries it."""


class PowerCutError(BaseException):
    """The mains are gone between two things the station does: no error that anybody could handle."""


@dataclass
class Diary(World):
    """Everything outside the visit, in one diary. After `cut` entries the power goes."""

    entries: list[str] = field(default_factory=list)
    refuses: tuple[type[Fact], ...] = ()
    """Kinds of facts the disk has no room for."""
    cut: int | None = None

    def note(self, what: str) -> None:
        if self.cut is not None and len(self.entries) >= self.cut:
            raise PowerCutError
        self.entries.append(what)

    # the ports

    def show(self, view: View) -> None:
        super().show(view)
        self.note(f"show {view.screen}")

    def beep(self, tone: Tone) -> None:
        self.note(f"beep {tone.value}")

    def charge(self, cents: int, reference: str) -> None:
        self.note(f"charge {cents} {reference}")
        super().charge(cents, reference)

    def withdraw(self) -> None:
        self.note("withdraw")

    def acknowledge(self, reference: str) -> None:
        self.note(f"acknowledge {reference}")

    def print(self, ticket: Ticket) -> None:
        self.note(f"print {ticket.number}")

    def look(self) -> None:
        self.note("look")


class Disk(JournalLine):
    """Journals whose disk can be full, in the diary."""

    diary: Diary

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        if isinstance(fact, self.diary.refuses):
            raise JournalError(self.current.path, "could not be written: database or disk is full")
        self.diary.note(f"fact {type(fact).__name__}")
        return super().append(fact, at, instant)


@contextlib.contextmanager
def switched_on(folder: Path, diary: Diary) -> Iterator[Station]:
    """A station over this folder, its journal and its devices in the diary."""
    builders.state_folder(folder)
    journal = Disk((), Journal.open(folder / JOURNAL, STATION, "boot"), STATION_KEY.public_key(), "boot", os.urandom)
    journal.diary = diary
    with builders.station(folder, diary, journal) as station:
        yield station


def facts(folder: Path) -> list[str]:
    """The kinds of facts in the journal, oldest first."""
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return [type(fact).__name__ for fact in reader.facts()]


WELL = (TerminalIs(True), PrinterIs(PrinterState.OK))
TO_THE_BANK = tuple(map(Key, ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "OK")))
"""A plate, then on the vehicle screen two hours in a car, then pay."""
ANOTHER_TO_THE_BANK = (*TO_THE_BANK[:6], Key.E, *TO_THE_BANK[7:])
"""Another plate: the first one's payment in doubt is a stay."""
DiaryStep = Callable[[Station, Diary], None]


def telling(*events: DeviceEvent) -> DiaryStep:
    return lambda station, world: tell(station, world, *events)


def go_to_the_bank(station: Station, world: Diary) -> None:
    tell(station, world, *WELL)
    press(station, world, *TO_THE_BANK)


def send_another_to_the_bank(station: Station, world: Diary) -> None:
    tell(station, world, *WELL)
    press(station, world, *ANOTHER_TO_THE_BANK)


def buy(station: Station, world: Diary) -> None:
    go_to_the_bank(station, world)
    tell(station, world, Approved(CARD, 1200), KeyPressed(Key.OK), Printed(REFERENCE))


VISIT = [
    *("fact Started", "show idle", "show idle", "show idle"),
    *("beep accepted", "look", "show plate", *["beep accepted", "show plate"] * 6),
    *("beep accepted", "show vehicle", "beep accepted", "show duration"),
    *("beep accepted", "fact PaymentStarted", f"charge 1200 {CARD}", "show present card"),
    *("fact RightSold", "beep accepted", f"acknowledge {CARD}", "show approved"),
    *("beep accepted", f"print {REFERENCE}", "show printing"),
    *("fact TicketPrinted", "show take ticket"),
]
