"""The idle screen after a start: whose payment was interrupted, for three minutes, as long as nobody knows its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from firmware.ledger.ledger import ledger_of
from firmware.machine import Machine
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold, Started
from firmware.screens.idle import RECALLS, Idle
from firmware.screens.out_of_service import Covered, OutOfService, refused_sale
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Screen
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from firmware.visit.sales_policy import may_give_free_right
from hal.ports import Key, KeyPressed, PrinterState
from tests.builders import context, right

RIGHT = right()
CUT = (PaymentStarted(RIGHT), InDoubt(RIGHT, "power cut"))
DOUBTFUL = replace(context(), ledger=ledger_of(CUT))


def shown(screen: Screen, context: Context = DOUBTFUL) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


def test_whose_payment_was_interrupted_and_how_to_see_its_cover() -> None:
    assert shown(Idle(recalls=1))[1:4] == (
        "AB-123-CD 12,00 €",
        "Tapez votre plaque",
        "Paiement interrompu, à vérifier",
    )


@pytest.mark.parametrize("terminal", [None, False])
def test_while_the_terminal_is_not_heard_its_end_stands_there(terminal: bool | None) -> None:
    """It may still be asking for a card: no page is without the plate and the amount."""
    silent = replace(DOUBTFUL, health=Health(PrinterState.OK, terminal=terminal))
    said = ("AB-123-CD 12,00 €", "Paiement interrompu", "Couvert jusqu’à 12 h 01")
    assert set(shown(Idle(recalls=2), silent)) >= {*said, *(() if terminal is None else ("Tapez votre plaque",))}
    wrong = "Mise en service…" if terminal is None else "Code T1 · 75011-0042 · allez au"
    assert set(shown(Idle(recalls=1), silent)) >= {"AB-123-CD 12,00 €", wrong}


ASKED = ledger_of((PaymentStarted(RIGHT), Started("0.1", "none", "unknown")))
"""A terminal that can be asked about it is asked, or waited for."""


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("terminal", [None, False, True])
def test_while_the_terminal_is_asked_about_it_no_page_says_anything_else(terminal: bool | None, stopped: bool) -> None:
    health = Health(PrinterState.OK, terminal=terminal, asking=True)
    asked = replace(DOUBTFUL, ledger=replace(ASKED, stopped=stopped), health=health)
    for screen in (Idle(), Idle(1), Idle(recalls=2), Idle(recalls=1)):
        text = " ".join(shown(screen, asked))
        assert all(said in text for said in ("AB-123-CD 12,00 €", "Paiement interrompu", "Ne présentez pas de carte. Code"))
        assert ("Tapez votre plaque" in text) is may_give_free_right(asked)
    assert "AB-123-CD 12,00 €" in " ".join(shown(OutOfService(), asked)), "whoever types another plate reads it too"


def test_the_plate_it_is_for_is_shown_its_cover() -> None:
    asked = replace(DOUBTFUL, ledger=ASKED, health=Health(PrinterState.OK, terminal=False, asking=True))
    assert refused_sale("AB123CD", asked) == Covered("AB123CD")
    assert shown(Covered("AB123CD"), asked)[1:3] == ("AB-123-CD couvert jusqu’à", "12 h 01")
    assert refused_sale("ZZ999ZZ", asked) == OutOfService()


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (PaymentRefused(RIGHT.reference, "cancelled"), "Interrompu : rien n’est débité"),
        (RightSold(RIGHT), "Payé jusqu’à 12 h 01"),
    ],
)
def test_once_its_end_is_known_it_is_said_for_as_long(end: PaymentRefused | RightSold, said: str) -> None:
    known = replace(DOUBTFUL, ledger=ASKED.after(end))
    screen = Idle(recalls=2, cut=RIGHT.reference)
    assert shown(screen, known)[1:4] == ("AB-123-CD 12,00 €", "Tapez votre plaque", said)
    assert screen.on(TimedOut(), known) == Idle(recalls=1, cut=RIGHT.reference)
    assert said not in shown(Idle(recalls=2), known), "the next visit ends it"


def test_a_doubt_of_before_the_cut_is_not_recalled() -> None:
    ledger = replace(DOUBTFUL.ledger, unresolved=dict.fromkeys(DOUBTFUL.ledger.unresolved, "unanswered"))
    assert "Paiement interrompu, à vérifier" not in shown(Idle(recalls=2), replace(DOUBTFUL, ledger=ledger))


def test_it_is_said_for_three_minutes_and_then_no_more() -> None:
    assert RECALLS * Idle.patience == 240.0
    screen = Idle(recalls=RECALLS)
    for _ in range(RECALLS):
        assert "Paiement interrompu, à vérifier" in shown(screen)
        move = screen.on(TimedOut(), DOUBTFUL)
        assert isinstance(move, Idle)
        screen = move
    assert screen == Idle(1)
    assert "Paiement interrompu, à vérifier" not in shown(screen)


def test_the_next_visit_ends_it() -> None:
    assert Idle(recalls=9).on(KeyPressed(Key.A), DOUBTFUL) == (PlateEntry("A"), AskPrinter())
    cancelled, _ = Machine(PlateEntry("A")).feed(KeyPressed(Key.CANCEL), 9.0, DOUBTFUL)
    assert cancelled.screen == Idle()


def test_it_is_said_in_another_language_too() -> None:
    english, _ = Machine(Idle(recalls=9), health=DOUBTFUL.health).feed(KeyPressed(Key.LANG), 2.0, DOUBTFUL)
    assert english.screen == Idle(recalls=9)
    assert "Payment interrupted, to be checked" in english.screen.view(english.own_context(DOUBTFUL)).lines


@pytest.mark.parametrize(
    "known",
    [
        replace(DOUBTFUL, ledger=ledger_of((*CUT, RightSold(RIGHT)))),
        replace(DOUBTFUL, ledger=ledger_of((*CUT, PaymentRefused(RIGHT.reference, "refused")))),
        replace(DOUBTFUL, now=RIGHT.end + timedelta(minutes=1)),
        context(),
    ],
    ids=["it was paid", "it was not", "the cover is over", "there was none"],
)
def test_it_is_said_of_a_doubt_that_covers_and_of_nothing_else(known: Context) -> None:
    assert shown(Idle(recalls=9), known) == shown(Idle(), known)
    assert Idle(recalls=9).on(TimedOut(), known) == Idle(1)
