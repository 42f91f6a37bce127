"""`horodateur tariff diff`: two files, and two days of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workshop.tariffs.tool import FILE, changed, horodateur


def dearer(version: int) -> Callable[[Any], None]:
    """The first hour of a visitor's car costs 40 cents more in zone 2."""

    def change(whole: Any) -> None:
        collection = whole["rate_tables"][version]["rate_line_collections"][1]
        for line in collection["rate_lines"]:
            line["cents"] += 40
        collection["fps_cents"] += 240

    return change


def test_two_equal_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = changed(tmp_path, lambda whole: whole["rate_tables"][0].update(sources=["Autre"]))
    assert horodateur("diff", str(FILE), other) == 0
    assert capsys.readouterr().out == "nobody pays anything else\n"


def test_a_price_that_changes_in_two_versions_is_told_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(whole: Any) -> None:
        dearer(4)(whole)
        dearer(5)(whole)

    assert horodateur("diff", str(FILE), changed(tmp_path, change)) == 1
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[:2] == ["from 2022-09-01 to 2035-12-31", "visitor, car, zone 2"]
    assert [line.split("  ")[-1].strip() for line in said[3:10]] == [
        *("+0,40 €", "+0,80 €", "+1,20 €", "+1,60 €", "+2,00 €", "+2,40 €", "+2,40 €")
    ]
    assert said[3].split() == ["1", "h", "4,00", "€", "4,40", "€", "+0,40", "€"]
    assert said[10:] == [""]


def test_what_does_not_depend_on_a_version(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(whole: Any) -> None:
        whole["paid_hours"]["closes"] = "22:00:00"
        whole["zones"][1]["arrondissements"].append(whole["zones"][0]["arrondissements"].pop())
        whole["calendar"]["exception_periods"] = [{"first_day": "2026-06-30", "last_day": "2026-06-30", "name": "Pollution"}]
        whole["fps_rules"][1]["reduction_percent"] = 40
        whole["decisions"]["stay_continuation_minutes"] = 30

    assert horodateur("diff", str(FILE), changed(tmp_path, change)) == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    for line in (
        "everybody",
        "paid hours 09:00-20:00 09:00-22:00",
        "arrondissement 11 zone 1 zone 2",
        "Tue 2026-06-30 paid free",
        "a stay continues after at most 15 min 30 min",
        "from 2021-08-01 to 2035-12-31",
        "reduction 30 % 40 %",
    ):
        assert line in said


def test_two_days_of_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("diff", "--on", "2021-07-31", "--on", "2021-08-01") == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[:3] == ["visitor, car, zone 1", "2021-07-31 2021-08-01", "1 h 4,00 € 6,00 € +2,00 €"]
    assert said[-2] == "reduced 96 h from the issue 9 days from the sending"
    assert not any("resident" in line for line in said)


def test_who_parked_free_and_who_had_no_price(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("diff", "--on", "2022-08-31", "--on", "2024-10-01") == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[said.index("visitor, two_wheeler, zone 1") + 2] == "1 h free 3,00 €"
    assert said[said.index("visitor, heavy, zone 1") + 2] == "1 h – 18,00 €"
    at = said.index("resident, heavy, zone 1")
    assert said[at + 1] == "resident, heavy, zone 2"


def test_who_pays_in_another_regime_did_not_park_free(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = changed(
        tmp_path, lambda whole: whole["rate_tables"][5]["rate_line_collections"][9]["vehicles"].append("two_wheeler")
    )
    assert horodateur("diff", str(FILE), draft) == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[said.index("pro_mobile, two_wheeler, zone 2") + 2] == "1 h – 0,50 €"


def test_one_day_of_two_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = changed(tmp_path, dearer(4))
    assert horodateur("diff", str(FILE), draft, "--on", "2022-08-31") == 0
    assert horodateur("diff", str(FILE), draft, "--on", "2022-09-01") == 1
    assert horodateur("diff", str(FILE), draft, "--on", "2022-08-31", "--on", "2022-08-30") == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "compare two files, or one file on two days"),
        (("--on", "2026-01-01"), "compare two files, or one file on two days"),
        (("a", "b", "c"), "compare two files"),
        (("a.json", "b.json"), "a.json: cannot be read"),
        (("--on", "2026-01-01", "--on", "2036-01-01"), "2036-01-01 is outside the calendar"),
    ],
)
def test_a_comparison_of_nothing(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    assert horodateur("diff", *words) == 2
    assert message in capsys.readouterr().err
