"""`horodateur quote`, as other programs call it."""

import argparse
import json
from pathlib import Path

import pytest

from firmware.cli.quote import add_parser


def horodateur(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="horodateur")
    add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["quote", *words])
    status: int = arguments.run(arguments)
    return status


def test_the_example_of_the_specification(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "1", "--at", "2018-03-05T10:00", "--quarters", "6", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "amount_cents": 600,
        "start": "2018-03-05T10:00:00+01:00",
        "end": "2018-03-05T11:30:00+01:00",
        "tariff": "2018-01-01",
        "lines": [
            {"step": 1, "units": 4, "unit_cents": 100, "cents": 400, "text": "1re heure : 4 × 1,00\u00a0€"},
            {"step": 2, "units": 2, "unit_cents": 100, "cents": 200, "text": "2e heure : 2 × 1,00\u00a0€"},
        ],
        "zone": 1,
        "vehicle": "car",
        "regime": "visitor",
        "unit": "quarter",
        "units": 6,
        "not_applied": [],
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--zone", "3", "--quarters", "6"), "unknown zone"),
        (("--arrondissement", "21", "--quarters", "6"), "unknown zone"),
        (("--zone", "1", "--quarters", "0"), "no time asked for"),
        (("--zone", "1", "--quarters", "25"), "past the maximum stay"),
        (("--zone", "1", "--quarters", "4", "--reached", "21"), "past the maximum stay"),
        (("--zone", "1", "--quarters", "4", "--vehicle", "bus"), "unknown vehicle class"),
        (("--zone", "1", "--quarters", "4", "--regime", "guest"), "unknown regime"),
        (("--wood", "Chaville", "--quarters", "4"), "unknown zone"),
        (("--zone", "1", "--quarters", "6", "--regime", "pro_mobile"), "not sold by that unit"),
        (("--zone", "1", "--hours", "30", "--regime", "resident"), "not sold by that unit"),
        (("--zone", "1", "--hours", "8", "--regime", "pro_mobile"), "past the maximum stay"),
        (
            ("--zone", "1", "--hours", "1", "--regime", "pro_mobile", "--vehicle", "two_wheeler"),
            "regime not open to this vehicle class",
        ),
    ],
)
def test_what_cannot_be_sold(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str) -> None:
    assert horodateur("--at", "2026-03-04T10:00", *words, "--json") == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["refused"], set(answer)) == (reason, {"refused", "detail"})


def test_before_the_first_tariff(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "1", "--at", "2014-06-02T10:00", "--quarters", "1", "--json") == 2
    assert json.loads(capsys.readouterr().out)["refused"] == "no tariff in force"


@pytest.mark.parametrize(
    ("words", "amount", "start", "end"),
    [
        (("--regime", "resident", "--days", "7"), 900, "2026-03-06T19:30", "2026-03-13T19:30"),
        (("--regime", "resident", "--days", "1", "--vehicle", "two_wheeler"), 75, "2026-03-06T19:30", "2026-03-07T19:30"),
        (("--regime", "pro_sedentary", "--days", "1"), 150, "2026-03-06T19:30", "2026-03-07T19:30"),
        (("--regime", "pro_mobile", "--hours", "2"), 100, "2026-03-06T19:30", "2026-03-07T10:30"),
        (("--regime", "pro_public", "--days", "1"), 0, "2026-03-06T19:30", "2026-03-07T19:30"),
        (("--regime", "cmi_s", "--hours", "24"), 0, "2026-03-06T19:30", "2026-03-07T19:30"),
        (("--regime", "low_emission", "--quarters", "2"), 0, "2026-03-06T19:30", "2026-03-06T20:00"),
        (("--vehicle", "heavy", "--hours", "6"), 22500, "2026-03-06T19:30", "2026-03-07T14:30"),
        (("--vehicle", "two_wheeler", "--quarters", "13"), 1388, "2026-03-06T19:30", "2026-03-07T11:45"),
    ],
)
def test_every_regime_and_class(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], amount: int, start: str, end: str
) -> None:
    assert horodateur("--zone", "1", "--at", "2026-03-06T19:30", *words, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["amount_cents"], answer["start"][:16], answer["end"][:16]) == (amount, start, end)
    assert sum(line["cents"] for line in answer["lines"]) == amount


