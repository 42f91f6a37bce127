"""`horodateur tariff table`: the price of every unit, for people and for programs."""

from __future__ import annotations

import json

import pytest

from tests.workshop.tariffs.tool import horodateur

SEED_2018_ZONE_1 = [
    *(100, 200, 300, 400, 500, 600, 700, 800, 1000, 1200, 1400, 1600),
    *(1850, 2100, 2350, 2600, 2900, 3200, 3500, 3800, 4100, 4400, 4700, 5000),
]


def test_the_table_of_the_deliberation(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("table", "--zone", "1", "--on", "2018-01-01", "--vehicle", "car", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert [step["total_cents"] for step in answer["steps"]] == SEED_2018_ZONE_1
    assert answer["steps"][8] == {"units": 9, "minutes": 135, "cents": 200, "total_cents": 1000}
    assert (answer["tariff"], answer["last_day"], answer["fps_cents"]) == ("2018-01-01", "2021-07-31", 5000)


def test_the_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--zone", "2", "--on", "2026-05-01", "--vehicle", "two_wheeler", "--regime", "resident")
    assert horodateur("table", *words) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[0] == "zone 2, resident (Résident), two_wheeler (Deux-roues motorisé), tariff from 2024-10-01 on"
    assert said[2].split() == ["1", "1", "jour", "0,75", "€", "0,75", "€"]
    assert said[7].split() == ["6", "6", "jours", "0,75", "€", "4,50", "€"]
    assert said[8].split() == ["7", "7", "jours", "0,00", "€", "4,50", "€"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--zone", "3", "--on", "2018-01-01"), "unknown zone"),
        (("--zone", "1", "--on", "2014-12-31"), "no tariff in force"),
        (("--zone", "1", "--on", "2036-01-01"), "no tariff in force"),
        (("--zone", "1", "--on", "2018-01-01", "--vehicle", "heavy"), "unknown vehicle class"),
        (("--zone", "1", "--on", "2018-01-01", "--vehicle", "two_wheeler"), "vehicle class parks free"),
        (("--zone", "1", "--on", "2018-01-01", "--regime", "guest"), "unknown regime"),
    ],
)
def test_a_table_of_nothing(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str) -> None:
    assert horodateur("table", *words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["refused"] == reason
    assert horodateur("table", *words) == 2
    assert capsys.readouterr().out.startswith(f"not sold: {reason} (")
