"""The station does what the visit asks, in order, and stops at once where the journal cannot follow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firmware.app import Devices, Provision, Station
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.site import Site
from firmware.journal.journal import Journal, JournalError, JournalReader, verify
from firmware.locale import catalogues
from firmware.protocol.entry import Entry
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    TicketFailed,
    TicketPrinted,
    UnexpectedEvent,
)
from firmware.station.signing_key import load_signing_key
from firmware.station.state_folder import JOURNAL, KEY, provision
from firmware.tariff import load_tariffs
from hal.ports import (
    Approved,
    Declined,
    DeviceEvent,
    Key,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Ticket,
    Tone,
    Unanswered,
    View,
)

PARIS = ZoneInfo("Europe/Paris")
SITE = Site(
    "75011-0042", 1, 11, "11D", "12 rue Oberkampf", "5 passage Saint-Pierre-Amelot", "mixed", "http://127.0.0.1:8080/central"
)
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
AT = datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS)
REFERENCE = "75011-0042-000001"
CARD = "0042000001"


class PowerCutError(Exception):
    """The mains are gone between two things the station does."""


@dataclass
class World:
    """Everything outside the visit, in one diary. After `cut` entries the power goes."""

    diary: list[str] = field(default_factory=list)
    refuses: tuple[type[Fact], ...] = ()
    """Kinds of facts the disk has no room for."""
    cut: int | None = None
    instant: float = 0.0
    events: list[DeviceEvent] = field(default_factory=list)
    charged: list[tuple[str, int]] = field(default_factory=list)
    view: View | None = None

    def note(self, what: str) -> None:
        if self.cut is not None and len(self.diary) >= self.cut:
            raise PowerCutError
        self.diary.append(what)

    # the ports

    def show(self, view: View) -> None:
        self.view = view
        self.note(f"show {view.screen}")

    def beep(self, tone: Tone) -> None:
        self.note(f"beep {tone.value}")

    def charge(self, cents: int, reference: str) -> None:
        self.note(f"charge {cents} {reference}")
        self.charged.append((reference, cents))

    def withdraw(self) -> None:
        self.note("withdraw")

    def print(self, ticket: Ticket) -> None:
        self.note(f"print {ticket.number}")

    def look(self) -> None:
        self.note("look")

    def take(self) -> Sequence[DeviceEvent]:
        events, self.events = self.events, []
        return events

    def now(self) -> float:
        return self.instant

    def wall(self) -> datetime:
        return AT

    def synchronised(self) -> None:
        return None


class Disk(Journal):
    """A journal whose disk can be full, in the diary of the world."""

    world: World

    def append(self, fact: Fact, at: datetime, instant: float) -> Entry:
        if isinstance(fact, self.world.refuses):
            raise JournalError(self.path, "not written, and not to be acted upon: database or disk is full")
        self.world.note(f"fact {type(fact).__name__}")
        return super().append(fact, at, instant)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    provision(tmp_path / "state", SITE.station)
    return tmp_path / "state"


@contextlib.contextmanager
def switched_on(folder: Path, world: World) -> Iterator[Station]:
    journal = Disk(folder / JOURNAL, verify(folder / JOURNAL), "boot")
    journal.world = world
    devices = Devices(world, world, world, world, (world,), ())
    given = Provision(always(ActiveConfig(SITE, TARIFFS)), catalogues(), load_signing_key(folder / KEY))
    with contextlib.closing(journal):
        yield Station(given, devices, journal, world)


def tell(station: Station, world: World, *events: DeviceEvent) -> None:
    """Each event in a turn of its own."""
    for event in events:
        world.events.append(event)
        station.turn()


def press(station: Station, world: World, *keys: Key) -> None:
    tell(station, world, *map(KeyPressed, keys))


def facts(folder: Path) -> list[str]:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return [type(fact).__name__ for fact in reader.facts()]


WELL = (TerminalIs(True), PrinterIs(PrinterState.OK))
TO_THE_BANK = tuple(map(Key, ("A", "B", "1", "2", "3", "C", "D", "OK", "2", "OK")))
"""A plate, then on the vehicle screen two hours in a car, then pay."""
ANOTHER_TO_THE_BANK = (*TO_THE_BANK[:6], Key.E, *TO_THE_BANK[7:])
"""Another plate: the first one's payment in doubt is a stay."""
Step = Callable[[Station, World], None]


def does(*events: DeviceEvent) -> Step:
    return lambda station, world: tell(station, world, *events)


def at_the_bank(station: Station, world: World) -> None:
    tell(station, world, *WELL)
    press(station, world, *TO_THE_BANK)


def another_at_the_bank(station: Station, world: World) -> None:
    tell(station, world, *WELL)
    press(station, world, *ANOTHER_TO_THE_BANK)


def bought(station: Station, world: World) -> None:
    at_the_bank(station, world)
    tell(station, world, Approved(CARD, 1200), KeyPressed(Key.OK), Printed(REFERENCE))


# --- in order -----------------------------------------------------------------------------------------------------


VISIT = [
    *("fact Started", "show idle", "show idle", "show idle"),
    *("beep accepted", "look", "show plate", *["beep accepted", "show plate"] * 6),
    *("beep accepted", "show vehicle", "beep accepted", "show duration"),
    *("beep accepted", "fact PaymentStarted", f"charge 1200 {CARD}", "show present card"),
    *("fact RightSold", "beep accepted", "show approved"),
    *("beep accepted", f"print {REFERENCE}", "show printing"),
    *("fact TicketPrinted", "show take ticket"),
]


