"""Screens after a refusal, and of what was paid after all: whose it is, what is known, and what would be asked next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger, ledger_of
from firmware.protocol.facts import PaymentRefused, PaymentStarted
from firmware.screens.out_of_service import OutOfService
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled
from firmware.screens.screen import Screen, VisitOver
from firmware.screens.ticket import Paid
from firmware.tariff import Stay
from firmware.visit.context import Context
from firmware.visit.effects import Abort, Beep, Charge, Record
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from hal.ports import (
    Declined,
    Key,
    KeyPressed,
    PrinterState,
    Reason,
    TerminalIs,
    Tone,
)
from tests.builders import context, paris, right

HERE = context()
RIGHT = right()
FAILURES = [reason for reason in Reason if reason is not Reason.WITHDRAWN]


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


# --- paid already -------------------------------------------------------------------------------------------------

AGAIN = structs.replace(RIGHT, reference="75011-0042-000002", start=RIGHT.start + timedelta(minutes=2))
"""What a motorist who was refused is about to pay, when the first payment turns out to be one."""


@pytest.mark.parametrize("screen", [Presenting(AGAIN), Authorising(AGAIN, 30), Stopping(AGAIN, 30)], ids=repr)
def test_what_turns_out_to_be_paid_already_is_not_asked_for_any_more(screen: Presenting | Authorising | Stopping) -> None:
    asked = isinstance(screen, Stopping)
    assert screen.on_sold(RIGHT, HERE) == (Stopping(AGAIN, screen.waited, RIGHT, asked), Abort(AGAIN))


def test_whoever_is_covered_already_reads_it_and_is_sent_to_the_red_key() -> None:
    assert shown(Stopping(AGAIN, 30, RIGHT))[1:5] == (
        "AB-123-CD 12,00 €",
        "Pas de carte",
        "Touche rouge du terminal",
        "Couvert jusqu’à 12 h 01",
    )


def test_when_the_second_payment_is_stopped_the_first_stands_on_the_screen() -> None:
    assert Stopping(AGAIN, 30, RIGHT).on(Declined("31PA010002", Reason.REFUSED), HERE) == (
        Paid(RIGHT),
        Record(PaymentRefused(AGAIN.reference, "refused")),
    )


@pytest.mark.parametrize(
    "other",
    [
        structs.replace(RIGHT, plate="ZZ999ZZ"),
        structs.replace(RIGHT, regime="resident"),
        structs.replace(RIGHT, zone=2),
        structs.replace(RIGHT, start=AGAIN.end),
        structs.replace(RIGHT, start=AGAIN.start - timedelta(hours=2), end=AGAIN.start),
    ],
    ids=["another plate", "another regime", "another zone", "after it", "before it"],
)
def test_what_is_not_the_same_purchase_stops_nothing(other: ParkingRight) -> None:
    for screen in (Presenting(AGAIN), PaymentFailed(AGAIN, Reason.REFUSED), PayAgain(AGAIN), Cancelled(AGAIN)):
        assert screen.on_sold(other, HERE) == screen


def test_a_yes_after_a_no_is_shown_and_nothing_is_asked_again() -> None:
    for screen in (PaymentFailed(RIGHT, Reason.REFUSED), PayAgain(RIGHT)):
        assert screen.on_sold(RIGHT, HERE) == (Paid(RIGHT), Beep(Tone.ACCEPTED))
    assert Cancelled(RIGHT).on_sold(RIGHT, HERE) == (Paid(RIGHT, late=True), Beep(Tone.ACCEPTED))


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.REFUSED, ("Paiement non abouti", "Rien n’est débité. Voir terminal.")),
        (Reason.BANK, ("La banque a refusé", "Rien n’est débité. Autre carte ?")),
        (Reason.WRONG_PIN, ("Code faux", "Rien n’est débité. Autre carte ?")),
        (Reason.CARD, ("Carte non acceptée", "Rien n’est débité. Autre carte ?")),
        (Reason.CARD_OUT, ("Carte retirée", "Rien n’est débité. Réessayez.")),
        (Reason.NO_CARD, ("Aucune carte lue", "Rien n’est débité. Réessayez.")),
        (Reason.CANCELLED, ("Paiement abandonné", "Rien n’est débité. Réessayez.")),
        (Reason.NO_BANK, ("Banque injoignable", "Rien n’est débité. Patientez.")),
        (Reason.REVERSED, ("Paiement annulé", "Rien n’est débité. Somme rendue.")),
        (Reason.BUSY, ("Terminal occupé", "Pas de carte : attendez.")),
        (Reason.NOT_TAKEN, ("Demande non prise", "Rien n’est débité. Réessayez.")),
        (Reason.NOT_ASKED, ("Terminal muet", "Rien n’est débité. Réessayez.")),
    ],
)
def test_a_refusal_says_whose_it_is_what_is_known_and_what_to_do(reason: Reason, words: tuple[str, str]) -> None:
    assert shown(PaymentFailed(RIGHT, reason))[1:] == (
        "AB-123-CD 12,00 €",
        *words,
        "[OK] réessayer   [CANCEL] quitter (30 s)",
    )


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_each_end_has_words_of_its_own(language: str) -> None:
    context = replace(HERE, language=language)
    titles = {shown(PaymentFailed(RIGHT, reason), context)[2] for reason in FAILURES}
    assert len(titles | {shown(Cancelled(RIGHT), context)[2]}) == len(Reason)


def test_no_words_put_the_blame_on_a_card_or_a_bank_that_the_terminal_did_not_name() -> None:
    silent = (Reason.REFUSED, Reason.NOT_TAKEN, Reason.NOT_ASKED)
    said = " ".join(" ".join(shown(PaymentFailed(RIGHT, reason))[2:4]) for reason in silent)
    assert "carte" not in said
    assert "refusé" not in said


def test_who_tries_again_first_reads_what_will_be_asked() -> None:
    assert PaymentFailed(RIGHT, Reason.REFUSED).on(KeyPressed(Key.OK), HERE) == PayAgain(RIGHT)
    assert shown(PayAgain(RIGHT))[1:] == (
        "AB-123-CD jusqu’à",
        "12,00 € 12 h 01",
        "À partir de 10 h 01 ?",
        "[CANCEL] quitter (30 s)   [OK] payer",
    )


def test_trying_again_buys_the_same_under_a_new_number() -> None:
    context = replace(HERE, ledger=ledger_of((PaymentStarted(RIGHT), PaymentRefused(RIGHT.reference, "refused"))))
    again = structs.replace(RIGHT, reference="75011-0042-000002")
    assert PayAgain(RIGHT).on(KeyPressed(Key.OK), context) == (
        Presenting(again),
        Record(PaymentStarted(again)),
        Charge(again),
    )


def test_an_interval_that_has_begun_is_priced_again_shown_and_then_asked() -> None:
    late = replace(HERE, now=paris("2026-03-04T10:25:20"))
    assert shown(PayAgain(RIGHT), late)[1:4] == ("AB-123-CD jusqu’à", "12,00 € 12 h 26", "À partir de 10 h 26 ?")
    move = PayAgain(RIGHT).on(KeyPressed(Key.OK), late)
    assert isinstance(move, tuple)
    assert move[0] == Presenting(structs.replace(RIGHT, start=paris("2026-03-04T10:26"), end=paris("2026-03-04T12:26")))


def test_what_has_become_free_meanwhile_is_offered_for_when_it_is_not() -> None:
    evening = replace(HERE, now=paris("2026-03-04T20:00:20"))
    assert shown(PayAgain(RIGHT), evening)[3] == "À partir de demain à 9 h 00 ?"


def test_what_cannot_be_sold_any_more_is_not_asked_for() -> None:
    whole_day = Stay(24, paris("2026-03-04T16:01"), RIGHT.start)
    context = replace(HERE, ledger=Ledger(stays={(RIGHT.plate, 1, "visitor"): whole_day}))
    assert PayAgain(RIGHT).on(KeyPressed(Key.OK), context) == OutOfService(RIGHT)
    assert "AB-123-CD 12,00 €" in shown(PayAgain(RIGHT), context), "whose refused payment it was"
    assert "payer" not in " ".join(shown(PayAgain(RIGHT), context))


def test_a_refusal_can_be_left_and_does_not_ask_a_terminal_that_is_gone() -> None:
    gone = replace(HERE, health=Health(PrinterState.OK, terminal=False))
    for sorry in (PaymentFailed(RIGHT, Reason.REFUSED), PayAgain(RIGHT)):
        assert sorry.on(KeyPressed(Key.CANCEL), HERE) == VisitOver()
        assert sorry.on(KeyPressed(Key.OK), gone) == OutOfService(RIGHT)


@pytest.mark.parametrize("first", [PaymentFailed(RIGHT, Reason.REFUSED), PayAgain(RIGHT)], ids=repr)
def test_a_refusal_is_left_to_nobody_else(first: PaymentFailed | PayAgain) -> None:
    """Thirty seconds, the last twenty after a warning; no key but its own keeps it up or brings it back."""
    assert first.patience * 3 == first.left == 30
    second = structs.replace(first, left=20)
    third = structs.replace(first, left=10)
    for key in set(Key) - {Key.OK, Key.CANCEL}:
        assert second.on(KeyPressed(key), HERE) == second
    assert first.on(TimedOut(), HERE) == (second, Beep(Tone.WARNING))
    assert second.on(TimedOut(), HERE) == (third, Beep(Tone.WARNING))
    assert third.on(TimedOut(), HERE) == VisitOver()


def test_a_cancellation_says_that_nothing_is_debited_and_ends() -> None:
    assert shown(Cancelled(RIGHT))[1:4] == ("AB-123-CD 12,00 €", "Annulé", "Rien n’est débité")
    for event in (KeyPressed(Key.OK), TimedOut()):
        assert Cancelled(RIGHT).on(event, HERE) == VisitOver()
    assert Cancelled(RIGHT).on(KeyPressed(Key.A), HERE) == VisitOver(typed=Key.A)
    assert Cancelled(RIGHT).on(TerminalIs(True), HERE) == Cancelled(RIGHT)
