"""Public holidays: computed from Easter, compared with another calendar."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from firmware.tariff.file import FreeDay
from firmware.tariff.holidays import disagreements, easter, public_holidays


@pytest.mark.parametrize(
    "sunday", ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2026-04-05", "2038-04-25"]
)
def test_easter(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


def test_the_holidays_of_a_year() -> None:
    assert [f"{day.date} {day.name}" for day in public_holidays(2026)] == [
        "2026-01-01 Jour de l'an",
        "2026-04-06 Lundi de Pâques",
        "2026-05-01 Fête du Travail",
        "2026-05-08 Victoire 1945",
        "2026-05-14 Ascension",
        "2026-05-25 Lundi de Pentecôte",
        "2026-07-14 Fête nationale",
        "2026-08-15 Assomption",
        "2026-11-01 Toussaint",
        "2026-11-11 Armistice 1918",
        "2026-12-25 Noël",
    ]


def test_another_calendar_agrees() -> None:
    for year in range(2008, 2100):  # that one drops Whit Monday from 2005 to 2007
        assert [day.date for day in public_holidays(year)] == sorted(holidays.country_holidays("FR", years=year))


def test_two_holidays_on_one_day_are_one_line() -> None:
    assert [str(day.date) for day in public_holidays(2008)].count("2008-05-01") == 1
    assert public_holidays(2008)[2] == FreeDay(date(2008, 5, 1), "Ascension, Fête du Travail")


def test_a_wrong_list_is_told_day_by_day() -> None:
    listed = list(public_holidays(2025)) + list(public_holidays(2026))
    listed[12] = FreeDay(date(2026, 4, 5), "Lundi de Pâques")
    assert [(each.where, each.reason) for each in disagreements(listed, date(2026, 1, 1), date(2026, 12, 31))] == [
        (
            "$.calendar.holidays[12].date",
            "2026-04-05 (Lundi de Pâques) is no public holiday; a day the city frees is an exception period",
        ),
        ("$.calendar.holidays", "2026-04-06 (Lundi de Pâques) is missing"),
    ]
    assert list(disagreements(listed, date(2025, 1, 1), date(2025, 12, 31))) == []
