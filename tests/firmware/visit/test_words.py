"""Times, prices and the law in words: the same on the screen, on the ticket and in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from firmware.domain.money import euros
from firmware.visit.words import (
    day,
    fps,
    hour,
    hour_of_stay,
    law,
    length,
    minutes_between,
    price,
    regime_name,
    scale,
    until,
    vehicle_meaning,
    vehicle_name,
    whole_law,
)
from tests.builders import PARIS, context

HERE = context()
ENGLISH = replace(HERE, language="en")


def plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in texts)


@pytest.mark.parametrize(
    ("end", "french", "english"),
    [
        (datetime(2026, 3, 4, 16, 0, tzinfo=PARIS), "16 h 00", "16:00"),
        (datetime(2026, 3, 5, 9, 5, tzinfo=PARIS), "demain à 9 h 05", "tomorrow 9:05"),
        (datetime(2026, 3, 9, 9, 0, tzinfo=PARIS), "lun. à 9 h 00", "Mon 9:00"),
        (datetime(2026, 3, 10, 9, 0, tzinfo=PARIS), "mar. à 9 h 00", "Tue 9:00"),
        (datetime(2026, 3, 11, 9, 0, tzinfo=PARIS), "11 mars à 9 h 00", "11 Mar 9:00"),
        (datetime(2026, 9, 30, 12, 0, tzinfo=PARIS), "30 sept. à 12 h 00", "30 Sep 12:00"),
    ],
)
def test_an_instant_is_said_as_a_motorist_says_it(end: datetime, french: str, english: str) -> None:
    assert until(end, HERE) == french
    assert until(end, ENGLISH) == english


def test_every_day_and_month_has_its_name() -> None:
    week = [day(date(2026, 6, 1 + number), HERE).split()[0] for number in range(7)]
    assert week == ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    months = [day(date(2026, number, 15), HERE).split()[2] for number in range(1, 13)]
    assert months == ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    months = [day(date(2026, number, 15), ENGLISH).split()[2] for number in range(1, 13)]
    assert months == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("quarters", "text"),
    [(1, "15 min"), (3, "45 min"), (4, "1 h"), (5, "1 h 15"), (8, "2 h"), (23, "5 h 45"), (24, "6 h")],
)
def test_lengths(quarters: int, text: str) -> None:
    assert length("quarter", quarters, HERE) == length("quarter", quarters, ENGLISH) == text


@pytest.mark.parametrize(
    ("unit", "units", "french", "english"),
    [
        ("hour", 1, "1 h", "1 h"),
        ("hour", 7, "7 h", "7 h"),
        ("day", 1, "1 jour", "1 day"),
        ("day", 7, "7 jours", "7 days"),
    ],
)
def test_lengths_in_hours_and_days(unit: str, units: int, french: str, english: str) -> None:
    assert (length(unit, units, HERE), length(unit, units, ENGLISH)) == (french, english)


def test_a_price_of_nothing_is_free() -> None:
    assert (price(0, HERE), price(0, ENGLISH)) == ("gratuit", "free")
    assert (price(150, HERE), price(150, ENGLISH)) == ("1,50\N{NO-BREAK SPACE}€", "€1.50")


def test_every_regime_and_vehicle_of_the_tariff_file_has_a_name() -> None:
    regimes = {name: (regime_name(name, HERE), regime_name(name, ENGLISH)) for name in HERE.tariffs.regimes}
    assert regimes["resident"] == ("Résident", "Resident")
    assert regimes["low_emission_resident"] == ("Résident basse émission", "Résident basse émission")
    assert all(all(names) for names in regimes.values())
    vehicles = {name: (vehicle_name(name, HERE), vehicle_name(name, ENGLISH)) for name in HERE.tariffs.vehicles}
    assert vehicles["car"] == ("Voiture", "Car")
    assert (vehicle_meaning("car", ("car", "heavy"), HERE), vehicle_meaning("car", ("car", "heavy"), ENGLISH)) == (
        "jusqu’à 1,6 t (élec. 2,0 t)",
        "up to 1.6 t (electric 2.0 t)",
    )
    assert all(all(names) for names in vehicles.values())


def test_hours_of_a_stay_and_of_the_day() -> None:
    assert [hour_of_stay(number, HERE) for number in (1, 2, 6)] == ["1re heure", "2e heure", "6e heure"]
    assert [hour_of_stay(number, ENGLISH) for number in (1, 2, 6)] == ["hour 1", "hour 2", "hour 6"]
    assert [hour(at, HERE) for at in (time(9), time(20), time(9, 30), time(9, 5))] == ["9 h 00", "20 h 00", "9 h 30", "9 h 05"]


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [(0, "0,00 €", "€0.00"), (5, "0,05 €", "€0.05"), (1200, "12,00 €", "€12.00"), (7500, "75,00 €", "€75.00")],
)
def test_money(cents: int, french: str, english: str) -> None:
    assert euros(cents).replace("\N{NO-BREAK SPACE}", " ") == french
    assert euros(cents, "en") == english


def test_minutes_are_real_ones_when_the_clocks_change() -> None:
    assert minutes_between(datetime(2026, 3, 28, 20, tzinfo=PARIS), datetime(2026, 3, 29, 9, tzinfo=PARIS)) == 12 * 60
    assert minutes_between(datetime(2026, 10, 24, 20, tzinfo=PARIS), datetime(2026, 10, 25, 9, tzinfo=PARIS)) == 14 * 60


def test_the_whole_scale_is_shown_before_payment() -> None:
    assert plain(scale(HERE)) == (
        "1 h 6,00 €   2 h 12,00 €",
        "3 h 24,00 €   4 h 39,00 €",
        "5 h 57,00 €   6 h 75,00 €",
    )
    assert plain(scale(ENGLISH)) == (
        "1 h €6.00   2 h €12.00",
        "3 h €24.00   4 h €39.00",
        "5 h €57.00   6 h €75.00",
    )


def test_the_law_is_shown_where_there_is_a_charge_and_nowhere_else() -> None:
    in_2015 = replace(HERE, now=datetime(2015, 6, 3, 10, tzinfo=PARIS))
    assert plain(fps(HERE)) == ("FPS 75,00 €",)
    assert fps(ENGLISH) == ("FPS (post-parking charge) €75.00",)
    assert len(law(HERE)) == 2
    assert fps(in_2015) == law(in_2015) == whole_law(in_2015) == ()


def test_the_law_in_full_is_that_of_the_tariff_file_in_lines_of_the_display() -> None:
    for where in (HERE, ENGLISH):
        charge, *lines = whole_law(where)
        assert (charge,) == fps(where)
        assert " ".join(lines).replace("- ", "-") == where.tariffs.legal.fee.text[where.language]
        assert max(map(len, lines)) <= 44
