"""A terminal that can be asked, and gives back: payments without an end after a start, doubts, debits that sold nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from firmware.app import Station
from firmware.protocol.facts import InDoubt, PaymentReversed, UnexpectedEvent
from firmware.screens.payment_ended import Returning
from firmware.station.terminal_inquiries import ANSWER_WITHIN, INTERVAL, LONGEST_INTERVAL, OFTEN, READY_WITHIN
from firmware.visit.sales_policy import fault_code
from hal.ports import (
    Approved,
    Capabilities,
    Declined,
    DeviceEvent,
    Key,
    NotReversed,
    Reason,
    Reversed,
    TerminalIs,
    Unanswered,
)
from tests.firmware.able_terminal import MORE, interrupt, lasts, on, written
from tests.firmware.diary import ANOTHER_TO_THE_BANK, CARD, WELL, Diary, facts, go_to_the_bank
from tests.world import press, tell

# --- after a start ------------------------------------------------------------------------------------------------


def test_the_terminal_is_asked_before_a_payment_is_in_doubt_and_nothing_is_sold_by_card_meanwhile(folder: Path) -> None:
    interrupt(folder)
    with on(folder) as (station, world):
        assert world.asked == []
        tell(station, world, *WELL)
        assert world.asked == [CARD]
        assert "InDoubt" not in facts(folder)
        assert fault_code(station.context()) == "T3"
        press(station, world, *ANOTHER_TO_THE_BANK)
        assert world.charged == []
        tell(station, world, Approved(CARD, 1200))
        assert fault_code(station.context()) == ""
    assert facts(folder) == ["Started", "PaymentStarted", "Started", "RightSold"]


@pytest.mark.parametrize(("answer", "end"), [(Unanswered(CARD), "InDoubt"), (Declined(CARD, Reason.NO_CARD), "PaymentRefused")])
def test_its_answer_is_the_end_of_the_payment(folder: Path, answer: DeviceEvent, end: str) -> None:
    interrupt(folder)
    with on(folder) as (station, world):
        tell(station, world, *WELL, answer)
    assert facts(folder)[3:] == [end]


def test_a_payment_that_the_terminal_says_nothing_about_is_in_doubt_after_half_a_minute(folder: Path) -> None:
    interrupt(folder)
    with on(folder) as (station, world):
        tell(station, world, *WELL)
        lasts(station, world, ANSWER_WITHIN - 0.1)
        assert "InDoubt" not in facts(folder)
        assert station.wake_at <= world.instant + 0.1
        lasts(station, world, 0.1)
    (doubt,) = [fact for fact in written(folder) if isinstance(fact, InDoubt)]
    assert doubt.why == "power cut"


def test_a_terminal_that_does_not_come_back_is_waited_for_two_minutes(folder: Path) -> None:
    interrupt(folder)
    with on(folder) as (station, world):
        tell(station, world, TerminalIs(False))
        lasts(station, world, READY_WITHIN - 0.1)
        assert "InDoubt" not in facts(folder)
        lasts(station, world, 0.1)
        assert facts(folder).count("InDoubt") == 1
        tell(station, world, TerminalIs(True))
        assert world.asked == [CARD], "the doubt is asked about when it is there again"


def test_a_terminal_that_cannot_be_asked_leaves_a_doubt_at_once(folder: Path) -> None:
    interrupt(folder)
    with on(folder, Capabilities()) as (station, world):
        tell(station, world, *WELL)
        assert world.asked == []
    assert facts(folder)[3:] == ["InDoubt"]


def test_it_is_taken_back_before_it_is_asked_about_and_a_doubt_is_not(folder: Path) -> None:
    """Nobody attends to it, and the next motorist's card must not pay it; whoever has a doubt was told that he is covered."""
    interrupt(folder)
    with on(folder) as (station, world):
        tell(station, world, *WELL)
        assert (world.aborted, world.asked) == ([CARD], [CARD])
        tell(station, world, Unanswered(CARD), TerminalIs(True))
        assert world.aborted == [CARD]


# --- doubts -------------------------------------------------------------------------------------------------------


def doubt(station: Station, world: Diary) -> None:
    go_to_the_bank(station, world)
    tell(station, world, Unanswered(CARD))


def test_a_doubt_is_asked_about_every_twenty_seconds_and_whenever_the_terminal_comes_back(folder: Path) -> None:
    with on(folder) as (station, world):
        doubt(station, world)
        lasts(station, world, INTERVAL)
        assert world.asked == [CARD]
        lasts(station, world, 10 * INTERVAL)
        assert world.asked == [CARD], "it asks by itself until the terminal answers"
        for times in range(2, 20):
            tell(station, world, Unanswered(CARD))
            lasts(station, world, INTERVAL - 0.1)
            assert world.asked == [CARD] * (times - 1)
            lasts(station, world, 0.1)
            assert world.asked == [CARD] * times
        tell(station, world, TerminalIs(True))
        assert world.asked == [CARD] * 20, "it may have started anew, and heard nothing of the last question"


