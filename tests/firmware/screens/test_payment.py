"""Payment screens: written down before the bank is asked, ended by the terminal's answer alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.short_code import spoken
from firmware.protocol.facts import InDoubt, PaymentRefused, RightSold
from firmware.screens.payment import LONGEST_COUNT, Authorising, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled, PaymentUnknown
from firmware.screens.screen import Screen, VisitOver
from firmware.screens.ticket import NoTicket, Paid
from firmware.visit.context import Context
from firmware.visit.effects import Abort, AskPrinter, Beep, Print, Record
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from hal.ports import (
    Approved,
    Declined,
    Key,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Tone,
    Unanswered,
)
from tests.builders import context, right

HERE = context()
RIGHT = right()
CARD = "31PA010001"
UNDER_WAY = (Presenting(RIGHT), Authorising(RIGHT), Stopping(RIGHT))
FAILURES = [reason for reason in Reason if reason is not Reason.WITHDRAWN]
LETTERS_AND_FUNCTIONS = [key for key in Key if key is not Key.CANCEL]


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


# --- while the bank is asked --------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("contactless", [None, True, False])
def test_a_yes_is_written_down_before_it_is_said(screen: Screen, contactless: bool | None) -> None:
    assert screen.on(Approved(CARD, 1200, contactless), HERE) == (
        Paid(RIGHT, late=isinstance(screen, Stopping)),
        Record(RightSold(RIGHT, contactless)),
        Beep(Tone.ACCEPTED),
    )


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
def test_silence_is_neither_yes_nor_no(screen: Screen) -> None:
    assert screen.on(Unanswered(CARD), HERE) == (PaymentUnknown(RIGHT), Record(InDoubt(RIGHT, "unanswered")))


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("cents", [0, 1199, 1201, 120000])
def test_a_yes_to_another_amount_is_in_doubt(screen: Screen, cents: int) -> None:
    assert screen.on(Approved(CARD, cents), HERE) == (PaymentUnknown(RIGHT), Record(InDoubt(RIGHT, "mismatched")))


@pytest.mark.parametrize("screen", UNDER_WAY[:2], ids=repr)
@pytest.mark.parametrize(("reason", "why"), [(reason, reason.value) for reason in FAILURES])
def test_a_no_is_certain_and_says_why(screen: Screen, reason: Reason, why: str) -> None:
    assert screen.on(Declined(CARD, reason), HERE) == (
        PaymentFailed(RIGHT, reason),
        Record(PaymentRefused(RIGHT.reference, why)),
        Beep(Tone.IGNORED),
    )


@pytest.mark.parametrize("reason", list(Reason))
def test_a_no_to_who_wanted_to_leave_is_a_cancellation(reason: Reason) -> None:
    assert Stopping(RIGHT).on(Declined(CARD, reason), HERE) == (
        Cancelled(RIGHT),
        Record(PaymentRefused(RIGHT.reference, reason.value)),
    )


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("key", LETTERS_AND_FUNCTIONS)
def test_no_key_ends_a_payment(screen: Screen, key: Key) -> None:
    assert screen.on(KeyPressed(key), HERE) == screen


def test_cancel_says_how_to_stop_and_takes_back_what_the_terminal_does_not_have_yet() -> None:
    assert Presenting(RIGHT).on(KeyPressed(Key.CANCEL), HERE) == (Stopping(RIGHT), Abort(RIGHT))
    assert Authorising(RIGHT, 40).on(KeyPressed(Key.CANCEL), HERE) == (Stopping(RIGHT, 40), Abort(RIGHT))
    assert Stopping(RIGHT, 41).on(KeyPressed(Key.CANCEL), HERE) == Stopping(RIGHT, 41)


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
def test_no_screen_of_a_running_payment_offers_to_cancel_it(screen: Screen) -> None:
    """The protocol has no such request: only the terminal's own red key stops it, and every screen says so."""
    assert screen.view(HERE).hints == ()
    assert "touche rouge" in " ".join(shown(screen)).lower()


def test_who_wants_to_stop_reads_which_key_how_long_and_that_no_card_may_be_shown() -> None:
    assert shown(Stopping(RIGHT, 22), replace(HERE, ends_in=98))[1:4] == (
        "AB-123-CD 12,00 €",
        "Annulez au terminal",
        "Touche rouge du terminal",
    )
    assert shown(Stopping(RIGHT, 22), replace(HERE, ends_in=98))[4] == "Ne présentez pas de carte. 98 s"
    assert shown(Stopping(RIGHT, 22), replace(HERE, ends_in=0))[4] == "Ne présentez pas de carte."
    assert shown(Stopping(RIGHT, 22))[4] == "Ne présentez pas de carte."


