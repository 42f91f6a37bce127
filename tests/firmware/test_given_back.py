"""A right whose money was returned: gone, the motorist told; and what the terminal says of it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.app import Station
from firmware.protocol.facts import RightGivenBack, RightSold
from firmware.screens.payment_ended import RETURNED_WITHIN, Cancelled, GivenBack, PaymentUnknown, Returning
from firmware.screens.ticket import Paid
from hal.ports import (
    Approved,
    Declined,
    DeviceEvent,
    Key,
    NotReversed,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    Reversed,
)
from tests.firmware.able_terminal import on, written
from tests.firmware.diary import CARD, TO_THE_BANK, Diary, facts, go_to_the_bank
from tests.world import press, tell


def buy(station: Station, world: Diary, transaction: str = "", authorisation: str = "") -> None:
    go_to_the_bank(station, world)
    tell(station, world, Approved(CARD, 1200, transaction=transaction, authorisation=authorisation))


def test_the_terminals_names_of_a_sale_are_kept_and_no_card_number(folder: Path) -> None:
    with on(folder) as (station, world):
        buy(station, world, transaction="T-7", authorisation="4970 1051 8181 8183")
    (sold,) = [fact for fact in written(folder) if isinstance(fact, RightSold)]
    assert (sold.transaction, sold.authorisation) == ("T-7", "…")


@pytest.mark.parametrize("event", [Reversed(CARD), Declined(CARD, Reason.REVERSED)])
def test_a_right_whose_money_was_returned_is_gone_and_the_motorist_is_told(folder: Path, event: DeviceEvent) -> None:
    with on(folder) as (station, world):
        before = station.context().ledger
        buy(station, world)
        assert isinstance(station.machine.screen, Paid)
        tell(station, world, event)
        assert isinstance(station.machine.screen, GivenBack)
        assert world.view is not None
        assert {"Paiement annulé", "Vous n’êtes pas couvert."} <= set(world.view.lines)
        ledger = station.context().ledger
        assert (ledger.stays, ledger.classes, ledger.sold) == (before.stays, before.classes, {})
        assert (ledger.counters.total.cents, ledger.counters.total.sales, ledger.counters.total.given_back) == (0, 0, 1)
        press(station, world, Key.OK, *TO_THE_BANK)
        assert world.charged[-1] == ("31PA010002", 1200)
    assert facts(folder).count("RightGivenBack") == 1


def test_what_is_said_of_it_again_changes_nothing(folder: Path) -> None:
    with on(folder) as (station, world):
        buy(station, world)
        tell(station, world, Reversed(CARD), Reversed(CARD), Declined(CARD, Reason.REVERSED))
    assert facts(folder).count("RightGivenBack") == 1


def test_a_ticket_that_comes_out_meanwhile_is_written_down(folder: Path) -> None:
    with on(folder) as (station, world):
        buy(station, world)
        press(station, world, Key.OK)
        tell(station, world, Reversed(CARD), Printed("75011-0042-000001"))
    assert facts(folder)[-2:] == ["RightGivenBack", "TicketPrinted"]


def test_a_yes_after_it_is_in_doubt_and_not_lost(folder: Path) -> None:
    with on(folder) as (station, world):
        buy(station, world, transaction="A")
        tell(station, world, Reversed(CARD), Approved(CARD, 1200, transaction="A"))
        assert list(station.context().ledger.unresolved.values()) == ["contradicted"]
        assert world.reversals == []
        tell(station, world, Declined(CARD, Reason.REVERSED), Approved(CARD, 1200, transaction="another"))
    assert [type(fact) for fact in written(folder)].count(RightSold) == 2
    assert [type(fact) for fact in written(folder)].count(RightGivenBack) == 1


def test_a_yes_told_again_gives_nothing_back_of_what_is_sold(folder: Path) -> None:
    with on(folder) as (station, world):
        buy(station, world, transaction="A")
        tell(station, world, Approved(CARD, 1200, transaction="A"), Approved(CARD, 1300, transaction="A"), Approved(CARD, 1200))
        assert world.reversals == []
        tell(station, world, Approved(CARD, 1200, transaction="B"), PrinterIs(PrinterState.OK))
        assert world.reversals == [(CARD, 1200, "B")]
        tell(station, world, Reversed(CARD))
        assert list(station.context().ledger.sold) == ["75011-0042-000001"]


@pytest.mark.parametrize("event", [Reversed(CARD), Declined(CARD, Reason.REVERSED)])
def test_what_is_given_back_before_anybody_is_told_to_go_leaves_no_right(folder: Path, event: DeviceEvent) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 600, transaction="A"), PrinterIs(PrinterState.OK))
        assert isinstance(station.machine.screen, Returning)
        assert world.reversals == [(CARD, 600, "A")]
        tell(station, world, event)
        assert isinstance(station.machine.screen, Cancelled)
        ledger = station.context().ledger
        assert (ledger.stays, ledger.unresolved, ledger.started) == ({}, {}, {})
    assert "InDoubt" not in facts(folder)


def test_what_is_not_given_back_within_a_minute_is_a_doubt(folder: Path) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 600, transaction="A"))
        for _ in range(RETURNED_WITHIN + 1):
            world.passes(1.0)
            station.turn()
        assert isinstance(station.machine.screen, PaymentUnknown)
        assert list(station.context().ledger.unresolved.values()) == ["mismatched"]


def test_what_cannot_be_given_back_is_a_doubt_at_once(folder: Path) -> None:
    with on(folder) as (station, world):
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 600, transaction="A"), NotReversed(CARD, "no answer"))
        assert isinstance(station.machine.screen, PaymentUnknown)
    assert facts(folder)[-2:] == ["UnexpectedEvent", "InDoubt"]