def test_after_an_hour_a_doubt_is_asked_about_at_intervals_that_double_up_to_ten_minutes(folder: Path) -> None:
    with on(folder) as (station, world):
        doubt(station, world)
        began, asked = world.instant, [world.instant]
        while world.instant - began < 3 * OFTEN:
            before = len(world.asked)
            lasts(station, world, INTERVAL)
            if len(world.asked) > before:
                asked.append(world.instant)
                tell(station, world, Unanswered(CARD))
        gaps = [(after - began, after - before) for before, after in pairwise(asked)]
        assert {gap for age, gap in gaps if age <= OFTEN} == {INTERVAL}
        assert [gap for age, gap in gaps if age > OFTEN][:6] == [INTERVAL, INTERVAL, 40.0, 80.0, 160.0, 320.0]
        assert gaps[-1][1] == LONGEST_INTERVAL


def test_a_doubt_is_resolved_as_soon_as_the_terminal_answers_again_and_card_sales_open(folder: Path) -> None:
    with on(folder) as (station, world):
        doubt(station, world)
        tell(station, world, TerminalIs(False))
        lasts(station, world, 200.0)
        assert station.machine.health.doubts
        tell(station, world, TerminalIs(True))
        assert world.asked == [CARD]
        tell(station, world, Approved(CARD, 1200))
        assert not station.machine.health.doubts
    assert facts(folder).count("RightSold") == 1


def test_a_doubt_of_yesterday_is_left_to_people(folder: Path) -> None:
    with on(folder) as (station, world):
        doubt(station, world)
        tell(station, world, TerminalIs(False))
        lasts(station, world, 25 * 3600.0)
        tell(station, world, TerminalIs(True))
        assert world.asked == []


# --- debits that sold nothing -------------------------------------------------------------------------------------


def test_another_amount_is_written_down_and_then_given_back_and_an_alarm_names_it_meanwhile(folder: Path) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, MORE)
        assert isinstance(station.machine.screen, Returning)
        assert world.reversals == [(CARD, 1300, "T-7")]
        assert facts(folder)[2:3] == ["UnexpectedEvent"]
        assert "debit to give back" in station.machine.health.alarms
        tell(station, world, Reversed(CARD))
        assert "debit to give back" not in station.machine.health.alarms
        assert world.reversals == [(CARD, 1300, "T-7")]
    assert PaymentReversed(CARD, 1300) in written(folder)
    assert facts(folder).count("PaymentRefused") == 1, "and the payment has its end"


def test_a_reversal_that_the_power_cut_interrupts_is_asked_for_again_and_never_once_it_is_done(folder: Path) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, MORE)
    with on(folder) as (station, world):
        assert world.reversals == []
        tell(station, world, *WELL)
        assert world.reversals == [(CARD, 1300, "T-7")]
        tell(station, world, Reversed(CARD), MORE, Reversed(CARD))
    with on(folder) as (station, world):
        tell(station, world, *WELL, MORE)
        assert world.reversals == []
    assert facts(folder).count("PaymentReversed") == 1


def test_what_is_not_given_back_is_a_technicians_business(folder: Path) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, MORE, NotReversed(CARD, "card 4970105181818183 is gone"), TerminalIs(False), TerminalIs(True))
        assert world.reversals == [(CARD, 1300, "T-7")]
        assert "debit to give back" in station.machine.health.alarms
    *_, failed = [fact for fact in written(folder) if isinstance(fact, UnexpectedEvent)]
    assert (failed.reversal, failed.cents, failed.what) == ("failed", 1300, f"no reversal of 13.00 for {CARD}: card … is gone")


def test_a_debit_for_nobody_is_given_back_and_one_without_a_name_is_not(folder: Path) -> None:
    with on(folder) as (station, world):
        tell(station, world, *WELL, Approved("ZZZZ010001", 500, transaction="X"), Approved("", 500, transaction="Y"))
        assert world.reversals == [("ZZZZ010001", 500, "X")]


def test_a_terminal_that_gives_nothing_back_is_not_asked_to(folder: Path) -> None:
    with on(folder, Capabilities(asks=True)) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, MORE)
        assert world.reversals == []
        assert "debit to give back" not in station.machine.health.alarms


def test_the_second_payment_of_one_purchase_is_given_back(folder: Path) -> None:
    """The first was refused, was paid again, and turns out to have been debited after all."""
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, Declined(CARD, Reason.REFUSED))
        press(station, world, Key.OK, Key.OK)
        second = world.charged[-1][0]
        tell(station, world, Approved(CARD, 1200, transaction="A"), Approved(second, 1200, transaction="B"))
        assert world.reversals == [(second, 1200, "B")]
        tell(station, world, Reversed(second))
        assert len(station.context().ledger.sold) == 1
    assert facts(folder).count("RightSold") == 1


# --- nothing to do is nothing to be woken for ---------------------------------------------------------------------


@pytest.mark.parametrize("capabilities", [Capabilities(), Capabilities(asks=True)], ids=["cannot be asked", "can"])
@pytest.mark.parametrize("ready", [True, False])
def test_after_a_silence_a_station_sleeps_whatever_its_terminal_can_do(
    folder: Path, ready: bool, capabilities: Capabilities
) -> None:
    """A question that is due and cannot be asked would take all of the processor."""
    with on(folder, capabilities) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, Unanswered(CARD), TerminalIs(ready))
        lasts(station, world, INTERVAL + 1.0)
        assert station.wake_at > world.instant
