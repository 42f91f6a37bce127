"""After a fact that could not be written the station stops: nothing is charged, printed or shown as paid."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.journal.journal_file import JournalError
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    TicketFailed,
    TicketPrinted,
    UnexpectedEvent,
)
from firmware.screens.idle import Idle
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.ticket import Paid
from firmware.station.write_failure import broken_screen, resumed_screen, write_failure
from hal.ports import (
    Approved,
    Declined,
    DeviceEvent,
    Key,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterState,
    Reason,
    TerminalIs,
    Unanswered,
)
from tests.builders import REFERENCE, right
from tests.firmware.diary import (
    CARD,
    TO_THE_BANK,
    WELL,
    Diary,
    DiaryStep,
    facts,
    go_to_the_bank,
    switched_on,
    telling,
)
from tests.world import press, tell

FULL: tuple[tuple[type[Fact], DiaryStep, DeviceEvent], ...] = (
    (PaymentStarted, telling(*WELL, *map(KeyPressed, TO_THE_BANK[:-1])), KeyPressed(Key.OK)),
    (RightSold, go_to_the_bank, Approved(CARD, 1200)),
    (PaymentRefused, go_to_the_bank, Declined(CARD, Reason.REFUSED)),
    (InDoubt, go_to_the_bank, Unanswered(CARD)),
    (
        TicketPrinted,
        telling(*WELL, *map(KeyPressed, TO_THE_BANK), Approved(CARD, 1200), KeyPressed(Key.OK)),
        Printed(REFERENCE),
    ),
    (
        TicketFailed,
        telling(*WELL, *map(KeyPressed, TO_THE_BANK), Approved(CARD, 1200), KeyPressed(Key.OK)),
        NotPrinted(REFERENCE, PrinterState.OUT),
    ),
    (AlarmRaised, telling(*WELL), TerminalIs(False)),
    (AlarmCleared, telling(*WELL, TerminalIs(False)), TerminalIs(True)),
    (UnexpectedEvent, telling(*WELL), Approved("31PA010033", 1)),
)

CODES = {fact: "J1" for fact, *_ in FULL} | dict.fromkeys(
    (RightSold, PaymentRefused, InDoubt, TicketPrinted, TicketFailed), "J2"
)
"""The code on the display."""


@pytest.mark.parametrize(("fact", "before", "event"), FULL, ids=lambda value: getattr(value, "__name__", None))
def test_after_a_fact_that_cannot_be_written_nothing_more_happens(
    folder: Path, fact: type[Fact], before: DiaryStep, event: DeviceEvent
) -> None:
    world = Diary(refuses=(fact,))
    with switched_on(folder, world) as station:
        before(station, world)
        at = len(world.entries)
        charged = list(world.charged)
        tell(station, world, event)
        then = world.entries[at:]
        assert then == [*(["beep accepted"] if isinstance(event, KeyPressed) else []), "show broken"]
        assert world.charged == charged
        assert world.view is not None
        assert any(CODES[fact] in line for line in world.view.lines)
        press(station, world, *TO_THE_BANK)
        assert world.charged == charged
        assert station.machine.screen.name == "broken"
    assert fact.__name__ not in facts(folder)


def test_a_journal_that_cannot_even_take_the_start_sells_nothing(folder: Path) -> None:
    world = Diary(refuses=(Started,))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        assert world.charged == []
        assert world.view is not None
        assert world.view.screen == "broken"


def test_a_payment_whose_end_could_not_be_written_is_in_doubt_at_the_next_start(folder: Path) -> None:
    full = Diary(refuses=(RightSold,))
    with switched_on(folder, full) as station:
        go_to_the_bank(station, full)
        tell(station, full, Approved(CARD, 1200))
        assert "Payé" not in str(full.view)
    with switched_on(folder, Diary()):
        pass
    assert facts(folder) == ["Started", "PaymentStarted", "Started", "InDoubt"]


def test_a_free_right_that_could_not_be_written_is_not_given() -> None:
    """It begins by being written: neither now nor when the disk works again is anybody told that he may stay."""
    free = right(cents=0)
    failure = write_failure(JournalError(Path("journal.db"), "could not be written"), 0.0)
    broken = broken_screen(failure.plus([RightSold(free)]), Ledger(), Paid(free))
    assert broken == JournalBroken("J1")
    assert resumed_screen(broken, Ledger()) == Idle()
    given = Ledger().after(RightSold(free))
    assert broken_screen(failure, given, Paid(free)) == JournalBroken("J2", free, charged=True, promised=True)
