"""Clock checks of the station: at start, every minute, at a jump; every sale records the quality of the clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware.app import Station
from firmware.journal.journal_file import JournalReader
from firmware.protocol.facts import AlarmCleared, AlarmRaised, DoorMoved, Fact, InDoubt, PaymentStarted, RightSold, Started
from firmware.station.state_folder import JOURNAL
from hal.ports import Approved, DoorClosed, DoorOpened, KeyPressed
from tests import builders
from tests.builders import NOW, PARIS
from tests.firmware import diary
from tests.firmware.diary import CARD, WELL
from tests.world import World, tell

RELEASED = datetime(2025, 1, 1, tzinfo=PARIS)
HOUR = timedelta(hours=1)
TO_THE_BANK = tuple(map(KeyPressed, diary.TO_THE_BANK))


@contextlib.contextmanager
def switched_on(folder: Path, world: World) -> Iterator[Station]:
    with builders.station(folder, world, released=RELEASED) as station:
        tell(station, world, *WELL)
        yield station


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
    later = World(at=NOW + HOUR, kept=False)
    with switched_on(folder, later) as station:
        tell(station, later, Approved(CARD, 1200))
    assert [fact.clock for fact in facts(folder) if isinstance(fact, InDoubt | RightSold)] == ["synchronised"] * 2


def test_a_clock_set_back_before_the_journal_sells_nothing_after_a_power_cut_and_says_why(folder: Path) -> None:
    with switched_on(folder, World()):
        pass
    world = World(at=NOW - HOUR)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
        assert world.charged == []
        assert world.view is not None
        assert any("Code C1 · 75011-0042" in line for line in world.view.lines)
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
        assert world.charged == []
        world.at += HOUR
        tell(station, world, *TO_THE_BANK)
        assert len(world.charged) == 1
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
    world = World(at=NOW + timedelta(days=8), kept=False)
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
        assert len(world.charged) == 1
    assert AlarmRaised("clock drifting") in facts(folder)


@pytest.mark.parametrize(("days", "raised"), [(91, False), (90, True), (3, True)])
def test_ninety_days_before_its_calendar_ends_a_station_raises_an_alarm_and_sells_on(
    folder: Path, days: int, raised: bool
) -> None:
    world = World(at=datetime(2035, 12, 31, 10, tzinfo=PARIS) - timedelta(days=days))
    with switched_on(folder, world) as station:
        tell(station, world, *TO_THE_BANK)
        assert len(world.charged) == 1
    assert (AlarmRaised("calendar ends") in facts(folder)) is raised


def test_the_door_is_written_down_when_it_is_not_as_it_was(folder: Path) -> None:
    world = World()
    with switched_on(folder, world) as station:
        tell(station, world, DoorClosed(), DoorOpened())
    again = World()
    with switched_on(folder, again) as station:
        tell(station, again, DoorClosed())
    assert [fact for fact in facts(folder) if isinstance(fact, DoorMoved)] == [DoorMoved(True), DoorMoved(False)]