def test_after_as_long_as_a_card_takes_to_find_the_seconds_are_counted_and_the_mark_moves() -> None:
    assert Presenting(RIGHT).patience == 15.0
    assert Presenting(RIGHT).on(TimedOut(), HERE) == Authorising(RIGHT, 15)
    assert Authorising.patience == Stopping.patience == 1.0
    assert shown(Authorising(RIGHT, 15), replace(HERE, ends_in=135))[2] == "Paiement… 135 s"
    assert shown(Authorising(RIGHT, 16), replace(HERE, ends_in=134))[2] == "Paiement… 134 s"
    assert shown(Authorising(RIGHT, 120), replace(HERE, ends_in=0))[2] == "Le terminal tarde •···"
    assert shown(Authorising(RIGHT, 121), replace(HERE, ends_in=0))[2] == "Le terminal tarde ·•··"


@pytest.mark.parametrize("first", [Authorising(RIGHT), Stopping(RIGHT)], ids=repr)
def test_time_ends_no_payment_and_never_stops_moving_the_mark(first: Authorising | Stopping) -> None:
    screen, seen = first, []
    for _ in range(200):
        moved = screen.on(TimedOut(), HERE)
        assert isinstance(moved, type(first))
        assert moved != screen
        screen = moved
        seen.append(screen.waited % 4)
    assert seen == [each % 4 for each in range(1, 201)]
    assert screen.waited <= LONGEST_COUNT


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
def test_devices_that_come_and_go_do_not_end_a_payment(screen: Screen) -> None:
    for event in (TerminalIs(False), PrinterIs(PrinterState.OUT), Printed("75011-0042-000001")):
        assert screen.on(event, HERE) == screen


@pytest.mark.parametrize("screen", [*UNDER_WAY, PaymentUnknown(RIGHT)], ids=repr)
def test_the_screens_of_a_payment_await_its_end(screen: Screen) -> None:
    assert screen.awaits == "75011-0042-000001"


def test_what_the_screens_of_a_payment_say() -> None:
    assert shown(Presenting(RIGHT))[1:] == (
        "AB-123-CD jusqu’à",
        "12,00 € 12 h 01",
        "Présentez votre carte",
        "Arrêt : touche rouge du terminal",
        "",
    )
    assert shown(Authorising(RIGHT))[1:-1] == (
        "AB-123-CD 12,00 €",
        "Paiement… •···",
        "Suivez les indications du terminal",
        "Arrêt : touche rouge du terminal",
    )


# --- nobody knows -------------------------------------------------------------------------------------------------


def test_not_known_says_not_to_pay_twice_that_one_is_covered_and_the_code_of_the_receipt() -> None:
    assert shown(PaymentUnknown(RIGHT))[1:] == (
        "AB-123-CD 12,00 €",
        f"Ne repayez pas {spoken(HERE.receipts.code(RIGHT.reference))}",
        "Couvert jusqu’à 12 h 01",
        "[OK] ticket   [CANCEL] terminer",
    )


def test_a_ticket_of_a_payment_in_doubt_says_so() -> None:
    move = PaymentUnknown(RIGHT).on(KeyPressed(Key.OK), HERE)
    assert isinstance(move, tuple)
    assert move[1:] == (Print(RIGHT, doubtful=True),)
    context = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
    assert PaymentUnknown(RIGHT).on(KeyPressed(Key.OK), context) == (NoTicket(RIGHT, doubtful=True), AskPrinter())


def test_no_screen_calls_a_payment_in_doubt_paid() -> None:
    move = PaymentUnknown(RIGHT).on(KeyPressed(Key.OK), HERE)
    assert isinstance(move, tuple)
    assert "pay" not in " ".join(shown(move[0])[1:]).lower()


def test_a_ticket_in_doubt_that_is_tried_again_still_says_so() -> None:
    screen: Screen = PaymentUnknown(RIGHT)
    for event in (KeyPressed(Key.OK), NotPrinted(RIGHT.reference, PrinterState.OFFLINE), KeyPressed(Key.OK)):
        move = screen.on(event, HERE)
        assert isinstance(move, tuple)
        screen, *effects = move
    assert effects == [Print(RIGHT, doubtful=True)]


def test_an_answer_while_the_motorist_is_still_there_ends_the_doubt() -> None:
    assert PaymentUnknown(RIGHT).on(Approved(CARD, 1200), HERE) == (
        Paid(RIGHT),
        Record(RightSold(RIGHT)),
        Beep(Tone.ACCEPTED),
    )
    for reason in (Reason.REFUSED, Reason.REVERSED):
        move = PaymentUnknown(RIGHT).on(Declined(CARD, reason), HERE)
        ended = Cancelled(RIGHT, asked=False, reason=reason)
        assert move == (ended, Record(PaymentRefused(RIGHT.reference, reason.value)))
    said = Cancelled(RIGHT, asked=False, reason=Reason.BANK).view(HERE).lines
    assert "La banque a refusé" in said, "as if it had been told in time"
    assert "Annulé" not in said


def test_who_leaves_or_forgets_a_payment_in_doubt_takes_nothing_away() -> None:
    for event in (KeyPressed(Key.CANCEL), TimedOut()):
        assert PaymentUnknown(RIGHT).on(event, HERE) == VisitOver()