def test_a_whole_visit_in_the_order_it_happens(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        station.turn()
        bought(station, world)
    assert world.diary == VISIT


def test_the_glass_is_written_only_when_the_picture_changes(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        before = len(world.diary)
        for _ in range(5):
            station.turn()
        assert len(world.diary) == before


def test_it_asks_to_be_woken_for_the_screen_and_for_the_clock_on_the_wall(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        assert station.wake_at == 6.0
        at_the_bank(station, world)
        world.instant = 15.0
        station.turn()
        assert station.wake_at == 15.5
        tell(station, world, Declined(CARD, Reason.NOT_ASKED))
        assert station.wake_at == 35.0


def test_a_key_at_the_very_instant_time_is_up_gives_the_next_screen_its_whole_patience(folder: Path) -> None:
    """Twelve seconds after "paid", OK: the ticket is printed, and not given up in the same breath."""
    world = World()
    with switched_on(folder, world) as station:
        at_the_bank(station, world)
        tell(station, world, Approved(CARD, 1200))
        world.instant = 12.0
        press(station, world, Key.OK)
        assert station.machine.screen.name == "printing"
        assert "fact TicketFailed" not in world.diary


# --- the disk is full ---------------------------------------------------------------------------------------------

FULL: tuple[tuple[type[Fact], Step, DeviceEvent], ...] = (
    (PaymentStarted, does(*WELL, *map(KeyPressed, TO_THE_BANK[:-1])), KeyPressed(Key.OK)),
    (RightSold, at_the_bank, Approved(CARD, 1200)),
    (PaymentRefused, at_the_bank, Declined(CARD, Reason.REFUSED)),
    (InDoubt, at_the_bank, Unanswered(CARD)),
    (
        TicketPrinted,
        does(*WELL, *map(KeyPressed, TO_THE_BANK), Approved(CARD, 1200), KeyPressed(Key.OK)),
        Printed(REFERENCE),
    ),
    (
        TicketFailed,
        does(*WELL, *map(KeyPressed, TO_THE_BANK), Approved(CARD, 1200), KeyPressed(Key.OK)),
        NotPrinted(REFERENCE, PrinterState.OUT),
    ),
    (AlarmRaised, does(*WELL), TerminalIs(False)),
    (AlarmCleared, does(*WELL, TerminalIs(False)), TerminalIs(True)),
    (UnexpectedEvent, does(*WELL), Approved("0042000099", 1)),
)


@pytest.mark.parametrize(("fact", "before", "event"), FULL, ids=lambda value: getattr(value, "__name__", None))
def test_after_a_fact_that_cannot_be_written_nothing_more_happens(
    folder: Path, fact: type[Fact], before: Step, event: DeviceEvent
) -> None:
    world = World(refuses=(fact,))
    with switched_on(folder, world) as station:
        before(station, world)
        at = len(world.diary)
        charged = list(world.charged)
        tell(station, world, event)
        then = world.diary[at:]
        assert then == [*(["beep accepted"] if isinstance(event, KeyPressed) else []), "show broken"]
        assert world.charged == charged
        assert world.view is not None
        assert "Code J1 · 75011-0042" in world.view.lines
        press(station, world, *TO_THE_BANK)
        assert world.charged == charged
        assert station.machine.screen.name == "broken"
    assert fact.__name__ not in facts(folder)


def test_a_journal_that_cannot_even_take_the_start_sells_nothing(folder: Path) -> None:
    world = World(refuses=(Started,))
    with switched_on(folder, world) as station:
        at_the_bank(station, world)
        assert world.charged == []
        assert world.view is not None
        assert world.view.screen == "broken"


def test_a_payment_whose_end_could_not_be_written_is_in_doubt_at_the_next_start(folder: Path) -> None:
    full = World(refuses=(RightSold,))
    with switched_on(folder, full) as station:
        at_the_bank(station, full)
        tell(station, full, Approved(CARD, 1200))
        assert "Payé" not in str(full.view)
    with switched_on(folder, World()):
        pass
    assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt"]


# --- the power goes -----------------------------------------------------------------------------------------------


def test_recovery_is_written_before_the_first_sale(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        at_the_bank(station, world)
    with switched_on(folder, World()) as station:
        assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt"]
        second = World()
        another_at_the_bank(station, second)
    assert facts(folder).index("InDoubt") == 3


def test_a_new_start_gives_the_next_number_and_takes_the_late_answer_of_the_last_payment(folder: Path) -> None:
    with switched_on(folder, first := World()) as station:
        at_the_bank(station, first)
    with switched_on(folder, second := World()) as station:
        another_at_the_bank(station, second)
        tell(station, second, Approved(CARD, 1200))
    assert second.charged == [("0042000002", 1200)]
    assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt", "PaymentStarted", "RightSold"]


@pytest.mark.parametrize("cut", range(len(VISIT) + 1))
def test_the_power_cut_between_any_two_things_the_station_does(folder: Path, cut: int) -> None:
    """What the bank was asked is in the journal, and has an end there; what was not is not."""
    world = World(cut=cut)
    with contextlib.suppress(PowerCutError), switched_on(folder, world) as station:
        station.turn()
        bought(station, world)
    asked = bool(world.charged)
    again = World()
    with switched_on(folder, again) as station:
        assert station.machine.screen.name == "idle"
    told = facts(folder)
    assert told.count("PaymentStarted") >= asked
    assert told.count("RightSold") + told.count("InDoubt") == told.count("PaymentStarted")
    assert ("RightSold" in told) == ("fact RightSold" in world.diary)
    assert verify(folder / JOURNAL).seq == len(told)
