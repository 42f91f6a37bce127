"""What the station does on its devices and in its journal, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from firmware.machine import Machine
from firmware.screens.idle import Resting
from firmware.visit.context import Context
from hal.ports import (
    Approved,
    Declined,
    Key,
    Reason,
    View,
)
from tests.firmware.diary import (
    CARD,
    VISIT,
    WELL,
    Diary,
    buy,
    go_to_the_bank,
    switched_on,
)
from tests.world import press, tell


def test_a_whole_visit_in_the_order_it_happens(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        station.turn()
        buy(station, world)
    assert world.entries == VISIT


def test_the_glass_is_written_only_when_the_picture_changes(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        before = len(world.entries)
        for _ in range(5):
            station.turn()
        assert len(world.entries) == before


def test_at_rest_a_picture_is_made_when_the_minute_is_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    view = Machine.view

    def noted(machine: Machine, here: Context) -> View:
        made.append(f"{here.now:%H:%M:%S}")
        return view(machine, here)

    monkeypatch.setattr(Machine, "view", noted)
    world = Diary()
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        station.machine = replace(station.machine, screen=Resting())
        made.clear()
        for _ in range(60):
            station.turn()
            world.passes(1.0)
    assert made == ["10:00:20", "10:01:00"]


def test_it_asks_to_be_woken_for_the_screen_and_for_the_clock_on_the_wall(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        assert station.wake_at == 6.0
        go_to_the_bank(station, world)
        world.instant = 15.0
        station.turn()
        assert station.wake_at == 16.0
        tell(station, world, Declined(CARD, Reason.NOT_ASKED))
        assert station.wake_at == 25.0


def test_woken_at_its_own_instant_it_does_what_is_due_and_woken_before_nothing(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        pages = []
        for instant in (5.9, 6.0, 11.9, 12.0):
            world.instant = instant
            station.wake()
            pages.append(getattr(station.machine.screen, "page", None))
        assert pages == [0, 1, 1, 2]


def test_a_key_at_the_very_instant_time_is_up_gives_the_next_screen_its_whole_patience(folder: Path) -> None:
    """Twelve seconds after "paid", OK: the ticket is printed, and not given up in the same breath."""
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 1200))
        world.instant = 12.0
        press(station, world, Key.OK)
        assert station.machine.screen.name == "printing"
        assert "fact TicketFailed" not in world.entries
