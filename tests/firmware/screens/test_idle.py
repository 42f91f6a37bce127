"""Idle screens: welcome, help, out of service, faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from textwrap import wrap

import pytest
from msgspec import structs

from firmware.domain.purchase import Purchase
from firmware.ledger.clock_evidence import ClockTrust
from firmware.ledger.ledger import Ledger
from firmware.screens.choice import RegimeChoice
from firmware.screens.duration import Duration
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.not_taken import NotTaken
from firmware.screens.out_of_service import JournalBroken, OutOfService
from firmware.screens.plate import PlateEntry
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen, VisitOver
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from firmware.visit.sales_policy import may_take_payment
from hal.ports import Key, KeyFreed, KeyHeld, KeyPressed, PrinterIs, PrinterState, TerminalIs, Tone
from tests.builders import PARIS, context

HERE = context()
SILENT = replace(HERE, health=Health(PrinterState.OK, terminal=False))
LETTERS = [key for key in Key if len(key.value) == 1]
LENGTH = Duration(Purchase("AB123CD"), back=PlateEntry("AB123CD"))
SENTENCE = "Le numéro A de la carte grise. AA-123-AA : sans le département. 1234 AA 01 : avec."


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0, **members: object) -> Context:
    return replace(HERE, now=datetime(year, month, day, hour, minute, tzinfo=PARIS), **members)  # type: ignore[arg-type]


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    """Every text, top to bottom, with ordinary spaces."""
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


# --- idle ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_or_digit_begins_a_plate_with_itself_and_looks_at_the_printer(key: Key) -> None:
    assert Idle(1).on(KeyPressed(key), HERE) == (PlateEntry(key.value), AskPrinter())


@pytest.mark.parametrize("key", [Key.OK, Key.CANCEL, Key.CORRECT, Key.PLUS, Key.MINUS, Key.MAX])
def test_no_other_key_does_anything(key: Key) -> None:
    assert Idle().on(KeyPressed(key), HERE) == Idle()


def test_the_pages_turn_every_six_seconds_and_then_it_begins_again() -> None:
    assert Idle().patience == 6.0
    assert Idle().on(TimedOut(), HERE) == Idle(1)
    assert Idle(1).on(TimedOut(), HERE) == Idle(2)
    assert Idle(2).on(TimedOut(), HERE) == Idle(3)
    assert shown(Idle(4)) == shown(Idle())
    assert Idle(4).on(TimedOut(), HERE) == VisitOver(rounds=1)


def test_the_first_page_says_what_to_do_and_when_one_pays() -> None:
    assert shown(Idle()) == (
        "",
        "Tapez votre plaque",
        "Payant lun.–sam. 9 h 00–20 h 00",
        "12 rue Oberkampf",
        "[INFO] aide 1/4   [LANG] EN DE ES IT",
    )


def test_two_pages_are_the_whole_scale() -> None:
    assert shown(Idle(1))[1:4] == ("Tapez votre plaque", "1 h 6,00 €   2 h 12,00 €", "3 h 24,00 €   4 h 39,00 €")
    assert shown(Idle(2))[0] == "Zone 1 10 h 00"
    assert shown(Idle(2))[1:3] == ("Tapez votre plaque", "5 h 57,00 €   6 h 75,00 €")


def test_the_last_page_is_the_charge_and_the_law() -> None:
    assert shown(Idle(3))[1:4] == (
        "Tapez votre plaque",
        "Paiement immédiat ou FPS 75,00 €,",
        "minoré du montant du dernier ticket",
    )


def test_prices_are_those_of_the_day_and_of_the_zone() -> None:
    zone_2 = replace(HERE.site, zone=2)
    assert "1 h 4,00 €   2 h 8,00 €" in shown(Idle(1), at(2019, 5, 6))
    assert "1 h 2,40 €   2 h 4,80 €" in shown(Idle(1), at(2019, 5, 6, site=zone_2))
    assert "1 h 4,00 €   2 h 8,00 €" in shown(Idle(1), at(2026, 3, 4, site=zone_2))
    assert "Paiement immédiat ou FPS 50,00 €," in shown(Idle(3), at(2019, 5, 6))
    assert "Paiement immédiat ou FPS 35,00 €," in shown(Idle(3), at(2019, 5, 6, site=zone_2))


def test_in_2015_there_is_no_charge_and_nothing_is_said_of_one() -> None:
    context = at(2015, 6, 3)
    assert shown(Idle(1), context)[1:3] == ("Tapez votre plaque", "1 h 4,00 €   2 h 8,00 €")
    for page in range(3):
        assert "FPS" not in " ".join(shown(Idle(page), context))
        assert "forfait" not in " ".join(shown(Idle(page), context))


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (at(2026, 3, 4, 8, 30), ("Gratuit maintenant", "jusqu’à 9 h 00 ; après :", "Tapez votre plaque")),
        (at(2026, 3, 4, 20, 0), ("Gratuit maintenant", "jusqu’à demain à 9 h 00 ; après :", "Tapez votre plaque")),
        (at(2026, 3, 7, 21, 0), ("Gratuit maintenant", "jusqu’à lun. à 9 h 00 ; après :", "Tapez votre plaque")),
        (at(2026, 5, 1, 12, 0), ("Gratuit maintenant", "jusqu’à demain à 9 h 00 ; après :", "Tapez votre plaque")),
        (at(2026, 3, 4, 19, 59), ("Tapez votre plaque", "Payant lun.–sam. 9 h 00–20 h 00", "12 rue Oberkampf")),
        (at(2026, 3, 4, 9, 0), ("Tapez votre plaque", "Payant lun.–sam. 9 h 00–20 h 00", "12 rue Oberkampf")),
    ],
)
def test_it_says_when_parking_is_free(context: Context, said: tuple[str, ...]) -> None:
    assert shown(Idle(), context)[1:-1] == said


def test_it_warns_that_there_will_be_no_ticket_and_that_a_key_is_stuck() -> None:
    out = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
    stuck = replace(HERE, health=Health(PrinterState.OK, terminal=True, stuck=frozenset({Key.B, Key.A})))
    assert "Sans ticket : reçu à l’écran" in shown(Idle(), out)
    assert "Touche bloquée : A, B" in shown(Idle(), stuck)
    assert may_take_payment(out)
    assert may_take_payment(stuck)


# --- out of service ------------------------------------------------------------------------------------------------------


def test_without_its_terminal_it_says_so_where_to_go_and_a_code() -> None:
    said = ("Paiement en panne", "Code T1 · 75011-0042 · allez au", "5 passage Saint-Pierre-Amelot")
    assert shown(Idle(), SILENT)[1:5] == ("Tapez votre plaque", *said)
    assert shown(OutOfService(), SILENT)[1:4] == said


def test_without_its_terminal_it_still_takes_the_plate_of_who_pays_nothing_and_says_so() -> None:
    assert shown(Idle(1), SILENT)[1:4] == (
        "Tapez votre plaque",
        "Droits gratuits seulement.",
        "Paiement en panne. Code T1",
    )
    assert Idle().on(KeyPressed(Key.A), SILENT) == (PlateEntry("A"), AskPrinter())
    assert Idle().explain(SILENT) == "Seuls les droits gratuits : plaque, OK."


STOPPED = (
    (replace(HERE, ledger=Ledger(stopped=True)), "S1"),
    (replace(HERE, health=Health(PrinterState.OK, terminal=True, clock=ClockTrust("wrong"))), "C1"),
)


@pytest.mark.parametrize(("context", "code"), STOPPED)
def test_out_of_sales_or_with_a_wrong_clock_nothing_begins_and_the_code_says_why(context: Context, code: str) -> None:
    for page in range(3):
        assert shown(Idle(page), context)[1:4] == (
            "Machine hors service",
            f"Code {code} · 75011-0042 · allez au",
            "5 passage Saint-Pierre-Amelot",
        )
        assert Idle(page).on(KeyPressed(Key.A), context) == Idle(page)
        assert Idle(page).explain(context) == ""


def test_a_wrong_clock_is_not_shown() -> None:
    context = replace(HERE, health=Health(PrinterState.OK, terminal=True, clock=ClockTrust("wrong")))
    assert Idle().view(context).right == "-- h --"


def test_before_the_terminal_has_spoken_it_says_that_it_starts() -> None:
    starting = replace(HERE, health=Health())
    assert shown(Idle(), starting)[1:-1] == ("Mise en service…",)
    assert Idle().on(KeyPressed(Key.A), starting) == Idle()


def test_without_a_tariff_in_force_nothing_is_sold() -> None:
    for where in (at(2014, 6, 4), at(2036, 6, 4)):
        assert Idle().on(KeyPressed(Key.A), where) == Idle()
        assert "Code P1 · 75011-0042 · allez au" in shown(Idle(), where)


def test_out_of_service_during_a_visit_ends_by_any_key_or_by_itself() -> None:
    assert "Paiement en panne" in shown(OutOfService(), SILENT)
    for event in (KeyPressed(Key.OK), TimedOut()):
        assert OutOfService().on(event, SILENT) == VisitOver()
    assert OutOfService().on(KeyPressed(Key.A), SILENT) == VisitOver(typed=Key.A)
    for other in (TerminalIs(True), PrinterIs(PrinterState.OK), KeyHeld(Key.A), KeyFreed(Key.A)):
        assert OutOfService().on(other, SILENT) == OutOfService()


def test_what_is_out_of_service_no_more_has_no_code() -> None:
    """The terminal has come back while its absence is read."""
    assert "75011-0042 · allez au" in shown(OutOfService(), HERE)


def test_a_broken_station_stays_broken_and_names_its_code() -> None:
    broken = JournalBroken("J1")
    assert shown(broken)[1:4] == ("Machine hors service", "Code J1 · 75011-0042 · allez au", "5 passage Saint-Pierre-Amelot")
    assert broken.patience == float("inf")
    for event in (KeyPressed(Key.A), KeyPressed(Key.CANCEL), TimedOut(), TerminalIs(True)):
        assert broken.on(event, HERE) == broken


# --- help ---------------------------------------------------------------------------------------------------------


def pages(info: Info, context: Context = HERE) -> list[tuple[str, ...]]:
    """The middle of every page, as INFO turns them."""
    found: list[tuple[str, ...]] = []
    screen: Screen = info
    while isinstance(screen, Info):
        found.append(shown(screen, context)[1:-1])
        moved = screen.on(KeyPressed(Key.INFO), context)
        assert isinstance(moved, Screen)
        screen = moved
    assert screen == info.before
    return found


def test_help_is_one_more_sentence_then_the_whole_scale_then_the_law() -> None:
    sentence, scale, more, (charge, *first), *rest = pages(Info(PlateEntry("AB")))
    assert " ".join(sentence) == SENTENCE
    assert scale == ("Barème de la zone 1 :", "Visiteur · Voiture", "1 h 6,00 €   2 h 12,00 €")
    assert more == ("3 h 24,00 €   4 h 39,00 €", "5 h 57,00 €   6 h 75,00 €")
    assert charge == "FPS 75,00 €"
    whole = " ".join([*first, *(line for page in rest for line in page)])
    assert whole.replace("- ", "-") == HERE.tariffs.legal.fee.text["fr"]


def test_help_in_2015_has_no_charge_to_speak_of() -> None:
    assert pages(Info(PlateEntry("AB")), at(2015, 6, 3)) == [
        tuple(wrap(SENTENCE, 32)),
        ("Barème de la zone 1 :", "Visiteur · Voiture", "1 h 4,00 €   2 h 8,00 €"),
    ]


def test_help_gives_the_screen_back_unchanged() -> None:
    for event in (KeyPressed(Key.OK), KeyPressed(Key.A), KeyPressed(Key.CANCEL)):
        assert Info(LENGTH, 1).on(event, HERE) == LENGTH
    assert Info(LENGTH).on(KeyHeld(Key.A), HERE) == Info(LENGTH)


@pytest.mark.parametrize("below", [Idle(), LENGTH])
def test_help_asks_whether_anybody_is_there_before_it_goes(below: Screen) -> None:
    assert Info(below).on(TimedOut(), HERE) == (StillThere(below), Beep(Tone.WARNING))
    assert StillThere(below).left >= 20
    assert StillThere(below).on(KeyPressed(Key.OK), HERE) == below


@pytest.mark.parametrize("over", [Info(Idle()), StillThere(Idle())])
def test_what_lies_over_an_idle_screen_loses_no_first_letter(over: Screen) -> None:
    assert over.on(KeyPressed(Key.C), HERE) == (PlateEntry("C"), AskPrinter())


def test_over_a_plate_the_help_lets_type_on_and_the_countdown_brings_back_what_was_there() -> None:
    assert Info(PlateEntry("AB")).on(KeyPressed(Key.D1), HERE) == PlateEntry("AB1")
    assert StillThere(PlateEntry("AB")).on(KeyPressed(Key.OK), HERE) == PlateEntry("AB")
    assert StillThere(PlateEntry("AB")).on(KeyPressed(Key.D1), HERE) == NotTaken(PlateEntry("AB")), (
        "and says that it is not taken"
    )


def test_help_shows_the_scale_of_what_is_being_bought_and_which_page_it_is() -> None:
    resident = structs.replace(LENGTH, purchase=Purchase("AB123CD", "resident", "two_wheeler"), units=1)
    assert pages(Info(resident))[1][:3] == ("Barème de la zone 1 :", "Résident · Deux-roues", "1 j 0,75 €   2 j 1,50 €")
    regime = RegimeChoice("AB123CD", PlateEntry("AB123CD"), ("cmi_s", "visitor"))
    assert pages(Info(regime))[1][1:3] == ("Carte mobilité inclusion · Voiture", "1 j gratuit")
    assert "suite 1/" in shown(Info(resident))[-1]


def test_help_on_a_free_day_multiplies_nothing_by_nothing() -> None:
    free = structs.replace(LENGTH, purchase=Purchase("AB123CD", "cmi_s"), units=1)
    assert free.explain(HERE) == "1 jour : gratuit"


def test_help_breaks_no_line_inside_a_price() -> None:
    """A heavy car: every line ends after a comma, and the total stands beside its sign."""
    heavy = structs.replace(LENGTH, purchase=Purchase("AB123CD", "visitor", "heavy"), units=24)
    assert any("FPS 225,00 €" in line for page in pages(Info(heavy)) for line in page)
    lines = [line for page in pages(Info(heavy))[:2] for line in page if "×" in line]
    assert all(line.endswith(",") for line in lines[:-1])
    assert lines[-1].endswith("6e heure 4 × 13,50 € = 225,00 €")


def test_help_on_the_price_says_how_it_is_made() -> None:
    sold = structs.replace(LENGTH, units=10)
    assert " ".join(shown(Info(sold))[1:-1]) == "1re heure 4 × 1,50 €, 2e heure 4 × 1,50 €, 3e heure 2 × 3,00 € = 18,00 €"


def test_help_survives_a_tariff_that_changes_under_it() -> None:
    last = Info(PlateEntry("AB"), len(pages(Info(PlateEntry("AB")))) - 1)
    assert shown(last, at(2015, 6, 3))[1] == "Barème de la zone 1 :"
