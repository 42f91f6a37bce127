"""The regime a plate is asked to choose: which ones stand there, in which order, and where there is but one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import Ledger
from firmware.screens.choice import RegimeChoice, VehicleChoice, after_plate
from firmware.screens.duration import Duration
from firmware.screens.out_of_service import OutOfService
from firmware.screens.screen import VisitOver
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.health import Health
from firmware.visit.offers import quotes_for
from hal.ports import Key, KeyPressed, PrinterState
from tests.firmware.screens.visits import (
    CARS,
    CHOOSE,
    HERE,
    PLATE,
    TYPED,
    at,
    chosen,
    holding,
    screen_of,
    shown,
)

SILENT = Health(PrinterState.OK, terminal=False)


def rotative(context: Context) -> Context:
    return replace(context, site=replace(context.site, street="rotative"))


# --- the regime ---------------------------------------------------------------------------------------------------


def test_a_plate_without_rights_is_a_visitor_and_is_not_asked() -> None:
    assert after_plate(PLATE, TYPED, HERE) == VehicleChoice(Purchase(PLATE), TYPED, CARS)
    assert after_plate("ZZ999ZZ", TYPED, holding("resident")) == VehicleChoice(Purchase("ZZ999ZZ"), TYPED, CARS)


def test_the_regimes_a_plate_holds_here_stand_with_their_prices_and_the_visitors_last() -> None:
    context = holding("resident")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == RegimeChoice(PLATE, TYPED, ("resident", "visitor"))
    assert shown(screen, context) == (
        "1 Résident 1,50 €",
        "2 Visiteur 6,00 €",
        "1 jour · AB-123-CD",
        CHOOSE.format(which="régime 1/2"),
    )
    assert chosen(screen, context) == ["1 Résident"]


def test_what_is_free_stands_first_and_is_what_ok_would_take() -> None:
    context = holding("resident", "pro_mobile", "cmi_s")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == RegimeChoice(PLATE, TYPED, ("cmi_s", "resident", "pro_mobile", "visitor"))
    assert shown(screen, context)[:3] == (
        "1 Carte mobilité 0 €",
        "2 Résident 1,50 €",
        "gratuit · Carte mobilité inclusion",
    )
    assert chosen(screen, context) == ["1 Carte mobilité"]


def test_two_rights_together_are_a_regime_of_their_own() -> None:
    screen = screen_of(after_plate(PLATE, TYPED, holding("resident", "low_emission")))
    assert screen == RegimeChoice(PLATE, TYPED, ("low_emission", "low_emission_resident", "resident", "visitor"))


@pytest.mark.parametrize(
    "rights",
    [("resident",), ("pro_sedentary",), ("pro_mobile",), ("pro_public",), ("low_emission",), ("cmi_s",), ("resident", "cmi_s")],
)
@pytest.mark.parametrize("when", ["2016-06-01T10:00", "2019-05-06T10:00", "2022-03-02T10:00", "2023-03-01T10:00"])
def test_ok_alone_never_takes_the_dearest(rights: tuple[str, ...], when: str) -> None:
    """Another regime is dearer by the hour than the first one; and the first class is the light car."""
    context = at(when, holding(*rights))
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert isinstance(screen, RegimeChoice)
    offers = [quotes_for(Purchase(PLATE, regime), context)[0] for regime in screen.options]
    by_the_hour = [offer.cents * {"quarter": 4, "hour": 1, "day": 1 / 11}[offer.unit] for offer in offers]
    assert screen.chosen == 0
    assert by_the_hour[0] == min(by_the_hour) < max(by_the_hour)
    following = screen.on(KeyPressed(Key.OK), context)
    if isinstance(following, VehicleChoice):
        assert (following.chosen, following.options[0]) == (0, "car")


def test_a_resident_of_elsewhere_is_a_visitor_here() -> None:
    assert isinstance(after_plate(PLATE, TYPED, holding("resident", sector="16G")), VehicleChoice)


def test_on_a_rotative_street_residents_and_sedentary_professionals_are_visitors() -> None:
    for right in ("resident", "pro_sedentary"):
        assert isinstance(after_plate(PLATE, TYPED, rotative(holding(right))), VehicleChoice)
    for right in ("cmi_s", "pro_mobile", "pro_public", "low_emission"):
        assert after_plate(PLATE, TYPED, rotative(holding(right))) == RegimeChoice(PLATE, TYPED, (right, "visitor"))


def test_plus_and_minus_go_round_the_regimes_and_two_of_them_are_in_sight() -> None:
    context = holding("resident", "pro_mobile", "cmi_s")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    seen = []
    for _ in range(5):
        seen.append(chosen(screen, context))
        assert len(screen.view(context).middle) == 3
        screen = screen_of(screen.on(KeyPressed(Key.PLUS), context))
    names = [["1 Carte mobilité"], ["2 Résident"], ["3 Pro mobile"], ["4 Visiteur"], ["1 Carte mobilité"]]
    assert seen == names
    assert chosen(screen_of(screen.on(KeyPressed(Key.MINUS), context)), context) == ["1 Carte mobilité"]


def test_correct_goes_back_to_the_plate_and_no_digit_answers_for_the_regime() -> None:
    screen = RegimeChoice(PLATE, TYPED, ("resident", "visitor"))
    context = holding("resident")
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    assert screen.on(KeyPressed(Key.CANCEL), context) == VisitOver()
    for key in (Key.D1, Key.D3, Key.A, Key.MAX):
        assert screen.on(KeyPressed(key), context) == screen


def test_info_says_where_the_regimes_come_from() -> None:
    said = RegimeChoice(PLATE, TYPED, ("resident", "visitor")).explain(HERE)
    assert said == "Les droits de votre plaque dans ce secteur, d’après le registre de la Ville."


# --- where money cannot be taken ----------------------------------------------------------------------------------


def test_without_a_bank_a_visitor_and_who_pays_by_the_day_are_told_at_once() -> None:
    for where in (HERE, holding("resident")):
        assert after_plate(PLATE, TYPED, replace(where, health=SILENT)) == OutOfService()


def test_without_a_bank_who_pays_nothing_is_given_the_right_and_asked_of_no_other_regime() -> None:
    context = replace(holding("resident", "pro_public"), health=SILENT)
    length = after_plate(PLATE, TYPED, context)
    assert isinstance(length, Duration)
    assert length.purchase.regime == "pro_public"
    given = length.on(KeyPressed(Key.OK), context)
    assert isinstance(given, tuple)
    assert isinstance(given[0], Paid)


def test_out_of_sales_even_who_pays_nothing_is_given_nothing() -> None:
    context = replace(holding("pro_public"), ledger=Ledger(stopped=True))
    assert after_plate(PLATE, TYPED, context) == OutOfService()
