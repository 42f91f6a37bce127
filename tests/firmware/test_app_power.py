"""A power cut between any two acts of the station: what the bank was asked has its end in the journal."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from firmware.journal.journal_file import verify
from firmware.station.state_folder import JOURNAL
from hal.ports import (
    Approved,
)
from tests.firmware.diary import (
    CARD,
    VISIT,
    Diary,
    PowerCutError,
    buy,
    facts,
    go_to_the_bank,
    send_another_to_the_bank,
    switched_on,
)
from tests.world import tell


def test_recovery_is_written_before_the_first_sale(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
    with switched_on(folder, Diary()) as station:
        assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt"]
        second = Diary()
        send_another_to_the_bank(station, second)
    assert facts(folder).index("InDoubt") == 3


def test_a_new_start_says_whose_payment_the_power_cut_interrupted(folder: Path) -> None:
    with switched_on(folder, first := Diary()) as station:
        go_to_the_bank(station, first)
    with switched_on(folder, second := Diary()) as station:
        station.turn()
    assert second.view is not None
    assert any("AB-123-CD" in line for line in second.view.lines)
    assert "Paiement interrompu" in second.view.lines


def test_a_new_start_gives_the_next_number_and_takes_the_late_answer_of_the_last_payment(folder: Path) -> None:
    with switched_on(folder, first := Diary()) as station:
        go_to_the_bank(station, first)
    with switched_on(folder, second := Diary()) as station:
        tell(station, second, Approved(CARD, 1200))
        send_another_to_the_bank(station, second)
    assert second.charged == [("31PA010002", 1200)]
    assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt", "RightSold", "PaymentStarted"]


@pytest.mark.parametrize("cut", range(len(VISIT) + 1))
def test_the_power_cut_between_any_two_things_the_station_does(folder: Path, cut: int) -> None:
    """What the bank was asked is in the journal, and has an end there; what was not is not."""
    world = Diary(cut=cut)
    with contextlib.suppress(PowerCutError), switched_on(folder, world) as station:
        station.turn()
        buy(station, world)
    asked = bool(world.charged)
    again = Diary()
    with switched_on(folder, again) as station:
        assert station.machine.screen.name == "idle"
    told = facts(folder)
    assert told.count("PaymentStarted") >= asked
    assert told.count("RightSold") + told.count("InDoubt") == told.count("PaymentStarted")
    assert ("RightSold" in told) == ("fact RightSold" in world.entries)
    assert verify(folder / JOURNAL).seq == len(told)
