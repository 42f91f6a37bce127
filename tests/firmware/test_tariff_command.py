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
            {"hour": 1, "quarters": 4, "unit_cents": 100, "cents": 400, "text": "1re heure : 4 × 1,00\u00a0€"},
            {"hour": 2, "quarters": 2, "unit_cents": 100, "cents": 200, "text": "2e heure : 2 × 1,00\u00a0€"},
        ],
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--zone", "3", "--quarters", "6"), "unknown zone"),
        (("--arrondissement", "21", "--quarters", "6"), "unknown zone"),
        (("--zone", "1", "--quarters", "0"), "no time asked for"),
        (("--zone", "1", "--quarters", "25"), "past the maximum stay"),
        (("--zone", "1", "--quarters", "4", "--reached", "21"), "past the maximum stay"),
        (("--zone", "1", "--quarters", "4", "--vehicle", "heavy"), "unknown vehicle class"),
        (("--zone", "1", "--quarters", "4", "--regime", "resident"), "unknown regime"),
    ],
)
def test_what_cannot_be_sold(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str) -> None:
    assert horodateur("--at", "2026-03-04T10:00", *words, "--json") == 2
    assert json.loads(capsys.readouterr().out) == {"refused": reason}


def test_before_the_first_tariff(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "1", "--at", "2014-06-02T10:00", "--quarters", "1", "--json") == 2
    assert json.loads(capsys.readouterr().out) == {"refused": "no tariff in force"}


@pytest.mark.parametrize("at", ["2026-07-06T10:00", "2026-07-06T08:00Z", "2026-07-06T04:00-04:00"])
def test_without_an_offset_it_is_paris_time(capsys: pytest.CaptureFixture[str], at: str) -> None:
    assert horodateur("--arrondissement", "16", "--at", at, "--quarters", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["start"] == "2026-07-06T10:00:00+02:00"


def test_an_extension(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "4", "--reached", "8", "--json") == 0
    assert json.loads(capsys.readouterr().out)["amount_cents"] == 1200


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "2", "--at", "2026-03-07T19:30", "--quarters", "10") == 0
    assert capsys.readouterr().out.splitlines() == [
        "zone 2, visitor, car, tariff of 2021-08-01",
        "from  Sat 2026-03-07 19:30",
        "to    Mon 2026-03-09 11:00",
        "  1re heure : 4 × 1,00\u00a0€   4,00\u00a0€",
        "  2e heure : 4 × 1,00\u00a0€    4,00\u00a0€",
        "  3e heure : 2 × 2,00\u00a0€    4,00\u00a0€",
        "  total                   12,00\u00a0€",
    ]
    assert horodateur("--zone", "2", "--at", "2026-03-07T19:30", "--quarters", "25") == 2
    assert capsys.readouterr().out == "not sold: past the maximum stay (0 + 25 quarters; the maximum is 24)\n"


def test_a_bad_tariff_file_is_its_own_exit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.json").write_text("{")
    words = ("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "1", "--tariffs", str(tmp_path / "t.json"))
    assert horodateur(*words) == 1
    assert "t.json: line 1:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("--zone", "1", "--at", "demain", "--quarters", "1"), "'demain' is not a date and time"),
        (("--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "1", "--reached", "-1"), "'-1' is not a number of quarters"),
        (("--zone", "1", "--arrondissement", "2", "--at", "2026-03-04T10:00", "--quarters", "1"), "not allowed with"),
        (("--at", "2026-03-04T10:00", "--quarters", "1"), "--zone --arrondissement is required"),
    ],
)
def test_a_wrong_command_line(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], message: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        horodateur(*wrong)
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err
