"""The vehicle class a motorist is asked for where it changes the price, and paying ahead at night after it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from firmware.domain.purchase import Purchase
from firmware.machine import Machine
from firmware.screens.choice import AlreadyCovered, NotForVehicle, VehicleChoice, after_plate, after_regime
from firmware.screens.duration import Duration, PayAhead
from firmware.screens.screen import Screen, VisitOver
from firmware.visit.offers import vehicle_choices
from hal.ports import Key, KeyPressed
from tests.builders import paris
from tests.firmware.screens.visits import (
    CARS,
    CHOOSE,
    HERE,
    PLATE,
    RESIDENT,
    TO_THE_PLATE,
    TYPED,
    at,
    chosen,
    holding,
    right_in,
    screen_of,
    shown,
    stayed,
    visited,
)

# --- the vehicle --------------------------------------------------------------------------------------------------


def test_the_vehicle_is_asked_only_where_it_changes_the_price() -> None:
    assert isinstance(after_regime(Purchase(PLATE), TYPED, at("2022-03-02T10:00")), Duration)
    assert after_regime(Purchase(PLATE), TYPED, at("2023-03-01T10:00")) == VehicleChoice(
        Purchase(PLATE), TYPED, ("car", "two_wheeler")
    )
    assert after_regime(Purchase(PLATE), TYPED, HERE) == VehicleChoice(Purchase(PLATE), TYPED, CARS)
    resident = Purchase(PLATE, "resident")
    assert after_regime(resident, TYPED, HERE) == VehicleChoice(resident, TYPED, ("car", "two_wheeler"))
    for free in ("cmi_s", "pro_public"):
        assert isinstance(after_regime(Purchase(PLATE, free), TYPED, HERE), Duration)


def test_low_emission_is_closed_to_a_heavy_car_and_only_its_driver_knows() -> None:
    green = Purchase(PLATE, "low_emission")
    asked = after_regime(green, TYPED, HERE)
    assert asked == VehicleChoice(green, TYPED, ("car", "heavy"))
    assert isinstance(asked.on(KeyPressed(Key.OK), HERE), Duration)
    heavy = replace(green, vehicle="heavy")
    closed = VehicleChoice(green, TYPED, ("car", "heavy"), 1).on(KeyPressed(Key.OK), HERE)
    assert closed == NotForVehicle(heavy, TYPED)
    assert isinstance(closed, NotForVehicle)
    assert shown(closed)[:2] == ("Basse émission", "Pas pour cette catégorie de véhicule")
    assert closed.on(KeyPressed(Key.CORRECT), HERE) == TYPED
    visitor = Purchase(PLATE, "visitor", "heavy")
    assert closed.on(KeyPressed(Key.OK), HERE) == Duration(visitor, TYPED, 4)
    assert isinstance(after_regime(green, TYPED, at("2022-03-02T10:00")), Duration)


def test_each_class_stands_with_its_price_and_the_light_car_is_chosen() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    assert shown(screen) == (
        "Votre véhicule ?",
        "Voiture jusqu’à 1,6 t (électrique 2,0 t) 6,00 € / heure",
        "Deux-roues motorisé 3,00 € / heure",
        "Voiture plus lourde 18,00 € / heure",
        CHOOSE,
    )
    assert chosen(screen) == ["Voiture jusqu’à 1,6 t (électrique 2,0 t)"]
    assert screen.explain(HERE) == "La masse en service est à la ligne G de la carte grise."


def test_ok_takes_the_class_that_is_chosen_for_an_hour() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    for presses, vehicle in enumerate(CARS):
        asked: Screen = screen
        for _ in range(presses):
            asked = screen_of(asked.on(KeyPressed(Key.PLUS), HERE))
        assert asked.on(KeyPressed(Key.OK), HERE) == Duration(Purchase(PLATE, vehicle=vehicle), TYPED, 4)
    assert screen.on(KeyPressed(Key.MINUS), HERE) == replace(screen, chosen=2)


@pytest.mark.parametrize(("key", "units"), [(Key.D1, 4), (Key.D2, 8), (Key.D6, 24)])
def test_a_digit_takes_the_chosen_class_and_so_many_hours(key: Key, units: int) -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS, chosen=1)
    assert screen.on(KeyPressed(key), HERE) == Duration(Purchase(PLATE, vehicle="two_wheeler"), TYPED, units)


def test_a_digit_that_is_more_than_there_is_does_nothing() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    for key in (Key.D7, Key.D8, Key.D0):
        assert screen.on(KeyPressed(key), HERE) == screen
    two_hours_left, prolonged = stayed(16, "2026-03-04T14:01"), Duration(Purchase(PLATE), TYPED)
    assert prolonged.on(KeyPressed(Key.D3), two_hours_left) == prolonged
    assert prolonged.on(KeyPressed(Key.D2), two_hours_left) == replace(prolonged, units=8)


@pytest.mark.parametrize(("key", "days"), [(Key.D1, 1), (Key.D2, 2), (Key.D7, 7)])
def test_for_a_resident_the_digit_is_days(key: Key, days: int) -> None:
    purchase = Purchase(PLATE, "resident")
    screen = VehicleChoice(purchase, TYPED, ("car", "two_wheeler"))
    assert screen.on(KeyPressed(key), HERE) == Duration(replace(purchase, vehicle="car"), TYPED, days)


def test_correct_on_the_vehicle_goes_back_to_the_plate() -> None:
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CORRECT), HERE) == TYPED
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CANCEL), HERE) == VisitOver()


def test_a_stay_has_one_class_and_is_not_asked_again() -> None:
    context, _, _ = visited(HERE, f"{TO_THE_PLATE} PLUS OK OK")
    assert after_plate(PLATE, TYPED, context) == AlreadyCovered(Duration(Purchase(PLATE, vehicle="two_wheeler"), TYPED, 4))
    later = at("2026-03-04T11:17", context)
    assert after_plate(PLATE, TYPED, later) == VehicleChoice(Purchase(PLATE), TYPED, CARS), (
        "a new stay is another vehicle's, perhaps"
    )


def test_a_stay_begun_under_an_older_tariff_goes_on_in_it() -> None:
    """30 September 2024, the last day without heavy cars, to the morning after: nobody is told that the maximum is reached."""
    context = at("2024-09-30T19:30")
    context, _, facts = visited(context, f"{TO_THE_PLATE} OK OK")
    assert right_in(facts).end == paris("2024-10-01T09:30")
    next_day = at("2024-10-01T09:10", context)
    assert after_plate(PLATE, TYPED, next_day) == AlreadyCovered(Duration(Purchase(PLATE), TYPED, 4))
    assert vehicle_choices(Purchase(PLATE), next_day) == ("car", "two_wheeler")
    assert after_plate("ZZ999ZZ", TYPED, next_day) == VehicleChoice(Purchase("ZZ999ZZ"), TYPED, CARS)


# --- free hours ---------------------------------------------------------------------------------------------------


def test_at_night_it_asks_whether_to_pay_ahead_after_the_regime_and_the_vehicle() -> None:
    context = at("2026-03-07T21:00", holding("resident"))
    names = []
    machine = Machine(health=context.health)
    for key in f"{TO_THE_PLATE} OK OK OK OK".split():
        machine, _ = machine.feed(KeyPressed(Key(key)), 0.0, context)
        names.append(machine.screen.name)
    assert names[-5:] == ["regime", "vehicle", "closed", "duration", "present card"]
    assert shown(PayAhead(RESIDENT), context)[0] == "Gratuit jusqu’à lun. 09:00"
