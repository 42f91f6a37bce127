"""The station looks at its clock at the start, every minute, and when it jumps; and every sale says how good it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firmware.app import Devices, Provision, Station
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.site import Site
from firmware.journal.journal import Journal, JournalReader
from firmware.locale import catalogues
from firmware.protocol.facts import AlarmCleared, AlarmRaised, DoorMoved, Fact, InDoubt, PaymentStarted, RightSold, Started
from firmware.station.signing_key import load_signing_key
from firmware.station.state_folder import JOURNAL, KEY, provision
from firmware.tariff import load_tariffs
from hal.ports import (
    Approved,
    DeviceEvent,
    DoorClosed,
    DoorOpened,
    Key,
    KeyPressed,
    PrinterIs,
    PrinterState,
    TerminalIs,
    Ticket,
    Tone,
    View,
)

PARIS = ZoneInfo("Europe/Paris")
SITE = Site(
    "75011-0042", 1, 11, "11D", "12 rue Oberkampf", "5 passage Saint-Pierre-Amelot", "mixed", "http://127.0.0.1/central"
)
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
AT = datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS)
RELEASED = datetime(2025, 1, 1, tzinfo=PARIS)
HOUR = timedelta(hours=1)
CARD = "0042000001"
TO_THE_BANK = tuple(KeyPressed(Key(name)) for name in ("A", "B", "1", "2", "3", "C", "D", "OK", "2", "OK"))
WELL: tuple[DeviceEvent, ...] = (TerminalIs(True), PrinterIs(PrinterState.OK))


@dataclass
class World:
    """Ports that do nothing, and a clock in our hands."""

    at: datetime = AT
    instant: float = 0.0
    kept: bool | None = None
    charged: int = 0
    view: View | None = None
    events: list[DeviceEvent] = field(default_factory=list)

    def show(self, view: View) -> None:
        self.view = view

    def beep(self, tone: Tone) -> None: ...

    def charge(self, cents: int, reference: str) -> None:
        self.charged += 1

    def withdraw(self) -> None: ...

    def print(self, ticket: Ticket) -> None: ...

    def look(self) -> None: ...

    def take(self) -> Sequence[DeviceEvent]:
        events, self.events = self.events, []
        return events

    def now(self) -> float:
        return self.instant

    def wall(self) -> datetime:
        return self.at

    def synchronised(self) -> bool | None:
        return self.kept

    def passes(self, seconds: float) -> None:
        self.instant += seconds
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    provision(tmp_path / "state", SITE.station)
    return tmp_path / "state"


@contextlib.contextmanager
def switched_on(folder: Path, world: World) -> Iterator[Station]:
    devices = Devices(world, world, world, world, (world,), ())
    given = Provision(always(ActiveConfig(SITE, TARIFFS)), catalogues(), load_signing_key(folder / KEY), released=RELEASED)
    with contextlib.closing(Journal.open(folder / JOURNAL, SITE.station, "boot")) as journal:
        station = Station(given, devices, journal, world)
        tell(station, world, *WELL)
        yield station


def tell(station: Station, world: World, *events: DeviceEvent) -> None:
    for event in events:
        world.events.append(event)
        station.turn()


def facts(folder: Path) -> list[Fact]:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return list(reader.facts())


@pytest.mark.parametrize(("kept", "quality"), [(True, "synchronised"), (False, "free running"), (None, "unknown")])
def test_the_start_and_every_fact_of_a_sale_bear_the_quality_of_the_clock(
    folder: Path, kept: bool | None, quality: str
) -> None:
    world = World(kept=kept)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK, Approved(CARD, 1200))
    dated = [fact.clock for fact in facts(folder) if isinstance(fact, Started | PaymentStarted | RightSold)]
    assert dated == [quality] * 3


def test_a_payment_found_open_after_a_power_cut_bears_the_clock_that_it_began_by(folder: Path) -> None:
    world = World(kept=True)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
    later = World(at=AT + HOUR, kept=False)
    with switched_on(folder, later) as station:
        tell(station, later, Approved(CARD, 1200))
    assert [fact.clock for fact in facts(folder) if isinstance(fact, InDoubt | RightSold)] == ["synchronised"] * 2


def test_a_clock_set_back_before_the_journal_sells_nothing_after_a_power_cut_and_says_why(folder: Path) -> None:
    with switched_on(folder, World()):
        pass
    world = World(at=AT - HOUR)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
        assert world.charged == 0
        assert world.view is not None
        assert "Code C1 · 75011-0042" in world.view.lines
    told = facts(folder)
    assert [fact.clock for fact in told if isinstance(fact, Started)] == ["unknown", "wrong"]
    assert AlarmRaised("clock wrong") in told
    assert not [fact for fact in told if isinstance(fact, PaymentStarted)]


def test_a_start_that_found_it_wrong_raises_the_alarm_after_it_says_that_it_started(folder: Path) -> None:
    """The city takes a start for the end of every alarm before it."""
    with switched_on(folder, World(at=RELEASED - HOUR)):
        pass
    assert [type(fact) for fact in facts(folder)] == [Started, AlarmRaised]


def test_a_jump_back_is_seen_at_the_next_turn_and_sells_nothing_until_the_clock_is_right(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        world.at -= HOUR
        tell(station, world, *TO_THE_BANK)
        assert world.charged == 0
        world.at += HOUR
        tell(station, world, *TO_THE_BANK)
        assert world.charged == 1
    assert [type(fact) for fact in facts(folder)] == [Started, AlarmRaised, AlarmCleared, PaymentStarted]


def test_what_the_kernel_says_is_asked_again_every_minute(folder: Path) -> None:
    world = World(kept=True)
    with switched_on(folder, world) as station:
        world.kept = False
        assert station.wake_at <= 60.0
        for _ in range(60):
            world.passes(1.0)
            station.turn()
        assert station.machine.health.clock.quality == "free running"


def test_a_week_without_being_kept_right_is_an_alarm_and_sells_on(folder: Path) -> None:
    with switched_on(folder, World(kept=True)):
        pass
    world = World(at=AT + timedelta(days=8), kept=False)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
        assert world.charged == 1
    assert AlarmRaised("clock drifting") in facts(folder)


def test_the_door_is_written_down_when_it_is_not_as_it_was(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        tell(station, world, DoorClosed(), DoorOpened())
    again = World()
    with switched_on(folder, again) as station:
        tell(station, again, DoorClosed())
    assert [fact for fact in facts(folder) if isinstance(fact, DoorMoved)] == [DoorMoved(True), DoorMoved(False)]
