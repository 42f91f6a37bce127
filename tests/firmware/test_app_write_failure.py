"""A journal that cannot be written: what happened is written as soon as it can be, or the process leaves."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from firmware.app import Station
from firmware.journal.journal_file import JournalError
from firmware.protocol.facts import (
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightGivenBack,
    RightSold,
    Started,
    TicketPrinted,
)
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Authorising
from firmware.station.write_failure import LEAVE, RETRY
from hal.ports import (
    Approved,
    Capabilities,
    Declined,
    DeviceEvent,
    DoorOpened,
    Key,
    KeyPressed,
    Printed,
    Reason,
    Reversed,
    TerminalIs,
    Unanswered,
)
from tests.builders import REFERENCE, context, right
from tests.firmware.diary import CARD, TO_THE_BANK, WELL, Diary, buy, facts, go_to_the_bank, switched_on
from tests.world import press, tell


def wait(station: Station, world: Diary, seconds: float) -> None:
    world.passes(seconds)
    station.turn()


def shown(world: Diary) -> str:
    assert world.view
    return " / ".join(world.view.lines)


WHOSE = "AB-123-CD 12,00"
"""How every screen of that payment begins."""
EVERYTHING: tuple[type[Fact], ...] = get_args(Fact)
OUTCOMES: tuple[tuple[DeviceEvent, type[Fact], str, str], ...] = (
    (Approved(CARD, 1200), RightSold, "Débité", "approved"),
    (Unanswered(CARD), InDoubt, "Non confirmé", "not known"),
    (Approved(CARD, 12000), InDoubt, "Autre montant débité", "not known"),
)


@pytest.mark.parametrize(("answer", "fact", "said", "screen"), OUTCOMES, ids=lambda value: getattr(value, "__name__", None))
def test_the_outcome_is_written_as_soon_as_the_disk_works_again(
    folder: Path, answer: DeviceEvent, fact: type[Fact], said: str, screen: str
) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = EVERYTHING
        tell(station, world, answer)
        assert said in shown(world)
        assert WHOSE in shown(world)
        assert f"Ne repayez pas · J2 {CARD}" in shown(world), "the reference that terminal and bank have"
        assert ("Couvert jusqu’à 12 h 01" if fact is RightSold else "En doute jusqu’à 12 h 01") in shown(world)
        wait(station, world, RETRY)
        assert station.machine.screen.name == "broken"
        world.refuses = ()
        assert station.wake_at <= world.now() + RETRY
        wait(station, world, RETRY)
        assert station.machine.screen.name == screen
        station.check()
    assert facts(folder)[-1] == fact.__name__
    assert facts(folder).count("UnexpectedEvent") == (2 if fact is InDoubt and isinstance(answer, Approved) else 1)


@pytest.mark.parametrize("answer", [Approved(CARD, 1200), Declined(CARD, Reason.REFUSED), Unanswered(CARD)])
def test_the_terminal_is_told_that_its_answer_arrived_when_it_is_on_disk_and_not_before(
    folder: Path, answer: DeviceEvent
) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = (RightSold, PaymentRefused, InDoubt)
        tell(station, world, answer)
        wait(station, world, RETRY)
        assert f"acknowledge {CARD}" not in world.entries
        world.refuses = ()
        wait(station, world, RETRY)
        assert world.entries.index(f"acknowledge {CARD}") == len(world.entries) - 2  # then the screen
        assert world.entries[-3].startswith("fact ")


@pytest.mark.parametrize("answer", [Approved(CARD, 1200), Unanswered(CARD)])
def test_a_process_that_cannot_write_the_outcome_leaves_and_its_next_start_writes_the_doubt(
    folder: Path, answer: DeviceEvent
) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        station.check()
        go_to_the_bank(station, world)
        world.refuses = (RightSold, InDoubt)
        tell(station, world, answer)
        with pytest.raises(JournalError):  # whoever feeds the watchdog asks this
            station.check()
        wait(station, world, LEAVE - RETRY)
        assert station.wake_at <= world.now() + RETRY
        with pytest.raises(JournalError, match="could not be written"):
            wait(station, world, RETRY)
    full = Diary(refuses=EVERYTHING)
    with switched_on(folder, full) as station:
        station.turn()
        assert "Non confirmé" in shown(full)
        assert WHOSE in shown(full)
    with switched_on(folder, Diary()) as station:
        station.turn()
    assert facts(folder)[-2:] == ["Started", "InDoubt"]


NOTHING_DEBITED = (
    (Reason.REFUSED, "Paiement non abouti", "refused"),
    (Reason.WRONG_PIN, "Code faux", "refused"),
    (Reason.NO_CARD, "Aucune carte lue", "refused"),
    (Reason.NOT_ASKED, "Terminal muet", "refused"),
    (Reason.WITHDRAWN, "Annulé", "cancelled"),
)


@pytest.mark.parametrize(("reason", "said", "screen"), NOTHING_DEBITED)
def test_a_refusal_that_cannot_be_written_is_said_with_its_doubt_and_denies_no_debit_until_it_is(
    folder: Path, reason: Reason, said: str, screen: str
) -> None:
    world = Diary(refuses=(PaymentRefused,))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Declined(CARD, reason))
        assert station.machine.screen.name == "broken"
        for text in (WHOSE, said, f"Ne repayez pas · J2 {CARD}", "En doute jusqu’à 12 h 01"):
            assert text in shown(world)
        assert "Rien n’est débité" not in shown(world)
        assert "Couvert" not in shown(world)
        world.refuses = ()
        wait(station, world, RETRY)
        assert station.machine.screen.name == screen
        assert said in shown(world)
        assert "Rien n’est débité" in shown(world)
    assert facts(folder)[-2:] == ["UnexpectedEvent", "PaymentRefused"]


def test_a_refusal_that_was_never_written_is_a_doubt_after_the_restart_and_promises_nothing_before(folder: Path) -> None:
    world = Diary(refuses=(PaymentRefused,))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Declined(CARD, Reason.BANK))
        assert "La banque a refusé" in shown(world)
    full = Diary(refuses=EVERYTHING)
    with switched_on(folder, full) as station:
        station.turn()
        for text in (WHOSE, "Non confirmé", f"Ne repayez pas · J2 {CARD}", "En doute jusqu’à 12 h 01"):
            assert text in shown(full)
        full.refuses = ()
        wait(station, full, RETRY)
        assert station.machine.screen.name == "not known"
        assert "Couvert jusqu’à 12 h 01" in shown(full), "promised, and on disk"
    assert facts(folder)[-3:] == ["UnexpectedEvent", "Started", "InDoubt"]


def test_after_it_a_terminal_that_can_be_asked_is_and_whoever_still_stands_there_reads_the_end(folder: Path) -> None:
    world = Diary(refuses=(PaymentRefused,), capabilities=Capabilities(asks=True))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Declined(CARD, Reason.BANK))
    again = Diary(refuses=EVERYTHING, capabilities=Capabilities(asks=True))
    with switched_on(folder, again) as station:
        station.turn()
        assert "En doute jusqu’à 12 h 01" in shown(again)
        again.refuses = ()
        wait(station, again, RETRY)
        tell(station, again, *WELL)
        assert again.asked == [CARD]
        assert "Paiement interrompu" in shown(again)
        tell(station, again, Declined(CARD, Reason.BANK))
        assert WHOSE in shown(again)
        assert "Interrompu : rien n’est débité" in shown(again)
    assert facts(folder)[-1] == "PaymentRefused"
    assert "InDoubt" not in facts(folder)


def test_money_that_comes_back_while_nothing_can_be_written_is_said(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 1200))
        world.refuses = (RightGivenBack,)
        tell(station, world, Reversed(CARD))
        for text in (WHOSE, "Paiement annulé", f"Ne repayez pas · J2 {CARD}", "En doute jusqu’à 12 h 01"):
            assert text in shown(world)
        world.refuses = ()
        wait(station, world, RETRY)
        assert station.machine.screen.name == "given back"
    assert facts(folder)[-1] == "RightGivenBack"


def test_a_free_right_before_a_full_disk_was_no_debit() -> None:
    free = JournalBroken("J2", right(cents=0), charged=True, promised=True)
    said = " / ".join(free.view(context()).lines)
    assert "Couvert jusqu’à 12 h 01" in said
    assert "Code J2" in said
    assert "Débité" not in said
    assert "repayez" not in said


def test_a_payment_goes_on_while_another_fact_cannot_be_written(folder: Path) -> None:
    """The door opens at a full disk, then the bank answers: before, while or after the disk works again."""
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = EVERYTHING
        tell(station, world, DoorOpened())
        assert "Non confirmé" in shown(world)
        world.refuses = ()
        wait(station, world, RETRY)
        assert isinstance(station.machine.screen, Authorising)
        tell(station, world, Approved(CARD, 1200))
        assert station.machine.screen.name == "approved"
    assert facts(folder)[2:] == ["UnexpectedEvent", "DoorMoved", "AlarmRaised", "RightSold"]


def test_what_comes_while_nothing_can_be_written_is_written_in_its_order(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = (AlarmRaised,)
        tell(station, world, TerminalIs(False), Approved(CARD, 1200))
        assert "Débité" in shown(world)
        assert "RightSold" not in facts(folder)
        world.refuses = ()
        wait(station, world, RETRY)
        assert station.machine.screen.name == "approved"
    assert facts(folder)[2:] == ["UnexpectedEvent", "AlarmRaised", "RightSold"]


def test_the_silence_of_a_terminal_is_not_lost_either(folder: Path) -> None:
    world = Diary()
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = (AlarmRaised,)
        tell(station, world, TerminalIs(False), Unanswered(CARD))
        world.refuses = ()
        wait(station, world, RETRY)
    assert facts(folder)[2:] == ["UnexpectedEvent", "AlarmRaised", "InDoubt"]


def test_a_payment_that_could_not_begin_does_not_begin_when_the_disk_works_again(folder: Path) -> None:
    world = Diary(refuses=(PaymentStarted,))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.refuses = ()
        wait(station, world, RETRY)
        assert station.machine.screen.name == "idle"
        press(station, world, *TO_THE_BANK)
        assert world.charged == [(CARD, 1200)]
    assert facts(folder) == ["Started", "UnexpectedEvent", "PaymentStarted"]


def test_a_ticket_that_came_out_at_a_full_disk_does_not_take_the_end_of_the_right_away(folder: Path) -> None:
    world = Diary(refuses=(TicketPrinted,))
    with switched_on(folder, world) as station:
        buy(station, world)
        assert WHOSE in shown(world)
        assert "Ne repayez pas" in shown(world)
        world.refuses = ()
        wait(station, world, RETRY)
        tell(station, world, KeyPressed(Key.CANCEL), Printed(REFERENCE))
    assert facts(folder)[-2:] == ["UnexpectedEvent", "TicketPrinted"]


def test_a_start_that_cannot_be_written_is_written_later_or_the_process_leaves(folder: Path) -> None:
    world = Diary(refuses=(Started,))
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        world.refuses = ()
        wait(station, world, RETRY)
        assert station.machine.screen.name == "idle"
    assert facts(folder) == ["UnexpectedEvent", "Started"]
