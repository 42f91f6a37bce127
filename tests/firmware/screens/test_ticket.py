"""Ticket screens after a payment: printed for who asks; no printer fault takes the right away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from msgspec import structs

from firmware.domain.short_code import spoken
from firmware.ledger.ledger import ledger_of
from firmware.ledger.receipts import MOST_DUPLICATES
from firmware.paper.receipt_signing import verify_receipt
from firmware.protocol.facts import RightSold, TicketFailed, TicketPrinted
from firmware.screens.screen import Screen, VisitOver
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep, Print, Record
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from hal.ports import Key, KeyPressed, NotPrinted, Printed, PrinterIs, PrinterState, TerminalIs, Tone
from tests.builders import PARIS, REFERENCE, STATION_KEY, context, right

HERE = context()
NO_PAPER = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
RIGHT = right()
CODE = spoken(HERE.receipts.code(REFERENCE))


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


def test_paid_says_until_when_and_asks_about_a_ticket() -> None:
    assert shown(Paid(RIGHT))[1:] == (
        "AB-123-CD 12,00 €",
        f"Payé jusqu’à Code {CODE}",
        "12 h 01",
        "[OK] ticket   [CANCEL] sans ticket",
    )
    assert shown(Paid(RIGHT, late=True))[2] == "Annulé trop tard. Payé jusqu’à"


def test_paid_without_a_printer_leads_to_the_receipt_on_the_display() -> None:
    assert shown(Paid(RIGHT), NO_PAPER)[1:] == (
        "AB-123-CD 12,00 €",
        f"Payé jusqu’à Code {CODE}",
        "12 h 01",
        "[OK] reçu à l’écran   [CANCEL] terminer",
    )
    for event in (KeyPressed(Key.OK), TimedOut()):
        assert Paid(RIGHT).on(event, NO_PAPER) == (NoTicket(RIGHT), AskPrinter())
    assert Paid(RIGHT).on(KeyPressed(Key.CANCEL), NO_PAPER) == VisitOver()


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
        "jusqu’à 12 h 01",
        "[OK] terminer",
    )
    for event in (KeyPressed(Key.OK), TimedOut()):
        assert TakeTicket(RIGHT).on(event, HERE) == VisitOver()
    assert TakeTicket(RIGHT).on(KeyPressed(Key.A), HERE) == VisitOver(typed=Key.A)
    assert TakeTicket(RIGHT).on(PrinterIs(PrinterState.OUT), HERE) == TakeTicket(RIGHT)


def test_without_a_ticket_the_right_stands_and_its_receipt_is_on_the_display() -> None:
    assert shown(NoTicket(RIGHT), NO_PAPER) == (
        "",
        "AB-123-CD",
        "fin 12 h 01",
        f"{CODE} 12,00 €",
        "[OK] réessayer   [CANCEL] terminer",
    )
    signed = NoTicket(RIGHT).view(NO_PAPER).code
    assert verify_receipt(signed, STATION_KEY.public_key())[1:3] == (REFERENCE, "AB123CD")
    assert signed.split("|")[-2] == "paid"
    assert NoTicket(RIGHT, doubtful=True).view(NO_PAPER).code.split("|")[-2] == "doubt"
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), NO_PAPER) == (NoTicket(RIGHT), AskPrinter())
    assert NoTicket(RIGHT).on(KeyPressed(Key.CANCEL), NO_PAPER) == VisitOver()


def test_the_receipt_stands_for_a_minute_and_looks_for_paper_meanwhile() -> None:
    for left, after in ((60, 45), (45, 30), (30, 15)):
        assert NoTicket(RIGHT, left=left).on(TimedOut(), NO_PAPER) == (NoTicket(RIGHT, left=after), AskPrinter())
    assert NoTicket(RIGHT, left=15).on(TimedOut(), NO_PAPER) == VisitOver()


def test_who_still_stands_there_is_offered_the_ticket_when_paper_returns() -> None:
    assert NoTicket(RIGHT).on(PrinterIs(PrinterState.NEAR_END), HERE) == (NoTicket(RIGHT), Beep(Tone.WARNING))
    assert NoTicket(RIGHT).on(PrinterIs(PrinterState.SILENT), NO_PAPER) == NoTicket(RIGHT)
    assert shown(NoTicket(RIGHT))[-1] == "[OK] ticket   [CANCEL] terminer"
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), HERE) == (Printing(RIGHT), Print(RIGHT))


def printed(times: int) -> Context:
    return replace(HERE, ledger=ledger_of((RightSold(RIGHT), *[TicketPrinted(REFERENCE)] * times)))


@pytest.mark.parametrize("times", range(1, MOST_DUPLICATES + 1))
def test_after_the_ticket_there_are_three_duplicates(times: int) -> None:
    assert shown(NoTicket(RIGHT), printed(times))[-1] == "[OK] duplicata   [CANCEL] terminer"
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), printed(times)) == (Printing(RIGHT), Print(RIGHT))


def test_after_three_duplicates_nothing_is_printed() -> None:
    assert shown(NoTicket(RIGHT), printed(4))[-1] == "[CANCEL] terminer"
    assert NoTicket(RIGHT).on(KeyPressed(Key.OK), printed(4)) == NoTicket(RIGHT)


def test_a_right_that_is_over_is_not_called_covered() -> None:
    later = replace(HERE, now=RIGHT.end)
    assert shown(NoTicket(RIGHT), later)[2] == "fin 12 h 01"


def test_the_end_of_a_long_stay_is_said_with_its_day() -> None:
    far = structs.replace(RIGHT, end=datetime(2026, 3, 9, 9, 30, tzinfo=PARIS))
    assert shown(TakeTicket(far))[3] == "jusqu’à lun. à 9 h 30"
    assert shown(Paid(structs.replace(RIGHT, end=datetime(2026, 3, 5, 9, 30, tzinfo=PARIS))))[3] == "demain à 9 h 30"
