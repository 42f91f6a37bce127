"""The running station and its journals: begun anew when it must be, seen to while nobody is there, deliveries told."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from firmware.journal.line import LineReader
from firmware.journal.marks import CityMark, write_city_mark, write_cursor
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Fact, GenerationBegun, PaymentStarted, RightSold
from firmware.protocol.genesis import Position
from firmware.service.delivery_alarms import MOST_WAITING, delivery_alarms
from firmware.service.inspection import DeliveryStatus, ReadingSources
from firmware.station.checkpoint import CHECKPOINT
from firmware.station.upkeep import EVERY, HISTORY
from hal.ports import Approved
from tests.builders import NOW, station
from tests.firmware.diary import TO_THE_BANK, WELL
from tests.world import World, press, tell

MINUTE = timedelta(minutes=1)


def facts(folder: Path) -> list[tuple[int, Fact]]:
    """Every fact, and the generation of the journal it stands in."""
    with contextlib.closing(LineReader(folder)) as line:
        return [(journal.generation, journal.content_of(entry).fact) for journal, entry in line.entries_after(None)]


def the_city_holds_more(folder: Path) -> None:
    with contextlib.closing(LineReader(folder)) as line:
        write_city_mark(folder, CityMark(line.newest.start.hex(), "behind the city", None))


def test_a_station_that_is_behind_goes_on_in_a_new_journal_while_nobody_is_there(folder: Path) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
        press(running, world, *TO_THE_BANK[:3])
        the_city_holds_more(folder)
        world.passes(EVERY - 5)
        press(running, world, *TO_THE_BANK[3:])
        world.passes(6)
        tell(running, world, Approved(world.charged[0][0], 1200))
        assert {generation for generation, _ in facts(folder)} == {1}, "not under the motorist's fingers"
        world.passes(600)
        tell(running, world)
        running.turn()
        world.passes(EVERY)
        running.turn()
        assert running.machine.screen.name == "idle"
    assert facts(folder)[-1] == (2, GenerationBegun(2, "behind the city", "the city holds"))


def test_after_a_new_generation_a_sale_has_a_reference_of_its_own(folder: Path) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
    the_city_holds_more(folder)
    with station(folder, world) as running:
        tell(running, world, *WELL)
        press(running, world, *TO_THE_BANK)
    started = [fact.right.reference for _, fact in facts(folder) if isinstance(fact, PaymentStarted)]
    assert started == ["75011-0042.2-000001"]
    assert world.charged == [("31PA020001", 1200)]


def test_a_payment_left_open_in_the_old_journal_is_in_doubt_in_the_new_and_its_late_answer_counts(folder: Path) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
        press(running, world, *TO_THE_BANK)
    the_city_holds_more(folder)
    with station(folder, world) as running:
        tell(running, world, *WELL, Approved(world.charged[0][0], 1200))
    newest = [fact for generation, fact in facts(folder) if generation == 2]
    assert [type(fact).__name__ for fact in newest[:3]] == ["GenerationBegun", "Started", "InDoubt"]
    assert [fact.right.reference for fact in newest if isinstance(fact, RightSold)] == ["75011-0042-000001"]


def test_nothing_is_done_for_the_journals_while_somebody_is_there(folder: Path) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
        world.passes(EVERY - 10)
        press(running, world, *TO_THE_BANK[:1])
        world.passes(12)
        running.turn()
        assert running.machine.screen.name != "idle"
        assert not (folder / CHECKPOINT).exists()
        while running.machine.screen.name != "idle":
            world.passes(EVERY)
            running.turn()
        assert (folder / CHECKPOINT).exists()


def test_a_wrong_clock_is_not_told_to_the_upkeep(folder: Path) -> None:
    """Years ahead, everything seems long over: nothing may be deleted by such a clock."""
    world = World(at=NOW.replace(year=2101), kept=False)
    with station(folder, world) as running:
        tell(running, world, *WELL)
        assert running.machine.health.clock.wrong
        write_cursor(folder, Position(1, 1, "ab" * 32))
        world.passes(EVERY)
        running.turn()
        assert (folder / CHECKPOINT).exists()
        assert not (folder / HISTORY).exists()


def test_alarms_about_deliveries_are_raised_and_cleared_as_the_note_changes(folder: Path) -> None:
    world, told = World(), [DeliveryStatus(NOW, 1, refused="no such station")]
    with station(folder, world, reading_sources=ReadingSources(delivery=lambda: told[0])) as running:
        tell(running, world, *WELL)
        world.passes(EVERY)
        running.turn()
        assert running.machine.health.alarms == {"city refuses"}
        told[0] = DeliveryStatus(world.at, 99)
        world.passes(EVERY)
        running.turn()
    assert [fact for _, fact in facts(folder) if isinstance(fact, AlarmRaised | AlarmCleared)] == [
        AlarmRaised("city refuses"),
        AlarmCleared("city refuses"),
    ]


@pytest.mark.parametrize(
    ("delivery", "generation", "seq", "alarms"),
    [
        (DeliveryStatus(), 1, 500, set()),
        (DeliveryStatus(NOW, 500), 1, 500, set()),
        (DeliveryStatus(NOW - 15 * MINUTE, 400), 1, 500, set()),
        (DeliveryStatus(NOW - 16 * MINUTE, 499), 1, 500, {"sales undelivered"}),
        (DeliveryStatus(NOW - 16 * MINUTE, 500), 1, 500, set()),
        (DeliveryStatus(NOW, 0), 1, MOST_WAITING, set()),
        (DeliveryStatus(NOW, 0), 1, MOST_WAITING + 1, {"sales undelivered"}),
        (DeliveryStatus(NOW, 5, 1), 2, 1, {"journal begun anew"}),
        (DeliveryStatus(NOW, 1, 2), 2, 1, set()),
        (DeliveryStatus(NOW - 16 * MINUTE, 5, 1), 2, 1, {"journal begun anew", "sales undelivered"}),
        (DeliveryStatus(NOW, 5, clone=True, refused="no"), 1, 5, {"station cloned", "city refuses"}),
    ],
)
def test_which_alarms_a_delivery_status_is(delivery: DeliveryStatus, generation: int, seq: int, alarms: set[str]) -> None:
    assert delivery_alarms(delivery, generation, seq, NOW) == alarms