def test_the_woods_are_in_zone_2(capsys: pytest.CaptureFixture[str]) -> None:
    for wood in ("Boulogne", "vincennes"):
        assert horodateur("--wood", wood, "--at", "2026-03-04T10:00", "--quarters", "24", "--json") == 0
        assert json.loads(capsys.readouterr().out)["amount_cents"] == 5000


@pytest.mark.parametrize("at", ["2026-07-06T10:00", "2026-07-06T08:00Z", "2026-07-06T04:00-04:00"])
def test_without_an_offset_it_is_paris_time(capsys: pytest.CaptureFixture[str], at: str) -> None:
    assert horodateur("--arrondissement", "16", "--at", at, "--quarters", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["start"] == "2026-07-06T10:00:00+02:00"


def test_an_extension(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "4", "--reached", "8", "--json") == 0
    assert json.loads(capsys.readouterr().out)["amount_cents"] == 1200


@pytest.mark.parametrize(("mass", "vehicle"), [("1600:hybrid", "car"), ("1601:combustion", "heavy"), ("2000:electric", "car")])
def test_the_mass_gives_the_class(capsys: pytest.CaptureFixture[str], mass: str, vehicle: str) -> None:
    assert horodateur("--zone", "1", "--at", "2026-03-04T10:00", "--hours", "1", "--mass", mass, "--json") == 0
    assert json.loads(capsys.readouterr().out)["vehicle"] == vehicle


@pytest.mark.parametrize("mass", ["1700", "1700:steam", "x:electric"])
def test_a_mass_without_a_known_energy_is_a_wrong_command_line(mass: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        horodateur("--zone", "1", "--at", "2026-03-04T10:00", "--hours", "1", "--mass", mass)


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "2", "--at", "2026-03-07T19:30", "--quarters", "10") == 0
    assert capsys.readouterr().out.splitlines() == [
        "zone 2, visitor, car, tariff of 2024-10-01",
        "from  Sat 2026-03-07 19:30",
        "to    Mon 2026-03-09 11:00",
        "  1re heure : 4 × 1,00\u00a0€   4,00\u00a0€",
        "  2e heure : 4 × 1,00\u00a0€    4,00\u00a0€",
        "  3e heure : 2 × 2,00\u00a0€    4,00\u00a0€",
        "  total                   12,00\u00a0€",
        "  Les heures gratuites traversées (nuit, dimanche, jour férié) ne sont pas comptées.",
    ]
    assert horodateur("--zone", "2", "--at", "2026-03-07T19:30", "--quarters", "25") == 2
    assert capsys.readouterr().out == "not sold: past the maximum stay (0 + 25 quarters; the maximum is 24)\n"


def test_a_bad_tariff_file_is_its_own_exit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.json").write_text("{")
    words = ("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "1", "--tariffs", str(tmp_path / "t.json"))
    assert horodateur(*words) == 1
    assert "t.json, line 1:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("--zone", "1", "--at", "demain", "--quarters", "1"), "'demain' is not a date and time"),
        (("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "1", "--reached", "-1"), "'-1' is not a number"),
        (("--zone", "1", "--arrondissement", "2", "--at", "2026-03-04T10:00", "--quarters", "1"), "not allowed with"),
        (("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "1", "--days", "1"), "not allowed with"),
        (("--zone", "1", "--at", "2026-03-04T10:00"), "--quarters --hours --days is required"),
        (("--at", "2026-03-04T10:00", "--quarters", "1"), "--zone --arrondissement --wood is required"),
    ],
)
def test_a_wrong_command_line(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], message: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        horodateur(*wrong)
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err
