"""Rights by the day, by the hour, and free of charge: how they are chosen, priced and given."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.domain.purchase import Purchase
from firmware.protocol.facts import RightSold
from firmware.screens.choice import MaximumReached, RegimeChoice, after_regime
from firmware.screens.duration import Duration, NoPaper, PayAhead
from firmware.screens.plate import PlateEntry
from firmware.screens.ticket import Paid
from firmware.visit.effects import Charge
from firmware.visit.health import Health
from firmware.visit.offers import next_reference, quotes_for
from hal.ports import Key, KeyPressed, PrinterState
from tests.builders import paris
from tests.firmware.screens.visits import (
    HERE,
    PLATE,
    RESIDENT,
    TO_THE_PLATE,
    TYPED,
    at,
    holding,
    right_in,
    screen_of,
    shown,
    visited,
)

MOBILE = Duration(Purchase(PLATE, "pro_mobile"), TYPED, 1)


@pytest.mark.parametrize(
    ("long", "end", "days", "price", "why"),
    [
        ("1 jour", "demain à 10 h 01", 1, "1,50 €", "1 jour · encore 1 jour : 1,50 €"),
        ("3 jours", "sam. à 10 h 01", 3, "4,50 €", "3 jours · encore 1 jour : 1,50 €"),
        ("6 jours", "11 mars à 10 h 01", 6, "9,00 €", "6 jours · encore 1 jour : 0,00 €"),
        ("7 jours", "11 mars à 10 h 01", 7, "9,00 €", "Nouveau ticket : 11 mars à 10 h 01"),
    ],
)
def test_a_resident_buys_days(long: str, end: str, days: int, price: str, why: str) -> None:
    """From a Wednesday: Sunday is free and does not count; the seventh day costs nothing."""
    screen = structs.replace(RESIDENT, units=days)
    said = tuple(text.replace("gratuit", "0,00 €") for text in shown(screen))
    assert said == (f"{long} {price}", end, why, "[MINUS]    [PLUS] jour   [1] à 7 j   [MAX]    [OK] payer")


@pytest.mark.parametrize(
    ("units", "key", "then"),
    [
        (1, Key.PLUS, 2),
        (1, Key.MINUS, 1),
        (7, Key.PLUS, 7),
        (1, Key.MAX, 7),
        (1, Key.D7, 7),
        (5, Key.D1, 1),
        (1, Key.D8, 1),
    ],
)
@pytest.mark.parametrize("screen", [RESIDENT, MOBILE], ids=["days", "hours"])
def test_a_digit_is_days_or_hours_one_to_seven(screen: Duration, units: int, key: Key, then: int) -> None:
    assert structs.replace(screen, units=units).on(KeyPressed(key), HERE) == structs.replace(screen, units=then)


def test_a_mobile_professional_buys_whole_hours() -> None:
    assert shown(MOBILE) == (
        "Fin 11 h 01 0,50 €",
        "1 h · encore 1 heure : 0,50 €",
        "[MINUS]    [PLUS] heure   [1] à 7 h   [MAX]    [OK] payer",
    )
    assert shown(structs.replace(MOBILE, units=7))[:2] == ("Fin 17 h 01 3,50 €", "Nouveau ticket : 17 h 17")


def test_help_on_days_and_hours_says_how_the_price_is_made() -> None:
    assert RESIDENT.explain(HERE).replace("\N{NO-BREAK SPACE}", " ") == "1 jour × 1,50 € = 1,50 €"
    assert structs.replace(MOBILE, units=3).explain(HERE).replace("\N{NO-BREAK SPACE}", " ") == "3 h × 0,50 € = 1,50 €"


def test_quarters_chosen_before_correct_are_never_taken_for_days_nor_days_for_quarters() -> None:
    """Two hours for a visitor, CORRECT, and the plate is a resident's: one day, not the seven of eight quarters."""
    context = holding("pro_sedentary", "resident")
    two_hours = screen_of(Duration(Purchase(PLATE), TYPED, 8).on(KeyPressed(Key.CORRECT), context))
    assert two_hours == PlateEntry(PLATE, units=8)
    resident = after_regime(Purchase(PLATE, "resident", "car"), two_hours, at("2022-03-02T10:00", context))
    assert resident == Duration(Purchase(PLATE, "resident"), two_hours, 1)
    three_days = screen_of(structs.replace(RESIDENT, units=3).on(KeyPressed(Key.CORRECT), context))
    assert three_days == PlateEntry(PLATE)
    assert PayAhead(structs.replace(RESIDENT, units=3)).on(
        KeyPressed(Key.CORRECT), at("2026-03-07T21:00", context)
    ) == PlateEntry(PLATE)


# --- free of charge -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "end", "unit", "units"),
    [
        ("cmi_s", "2026-03-05T10:01", "day", 1),
        ("pro_public", "2026-03-05T10:01", "day", 1),
    ],
)
def test_a_free_right_is_given_at_once_without_a_card(right: str, end: str, unit: str, units: int) -> None:
    context, machine, facts = visited(holding(right), f"{TO_THE_PLATE} OK OK")
    given = right_in(facts)
    assert facts == (RightSold(given),)
    assert (given.reference, given.regime, given.cents, given.unit, given.units) == ("75011-0042-000001", right, 0, unit, units)
    assert given.end == paris(end)
    assert machine.screen == Paid(given)
    said = shown(machine.screen, context)
    assert (said[0], said[1][:7], said[2]) == ("AB-123-CD gratuit", "Jusqu’à", "demain à 10 h 01")
    assert next_reference(context) == "75011-0042-000002"


def test_the_price_of_a_free_right_is_said_to_be_nothing() -> None:
    handi = Duration(Purchase(PLATE, "cmi_s"), TYPED, 1)
    assert shown(handi) == ("1 jour gratuit", "demain à 10 h 01", "Nouveau ticket : demain à 10 h 01", "[OK] valider")
    for key in (Key.PLUS, Key.MINUS, Key.MAX, Key.D1):
        assert handi.on(KeyPressed(key), HERE) == handi
    free = Duration(Purchase(PLATE, "low_emission"), TYPED, 24)
    assert shown(free)[:2] == ("Fin 16 h 01 gratuit", "Nouveau ticket : 16 h 17")


def test_a_free_right_without_paper_is_not_called_paying() -> None:
    context = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
    free = Duration(Purchase(PLATE, "cmi_s"), TYPED, 1)
    assert free.on(KeyPressed(Key.OK), context) == NoPaper(free)
    assert shown(NoPaper(free), context)[-1] == "[CANCEL] annuler   [OK] continuer"
    move = NoPaper(free).on(KeyPressed(Key.OK), context)
    assert isinstance(move, tuple)
    assert isinstance(move[0], Paid)
    assert [effect for effect in move if isinstance(effect, Charge)] == []


def test_a_free_day_is_not_given_twice() -> None:
    context, _, _ = visited(holding("cmi_s"), f"{TO_THE_PLATE} OK OK")
    assert quotes_for(Purchase(PLATE, "cmi_s"), context) == ()
    screen = screen_of(RegimeChoice(PLATE, TYPED, ("cmi_s", "visitor")).on(KeyPressed(Key.OK), context))
    assert screen == MaximumReached(Purchase(PLATE, "cmi_s"), TYPED)
    assert shown(screen, context) == (
        "AB-123-CD : maximum",
        "Nouveau ticket possible",
        "demain à 10 h 01",
        "[OK] terminer",
    )
