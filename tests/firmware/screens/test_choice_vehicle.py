"""The vehicle class a motorist is asked for where it changes the price, and paying ahead at night after it."""

from __future__ import annotations

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
    closed = VehicleChoice(green, TYPED, ("car", "heavy"), chosen=1).on(KeyPressed(Key.OK), HERE)
    assert closed == NotForVehicle(heavy, TYPED)
    assert isinstance(closed, NotForVehicle)
    assert shown(closed)[:2] == ("Basse émission", "Pas ce véhicule")
    assert closed.on(KeyPressed(Key.CORRECT), HERE) == TYPED
    visitor = Purchase(PLATE, "visitor", "heavy")
    assert closed.on(KeyPressed(Key.OK), HERE) == Duration(visitor, TYPED, 8)
    assert isinstance(after_regime(green, TYPED, at("2022-03-02T10:00")), Duration)


def test_each_class_stands_with_its_price_and_the_light_car_is_chosen() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    assert shown(screen) == (
        "1 Voiture 6,00 €",
        "2 Deux-roues 3,00 €",
        "1 h · jusqu’à 1,6 t (élec. 2,0 t)",
        CHOOSE.format(which="véhicule 1/3"),
    )
    assert chosen(screen) == ["1 Voiture"]
    assert screen.explain(HERE) == "La masse en service est à la ligne G de la carte grise."


def test_ok_takes_the_class_that_is_chosen() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    for presses, vehicle in enumerate(CARS):
        asked: Screen = screen
        for _ in range(presses):
            asked = screen_of(asked.on(KeyPressed(Key.PLUS), HERE))
        assert asked.on(KeyPressed(Key.OK), HERE) == Duration(Purchase(PLATE, vehicle=vehicle), TYPED, 8)
    assert screen.on(KeyPressed(Key.MINUS), HERE) == replace(screen, chosen=2)


def test_where_a_heavy_car_pays_what_a_car_pays_its_driver_finds_a_line_that_says_so() -> None:
    screen = VehicleChoice(Purchase(PLATE, "resident"), TYPED, ("car", "two_wheeler"))
    assert shown(screen)[2] == "1 jour · légère ou lourde"
    heavy = VehicleChoice(Purchase(PLATE), TYPED, CARS, chosen=2)
    assert shown(heavy)[1:3] == ("3 Voiture lourde 18,00 €", "1 h · plus de 1,6 t (élec. 2,0 t)")


def test_correct_on_the_vehicle_goes_back_to_the_plate() -> None:
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CORRECT), HERE) == TYPED
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CANCEL), HERE) == VisitOver()


def test_a_stay_has_one_class_and_is_not_asked_again() -> None:
    context, _, _ = visited(HERE, f"{TO_THE_PLATE} PLUS OK 1 OK")
    assert after_plate(PLATE, TYPED, context) == AlreadyCovered(Duration(Purchase(PLATE, vehicle="two_wheeler"), TYPED, 8))
    later = at("2026-03-04T11:17", context)
    assert after_plate(PLATE, TYPED, later) == VehicleChoice(Purchase(PLATE), TYPED, CARS), (
        "a new stay is another vehicle's, perhaps"
    )


def test_a_stay_begun_under_an_older_tariff_goes_on_in_it() -> None:
    """30 September 2024, the last day without heavy cars, to the morning after: nobody is told that the maximum is reached."""
    context = at("2024-09-30T19:30")
    context, _, facts = visited(context, f"{TO_THE_PLATE} OK 1 OK")
    assert right_in(facts).end == paris("2024-10-01T09:30")
    next_day = at("2024-10-01T09:10", context)
    assert after_plate(PLATE, TYPED, next_day) == AlreadyCovered(Duration(Purchase(PLATE), TYPED, 8))
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
    assert shown(PayAhead(RESIDENT), context)[:2] == ("Gratuit jusqu’à", "lun. à 9 h 00")
