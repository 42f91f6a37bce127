"""Times, prices and the law in words: the same on the screen, on the ticket, and as each language writes them.

The cases are typed as they stand on timetables, price tags and forms of each country, not worked out by a program.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from firmware.domain.formats import FORMATS
from firmware.domain.money import euros, euros_on_paper
from firmware.domain.purchase import Purchase
from firmware.visit.words import (
    day,
    fps,
    hour,
    hour_of_stay,
    law,
    length,
    minutes_between,
    other_languages,
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
CAR = Purchase("")
ENGLISH = replace(HERE, language="en")
LANGUAGES = {language: replace(HERE, language=language) for language in HERE.catalogues}


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


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "this_week", "later"),
    [
        ("fr", "16 h 00", "demain à 9 h 05", "lun. à 9 h 00", "30 sept. à 12 h 45"),
        ("en", "16:00", "tomorrow 9:05", "Mon 9:00", "30 Sep 12:45"),
        ("de", "16.00 Uhr", "morgen 9.05 Uhr", "Mo. 9.00 Uhr", "30. Sept. 12.45 Uhr"),
        ("es", "16:00", "mañana 9:05", "lun. 9:00", "30 sept. 12:45"),
        ("it", "16:00", "domani 9:05", "lun. 9:00", "30 set. 12:45"),
    ],
)
def test_an_instant_as_each_language_writes_it(language: str, today: str, tomorrow: str, this_week: str, later: str) -> None:
    ends = ((3, 4, 16, 0), (3, 5, 9, 5), (3, 9, 9, 0), (9, 30, 12, 45))
    said = [until(datetime(2026, *end, tzinfo=PARIS), LANGUAGES[language]) for end in ends]
    assert said == [today, tomorrow, this_week, later]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "1er avr. à 9 h 00"),
        ("en", "1 Apr 9:00"),
        ("de", "1. April 9.00 Uhr"),
        ("es", "1 abr. 9:00"),
        ("it", "1 apr. 9:00"),
    ],
)
def test_the_first_of_a_month(language: str, text: str) -> None:
    assert until(datetime(2026, 4, 1, 9, 0, tzinfo=PARIS), LANGUAGES[language]) == text
    assert day(date(2026, 4, 1), LANGUAGES["fr"]) == "mer. 1er avr."


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "mer. 4 mars"), ("en", "Wed 4 Mar"), ("de", "Mi. 4. März"), ("es", "mié. 4 mar."), ("it", "mer. 4 mar.")],
)
def test_a_date_as_each_language_writes_it(language: str, text: str) -> None:
    assert day(date(2026, 3, 4), LANGUAGES[language]) == text


@pytest.mark.parametrize(
    ("language", "half", "hours", "days"),
    [
        ("fr", "1 h 30", "2 h", "3 jours"),
        ("en", "1 h 30", "2 h", "3 days"),
        ("de", "1 h 30 min", "2 h", "3 Tage"),
        ("es", "1 h 30 min", "2 h", "3 días"),
        ("it", "1 h 30 min", "2 h", "3 giorni"),
    ],
)
def test_a_length_as_each_language_writes_it(language: str, half: str, hours: str, days: str) -> None:
    here = LANGUAGES[language]
    assert (length("quarter", 6, here), length("hour", 2, here), length("day", 3, here)) == (half, hours, days)


@pytest.mark.parametrize(
    ("language", "first", "third", "mass"),
    [
        ("fr", "1re heure", "3e heure", "plus de 1,6 t"),
        ("en", "hour 1", "hour 3", "over 1.6 t"),
        ("de", "1. Stunde", "3. Stunde", "über 1,6 t"),
        ("es", "1.ª hora", "3.ª hora", "más de 1,6 t"),
        ("it", "1ª ora", "3ª ora", "oltre 1,6 t"),
    ],
)
def test_ordinals_and_decimals_as_each_language_writes_them(language: str, first: str, third: str, mass: str) -> None:
    here = LANGUAGES[language]
    assert (hour_of_stay(1, here), hour_of_stay(3, here)) == (first, third)
    assert vehicle_meaning("heavy", ("car", "heavy"), here).startswith(f"{mass} (")


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
    assert regimes["low_emission_resident"] == ("Résident basse émission", "Low emission resident")
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


@pytest.mark.parametrize(
    ("language", "shown", "printed"),
    [
        ("fr", "12,00 €", "12,00 EUR"),
        ("en", "€12.00", "EUR 12.00"),
        ("de", "12,00 €", "12,00 EUR"),
        ("es", "12,00 €", "12,00 EUR"),
        ("it", "12,00 €", "12,00 EUR"),
    ],
)
def test_an_amount_as_each_language_writes_it(language: str, shown: str, printed: str) -> None:
    assert plain((euros(1200, language), euros_on_paper(1200, language))) == (shown, printed)
    assert plain((euros(-1200, language),)) == (f"-{shown}",)


def test_each_language_has_its_formats_and_bears_its_own_name() -> None:
    assert list(FORMATS) == list(HERE.catalogues)
    assert [each.name for each in FORMATS.values()] == ["Français", "English", "Deutsch", "Español", "Italiano"]


def test_lang_leads_through_all_of_them_and_says_which_come_next() -> None:
    assert other_languages(HERE) == "EN DE ES IT"
    assert other_languages(LANGUAGES["de"]) == "ES IT FR EN"


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
    assert plain(fps(CAR, HERE)) == ("FPS 75,00 €",)
    assert plain(fps(Purchase("", vehicle="two_wheeler"), HERE)) == ("FPS 37,50 €",)
    assert fps(CAR, ENGLISH) == ("FPS (post-parking charge) €75.00",)
    assert len(law(HERE)) == 2
    assert fps(CAR, in_2015) == law(in_2015) == whole_law(CAR, in_2015) == ()


def test_the_law_in_full_is_that_of_the_tariff_file_in_lines_of_the_display() -> None:
    for where in LANGUAGES.values():
        charge, *lines = whole_law(CAR, where)
        assert (charge,) == fps(CAR, where)
        assert " ".join(lines).replace("- ", "-") == where.tariffs.legal.fee.text[where.language]
        assert max(map(len, lines)) <= 44
