"""How many keys a purchase takes after the plate, and what a digit means on the way."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from firmware.domain.purchase import Purchase
from firmware.screens.choice import RegimeChoice, VehicleChoice
from hal.ports import Key, KeyPressed
from tests.firmware.screens.visits import CARS, HERE, PLATE, TO_THE_PLATE, TYPED, right_in, shown, visited

BEFORE_OK = TO_THE_PLATE.removesuffix("OK")


def test_two_hours_for_a_light_car_are_the_plate_and_three_keys() -> None:
    _, _, facts = visited(HERE, f"{BEFORE_OK} OK OK OK")
    bought = right_in(facts)
    assert (bought.vehicle, bought.units, bought.cents) == ("car", 8, 1200)


@pytest.mark.parametrize("hours", range(1, 7))
@pytest.mark.parametrize("line", range(1, 4))
def test_any_hours_for_any_vehicle_are_the_plate_and_five_keys(line: int, hours: int) -> None:
    _, _, facts = visited(HERE, f"{BEFORE_OK} OK {line} OK {hours} OK")
    assert (right_in(facts).vehicle, right_in(facts).units) == (CARS[line - 1], 4 * hours)


def test_a_digit_chooses_the_line_it_stands_before_and_takes_nothing() -> None:
    vehicle = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    regime = RegimeChoice(PLATE, TYPED, ("resident", "visitor"))
    for number, key in enumerate((Key.D1, Key.D2, Key.D3)):
        assert vehicle.on(KeyPressed(key), HERE) == replace(vehicle, chosen=number)
    assert regime.on(KeyPressed(Key.D2), HERE) == replace(regime, chosen=1)
    for key in (Key.D0, Key.D4, Key.D9):
        assert vehicle.on(KeyPressed(key), HERE) == vehicle
    assert regime.on(KeyPressed(Key.D3), HERE) == regime


def test_the_lines_show_their_digits_and_how_many_there_are() -> None:
    for chosen in range(3):
        first, second, _, keys = shown(VehicleChoice(Purchase(PLATE), TYPED, CARS, chosen=chosen))
        assert f"véhicule {chosen + 1}/3" in keys
        assert (first[:2], second[:2]) in [("1 ", "2 "), ("2 ", "3 ")]
