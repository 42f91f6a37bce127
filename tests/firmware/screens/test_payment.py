"""Payment screens: written down before the bank is asked, ended by the terminal's answer alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.screens.out_of_service import OutOfService
from firmware.screens.payment import Authorising, Cancelled, PaymentFailed, PaymentUnknown, Presenting
from firmware.screens.screen import Screen, VisitOver
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.effects import Beep, Charge, Print, Record, Withdraw
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
UNDER_WAY = (Presenting(RIGHT), Authorising(RIGHT), Authorising(RIGHT, leaving=True))
LETTERS_AND_FUNCTIONS = [key for key in Key if key is not Key.CANCEL]


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


# --- while the bank is asked --------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("contactless", [None, True, False])
def test_a_yes_is_written_down_before_it_is_said(screen: Screen, contactless: bool | None) -> None:
    leaving = isinstance(screen, Authorising) and screen.leaving
    assert screen.on(Approved(CARD, 1200, contactless), HERE) == (
        Paid(RIGHT, late=leaving),
        Record(RightSold(RIGHT, contactless)),
        Beep(Tone.ACCEPTED),
    )


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
def test_silence_is_neither_yes_nor_no(screen: Screen) -> None:
    assert screen.on(Unanswered(CARD), HERE) == (PaymentUnknown(RIGHT), Record(InDoubt(RIGHT, "unanswered")))


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("cents", [0, 1199, 1201, 120000])
def test_a_yes_to_another_amount_is_in_doubt(screen: Screen, cents: int) -> None:
    assert screen.on(Approved(CARD, cents), HERE) == (PaymentUnknown(RIGHT), Record(InDoubt(RIGHT, "unanswered")))


@pytest.mark.parametrize("screen", UNDER_WAY[:2], ids=repr)
@pytest.mark.parametrize(("reason", "why"), [(Reason.REFUSED, "refused"), (Reason.NOT_ASKED, "not asked")])
def test_a_no_is_certain_and_says_why(screen: Screen, reason: Reason, why: str) -> None:
    assert screen.on(Declined(CARD, reason), HERE) == (
        PaymentFailed(RIGHT, reason),
        Record(PaymentRefused(RIGHT.reference, why)),
        Beep(Tone.IGNORED),
    )


@pytest.mark.parametrize("reason", list(Reason))
def test_a_no_to_who_wanted_to_leave_is_a_cancellation(reason: Reason) -> None:
    assert Authorising(RIGHT, leaving=True).on(Declined(CARD, reason), HERE) == (
        Cancelled(),
        Record(PaymentRefused(RIGHT.reference, reason.value)),
    )


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
@pytest.mark.parametrize("key", LETTERS_AND_FUNCTIONS)
def test_no_key_ends_a_payment(screen: Screen, key: Key) -> None:
    assert screen.on(KeyPressed(key), HERE) == screen


def test_cancel_is_a_wish_that_the_terminal_may_grant() -> None:
    assert Presenting(RIGHT).on(KeyPressed(Key.CANCEL), HERE) == (Authorising(RIGHT, leaving=True), Withdraw())
    assert Authorising(RIGHT).on(KeyPressed(Key.CANCEL), HERE) == Authorising(RIGHT)


def test_time_moves_a_mark_and_nothing_else() -> None:
    assert Presenting(RIGHT).patience == 15.0
    assert Presenting(RIGHT).on(TimedOut(), HERE) == Authorising(RIGHT)
    screen: Screen = Authorising(RIGHT, leaving=True)
    marks = []
    for _ in range(5):
        marks.append(shown(screen)[2])
        moved = screen.on(TimedOut(), HERE)
        assert isinstance(moved, Authorising)
        assert moved.leaving
        screen = moved
    assert marks == ["•···", "·•··", "··•·", "···•", "•···"]


@pytest.mark.parametrize("screen", UNDER_WAY, ids=repr)
def test_devices_that_come_and_go_do_not_end_a_payment(screen: Screen) -> None:
    for event in (TerminalIs(False), PrinterIs(PrinterState.OUT), Printed("75011-0042-000001")):
        assert screen.on(event, HERE) == screen


@pytest.mark.parametrize("screen", [*UNDER_WAY, PaymentUnknown(RIGHT)], ids=repr)
def test_the_screens_of_a_payment_await_its_end(screen: Screen) -> None:
    assert screen.awaits == "75011-0042-000001"


def test_what_the_screens_of_a_payment_say() -> None:
    assert shown(Presenting(RIGHT))[1:] == (
        "AB-123-CD jusqu’à 12:01",
        "12,00 €",
        "Présentez votre carte et suivez le terminal",
        "[CANCEL] annuler",
    )
    assert shown(Authorising(RIGHT))[1:4:2] == ("Paiement en cours", "Suivez le terminal.")
    assert shown(Authorising(RIGHT, leaving=True))[1:4:2] == (
        "Annulation demandée au terminal",
        "Pour arrêter : touche rouge du terminal.",
    )
    assert Authorising(RIGHT).view(HERE).hints == ()


# --- refused ------------------------------------------------------------------------------------------------------


def test_a_refusal_says_that_nothing_is_debited_and_what_to_do() -> None:
    assert shown(PaymentFailed(RIGHT, Reason.REFUSED))[1:] == (
        "Paiement refusé",
        "Rien n’est débité. Essayez une autre carte.",
        "[OK] réessayer   [CANCEL] abandonner",
    )
    assert shown(PaymentFailed(RIGHT, Reason.NOT_ASKED))[1:3] == (
        "Le terminal ne répond pas",
        "Rien n’est débité. Réessayez.",
    )


def test_trying_again_buys_the_same_under_a_new_number() -> None:
    context = replace(HERE, ledger=ledger_of((PaymentStarted(RIGHT), PaymentRefused(RIGHT.reference, "refused"))))
    again = structs.replace(RIGHT, reference="75011-0042-000002")
    assert PaymentFailed(RIGHT, Reason.REFUSED).on(KeyPressed(Key.OK), context) == (
        Presenting(again),
        Record(PaymentStarted(again)),
        Charge(again),
    )


def test_a_refusal_can_be_left_and_does_not_ask_a_terminal_that_is_gone() -> None:
    sorry = PaymentFailed(RIGHT, Reason.REFUSED)
    gone = replace(HERE, health=Health(PrinterState.OK, terminal=False))
    assert sorry.on(KeyPressed(Key.CANCEL), HERE) == VisitOver()
    assert sorry.on(KeyPressed(Key.OK), gone) == OutOfService()
    assert sorry.on(KeyPressed(Key.A), HERE) == sorry


def test_a_cancellation_says_that_nothing_is_debited_and_ends() -> None:
    assert shown(Cancelled())[1:3] == ("Annulé", "Rien n’est débité.")
    for event in (KeyPressed(Key.A), KeyPressed(Key.OK), TimedOut()):
        assert Cancelled().on(event, HERE) == VisitOver()
    assert Cancelled().on(TerminalIs(True), HERE) == Cancelled()


# --- nobody knows -------------------------------------------------------------------------------------------------


def test_not_known_says_not_to_pay_twice_that_one_is_covered_and_the_reference() -> None:
    assert shown(PaymentUnknown(RIGHT))[1:] == (
        "La banque ne répond pas. Réf. 75011-0042-000001",
        "Ne payez pas une seconde fois",
        "Couvert jusqu’à 12:01",
        "[OK] ticket   [CANCEL] terminer",
    )


def test_a_ticket_of_a_payment_in_doubt_says_so() -> None:
    move = PaymentUnknown(RIGHT).on(KeyPressed(Key.OK), HERE)
    assert isinstance(move, tuple)
    assert move[1:] == (Print(RIGHT, doubtful=True),)
    context = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
    assert PaymentUnknown(RIGHT).on(KeyPressed(Key.OK), context) == VisitOver()


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
    move = PaymentUnknown(RIGHT).on(Declined(CARD, Reason.REFUSED), HERE)
    assert isinstance(move, tuple)
    assert Record(PaymentRefused(RIGHT.reference, "refused")) in move


def test_who_leaves_or_forgets_a_payment_in_doubt_takes_nothing_away() -> None:
    for event in (KeyPressed(Key.CANCEL), TimedOut()):
        assert PaymentUnknown(RIGHT).on(event, HERE) == VisitOver()
