"""Ticket screens after a payment: printed for who asks; no printer fault takes the right away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from msgspec import structs

from firmware.protocol.facts import TicketFailed, TicketPrinted
from firmware.screens.screen import Screen, VisitOver
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Print, Record
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from hal.ports import Key, KeyPressed, NotPrinted, Printed, PrinterIs, PrinterState, TerminalIs
from tests.builders import PARIS, REFERENCE, context, right

HERE = context()
NO_PAPER = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
RIGHT = right()


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


def test_paid_says_until_when_and_asks_about_a_ticket() -> None:
    assert shown(Paid(RIGHT))[1:] == (
        "AB-123-CD 12,00 €",
        "Payé jusqu’à 12:01",
        "Enregistré. Un ticket ?",
        "[OK] ticket   [CANCEL] sans ticket",
    )
    assert shown(Paid(RIGHT, late=True))[3] == "Annulé trop tard. Un ticket ?"


def test_paid_without_a_printer_gives_the_reference_instead() -> None:
    assert shown(Paid(RIGHT), NO_PAPER)[1:] == (
        "AB-123-CD 12,00 €",
        "Payé jusqu’à 12:01",
        f"Notez : {REFERENCE}",
        "[OK] terminer",
    )
    assert Paid(RIGHT).on(KeyPressed(Key.OK), NO_PAPER) == VisitOver()


def test_ok_prints_and_cancel_or_silence_ends_without() -> None:
    assert Paid(RIGHT).on(KeyPressed(Key.OK), HERE) == (Printing(RIGHT), Print(RIGHT))
    for event in (KeyPressed(Key.CANCEL), TimedOut()):
        assert Paid(RIGHT).on(event, HERE) == VisitOver()
    for other in (KeyPressed(Key.A), TerminalIs(False)):
        assert Paid(RIGHT).on(other, HERE) == Paid(RIGHT)


def test_what_the_printer_did_is_written_down_before_it_is_shown() -> None:
    assert Printing(RIGHT).on(Printed(REFERENCE), HERE) == (TakeTicket(RIGHT), Record(TicketPrinted(REFERENCE)))


@pytest.mark.parametrize("state", [state for state in PrinterState if not state.prints])
def test_a_ticket_that_fails_leaves_the_right(state: PrinterState) -> None:
    move = Printing(RIGHT).on(NotPrinted(REFERENCE, state), HERE)
    assert move == (NoTicket(RIGHT), Record(TicketFailed(REFERENCE, state.value)), AskPrinter())


def test_a_printer_that_never_ends_is_called_silent_after_its_own_limit() -> None:
    assert Printing(RIGHT).patience == 30.0
    assert Printing(RIGHT).on(TimedOut(), HERE) == (NoTicket(RIGHT), Record(TicketFailed(REFERENCE, "silent")), AskPrinter())


def test_the_end_of_another_ticket_is_not_the_end_of_this_one() -> None:
    for event in (Printed("75011-0042-000007"), NotPrinted("75011-0042-000007", PrinterState.OUT)):
        assert Printing(RIGHT).on(event, HERE) == Printing(RIGHT)


def test_no_key_disturbs_a_ticket_that_is_printed() -> None:
    for key in Key:
        assert Printing(RIGHT).on(KeyPressed(key), HERE) == Printing(RIGHT)


def test_take_says_so_and_ends_by_any_key_or_by_itself() -> None:
    assert shown(TakeTicket(RIGHT))[1:] == (
        "AB-123-CD 12,00 €",
        "Prenez votre ticket",
        "jusqu’à 12:01",
        "[OK] terminer",
    )
    for event in (KeyPressed(Key.A), KeyPressed(Key.OK), TimedOut()):
        assert TakeTicket(RIGHT).on(event, HERE) == VisitOver()
    assert TakeTicket(RIGHT).on(PrinterIs(PrinterState.OUT), HERE) == TakeTicket(RIGHT)


def test_without_a_ticket_the_right_stands_and_its_reference_is_the_receipt() -> None:
    assert shown(NoTicket(RIGHT), NO_PAPER)[1:] == (
        "AB-123-CD 12,00 €",
        "Couvert jusqu’à 12:01",
        "Ticket non imprimé. Notez : 75011-0042-000001",
        "[OK] réessayer   [CANCEL] terminer",
    )
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), NO_PAPER) == (NoTicket(RIGHT), AskPrinter())
    for event in (KeyPressed(Key.CANCEL), TimedOut()):
        assert NoTicket(RIGHT).on(event, NO_PAPER) == VisitOver()


def test_a_printer_that_is_well_again_may_be_tried_again() -> None:
    assert shown(NoTicket(RIGHT))[-1] == "[OK] réessayer   [CANCEL] terminer"
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), HERE) == (Printing(RIGHT), Print(RIGHT))


def test_the_end_of_a_long_stay_is_said_with_its_day() -> None:
    far = structs.replace(RIGHT, end=datetime(2026, 3, 9, 9, 30, tzinfo=PARIS))
    assert shown(TakeTicket(far))[3] == "jusqu’à lun. 09:30"
    assert shown(Paid(structs.replace(RIGHT, end=datetime(2026, 3, 5, 9, 30, tzinfo=PARIS))))[2] == "Payé jusqu’à demain 09:30"
