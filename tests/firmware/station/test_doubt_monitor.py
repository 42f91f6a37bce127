"""Payments in doubt close card sales: three of them, or one that the terminal has owed an answer for three minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.app import Station
from firmware.ledger.ledger import Ledger
from firmware.station.doubt_monitor import LONGEST, MOST, DoubtMonitor
from hal.ports import NEVER, Approved, Declined, DeviceEvent, Reason, Unanswered
from tests.builders import right, station
from tests.firmware.diary import TO_THE_BANK, WELL
from tests.world import World, press, tell


def doubting(*reasons: str) -> Ledger:
    return Ledger(unresolved={right(number).reference: why for number, why in enumerate(reasons, 1)})


def test_three_doubts_close_card_sales_whatever_made_them() -> None:
    monitor = DoubtMonitor()
    assert not monitor.closing(doubting(*["power cut"] * (MOST - 1)), 0.0)
    assert monitor.closing(doubting(*["power cut"] * MOST), 0.0)
    assert monitor.wake_at == NEVER


def test_an_answer_that_the_terminal_owes_for_three_minutes_closes_them() -> None:
    monitor, ledger = DoubtMonitor(), doubting("unanswered")
    assert not monitor.closing(ledger, 100.0)
    assert monitor.wake_at == 100.0 + LONGEST
    assert not monitor.closing(doubting("unanswered", "unanswered"), 200.0)
    assert monitor.wake_at == 100.0 + LONGEST, "the oldest counts"
    assert not monitor.closing(ledger, 99.0 + LONGEST)
    assert monitor.closing(ledger, 100.0 + LONGEST)
    assert not monitor.closing(Ledger(), 101.0 + LONGEST)
    assert monitor.wake_at == NEVER


def test_a_power_cut_alone_closes_nothing_however_long_it_is() -> None:
    monitor = DoubtMonitor()
    assert not monitor.closing(doubting("power cut"), 0.0)
    assert not monitor.closing(doubting("power cut"), 1e9)
    assert monitor.wake_at == NEVER


def pay_and_hear_nothing(station: Station, world: World) -> None:
    press(station, world, *TO_THE_BANK)
    reference, _ = world.charged[-1]
    tell(station, world, Unanswered(reference))
    world.passes(50.0)
    station.turn()


LATE: list[DeviceEvent] = [Approved("31PA010001", 1200), Declined("31PA010001", Reason.REFUSED)]


@pytest.mark.parametrize("late", LATE)
def test_card_sales_close_and_open_again_with_the_late_answer(folder: Path, late: DeviceEvent) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
        pay_and_hear_nothing(running, world)
        assert running.machine.health.alarms == frozenset()
        assert running.wake_at <= world.now() + LONGEST
        world.passes(LONGEST - 50.0)
        running.turn()
        assert running.machine.health.alarms == {"payments in doubt"}
        press(running, world, *TO_THE_BANK)
        assert len(world.charged) == 1, "no other motorist is asked for a card"
        assert "T2" in str(world.view)
        tell(running, world, late)
        assert running.machine.health.alarms == frozenset()
