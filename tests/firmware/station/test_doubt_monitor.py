"""Payments in doubt close card sales: three of them, or one that the terminal has owed an answer for three minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.app import Station
from firmware.domain.reference import bank_reference
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import InDoubt, PaymentStarted, SalesResumed, Started, UnexpectedEvent
from firmware.screens.service.selling import Selling
from firmware.screens.service.session import Session
from firmware.station.doubt_monitor import LONGEST, MOST, DoubtMonitor
from hal.ports import NEVER, Approved, Declined, DeviceEvent, Key, Reason, Unanswered
from tests.builders import right, station
from tests.firmware.diary import TO_THE_BANK, WELL
from tests.world import World, press, tell

WALL = datetime(2026, 3, 4, 10, tzinfo=UTC)


def doubting(*reasons: str) -> Ledger:
    return Ledger(unresolved={right(number).reference: why for number, why in enumerate(reasons, 1)})


def test_three_doubts_close_card_sales_whatever_made_them() -> None:
    monitor = DoubtMonitor()
    assert not monitor.look(doubting(*["power cut"] * (MOST - 1)), WALL, 0.0)[0]
    assert monitor.look(doubting(*["power cut"] * MOST), WALL, 0.0)[0]


def test_an_answer_that_the_terminal_owes_for_three_minutes_closes_them() -> None:
    monitor, ledger = DoubtMonitor(), doubting("unanswered")
    assert not monitor.look(ledger, WALL, 100.0)[0]
    assert monitor.wake_at == 100.0 + LONGEST
    assert not monitor.look(doubting("unanswered", "unanswered"), WALL, 200.0)[0]
    assert monitor.wake_at == 100.0 + LONGEST, "the oldest counts"
    assert not monitor.look(ledger, WALL, 99.0 + LONGEST)[0]
    assert monitor.look(doubting("unanswered", "unanswered"), WALL, 100.0 + LONGEST)[0]
    assert monitor.look(ledger, WALL, 100.0 + LONGEST)[0]
    assert not monitor.look(Ledger(), WALL, 101.0 + LONGEST)[0]
    assert monitor.wake_at == NEVER


def test_a_power_cut_alone_closes_nothing_however_long_it_is() -> None:
    monitor = DoubtMonitor()
    assert not monitor.look(doubting("power cut"), WALL, 0.0)[0]
    assert monitor.look(doubting("power cut"), WALL, 1e9) == (False, None, True)
    assert monitor.wake_at == NEVER


def silent_since(at: datetime, fact: InDoubt) -> Ledger:
    return Ledger().after(PaymentStarted(right(1)), at).after(fact, at)


def test_a_restart_counts_from_the_instants_of_the_facts() -> None:
    ledger = silent_since(WALL, InDoubt(right(1), "unanswered"))
    assert DoubtMonitor().look(ledger, WALL, 0.0) == (False, WALL + timedelta(seconds=LONGEST), False)
    assert DoubtMonitor().look(ledger, WALL + timedelta(seconds=LONGEST), 0.0) == (True, None, False)


@given(at=st.floats(0.0, 3 * LONGEST), step=st.floats(0.1, LONGEST))
def test_nobody_is_asked_for_a_card_between_a_silence_and_its_alarm(at: float, step: float) -> None:
    """Card sales are closed by one or the other, whenever the station looks and whenever it looked before."""
    monitor, ledger = DoubtMonitor(), silent_since(WALL, InDoubt(right(1), "unanswered"))
    for instant in (at, at + step):
        closing, busy_until, _ = monitor.look(ledger, WALL + timedelta(seconds=instant), instant)
        assert closing is not bool(busy_until)


def test_a_power_cuts_doubt_is_told_once_its_terminal_surely_asks_no_more() -> None:
    cut = Ledger().after(PaymentStarted(right(1)), WALL).after(InDoubt(right(1), "power cut"), WALL)
    monitor = DoubtMonitor()
    assert not monitor.look(cut, WALL, 0.0).lasting
    assert monitor.wake_at == LONGEST
    assert monitor.look(cut, WALL + timedelta(seconds=LONGEST), LONGEST) == (False, None, True)
    both = cut.after(InDoubt(right(2), "unanswered"), WALL)
    assert DoubtMonitor().look(both, WALL + timedelta(seconds=LONGEST), 0.0) == (True, None, False), "the graver one is told"
    assert not monitor.look(cut.after(SalesResumed("07")), WALL, LONGEST + 1.0).lasting, "a technician has compared"


def test_a_clock_that_jumps_shortens_nothing() -> None:
    monitor, ledger = DoubtMonitor(), silent_since(WALL, InDoubt(right(1), "unanswered"))
    monitor.look(ledger, WALL, 0.0)
    assert monitor.wake_at == LONGEST
    assert monitor.look(ledger, WALL + timedelta(days=1), 1.0)[1]
    assert not monitor.look(ledger, WALL - timedelta(days=1), LONGEST)[1]


def test_a_power_cuts_payment_is_open_from_its_request_on_and_an_answer_closes_it() -> None:
    begun = Ledger().after(PaymentStarted(right(1)), WALL)
    doubt, later = InDoubt(right(1), "power cut"), WALL + timedelta(seconds=100)
    for ledger in (begun.after(Started("1", "2026")), begun.after(doubt, later)):
        assert DoubtMonitor().look(ledger, later, 0.0)[1] == WALL + timedelta(seconds=LONGEST)
    answered = begun.after(doubt, later).after(UnexpectedEvent("?", bank_reference(right(1).reference), 6000))
    assert DoubtMonitor().look(answered, later, 0.0)[1] is None
    assert DoubtMonitor().look(begun, later, 0.0)[1] is None, "a payment that a screen awaits"


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


def test_the_alarm_ends_in_the_turn_in_which_a_technician_has_compared(folder: Path) -> None:
    world = World()
    with station(folder, world) as running:
        tell(running, world, *WELL)
        pay_and_hear_nothing(running, world)
        world.passes(LONGEST)
        running.turn()
        running.machine = replace(running.machine, screen=Selling(Session("07", Selling, Selling)))
        press(running, world, Key.OK)
        assert running.machine.health.alarms == {"payments in doubt"}, "out of sales"
        press(running, world, Key.OK)
        assert running.machine.health.alarms == frozenset(), "back"
