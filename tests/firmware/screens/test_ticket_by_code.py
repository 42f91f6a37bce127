"""A ticket asked for by its short code, typed in place of a plate; a plate alone prints nothing."""

from __future__ import annotations

from dataclasses import replace

from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import InDoubt, RightSold, TicketPrinted
from firmware.screens.choice import AlreadyCovered
from firmware.screens.duration import Duration
from firmware.screens.plate import PlateEntry, TicketByCode, after_typing
from firmware.screens.screen import Screen
from firmware.screens.ticket import Printing
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Print
from hal.ports import Key, KeyPressed, PrinterState
from tests.builders import REFERENCE, context, right

RIGHT = right()
SOLD = context(ledger=ledger_of((RightSold(RIGHT),)))
CODE = SOLD.receipts.code(REFERENCE)
TYPED = PlateEntry(CODE)
OK = KeyPressed(Key.OK)


def lines(screen: Screen, where: Context) -> str:
    return " / ".join(screen.view(where).lines)


def test_the_code_leads_to_its_receipt_and_the_printer_is_looked_at() -> None:
    assert TYPED.on(OK, SOLD) == (TicketByCode(RIGHT, typing=TYPED), AskPrinter())
    assert "Code d’un ticket" in lines(TYPED, SOLD)


def test_ok_prints_the_ticket_and_nothing_is_charged() -> None:
    asked = TicketByCode(RIGHT, typing=TYPED)
    assert asked.on(OK, SOLD) == (Printing(RIGHT), Print(RIGHT))
    out = replace(SOLD, health=replace(SOLD.health, printer=PrinterState.OUT))
    assert asked.on(OK, out) == (asked, AskPrinter())


def test_the_receipt_of_a_payment_in_doubt_stays_in_doubt() -> None:
    doubted = context(ledger=ledger_of((InDoubt(RIGHT, "unanswered"),)))
    assert TYPED.on(OK, doubted) == (TicketByCode(RIGHT, doubtful=True, typing=TYPED), AskPrinter())


def test_a_plate_that_is_somebodys_code_is_still_a_plate() -> None:
    screen = TicketByCode(RIGHT, typing=TYPED).on(KeyPressed(Key.CORRECT), SOLD)
    assert screen == after_typing(TYPED, context())
    assert not isinstance(screen, TicketByCode)


def test_neither_the_reference_nor_the_plate_nor_another_code_prints() -> None:
    for typed in ("AB123CD", "000001", CODE[:-1], CODE + "A", SOLD.receipts.code("75011-0042-000002")):
        moved = after_typing(PlateEntry(typed), SOLD)
        screen = moved if isinstance(moved, Screen) else moved[0]
        assert not isinstance(screen, TicketByCode)


def test_a_plate_whose_ticket_never_came_out_is_told_that_its_code_prints_it() -> None:
    covered = AlreadyCovered(Duration(Purchase("AB123CD"), PlateEntry("AB123CD")))
    assert "code d’un ticket" in lines(covered, SOLD)
    printed = replace(SOLD, ledger=ledger_of((RightSold(RIGHT), TicketPrinted(REFERENCE))))
    assert "code d’un ticket" not in lines(covered, printed)
    out = replace(SOLD, health=replace(SOLD.health, printer=PrinterState.OUT))
    assert "code d’un ticket" not in lines(covered, out)
