"""`horodateur tariff holidays`: the public holidays of a year, listed and computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.workshop.tariffs.tool import changed, horodateur


def test_the_command_for_holidays(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert horodateur("holidays", "2026") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "2026: 11 public holidays; Easter is on 2026-04-05",
        "  jeudi     2026-01-01  Jour de l'an",
        "  lundi     2026-04-06  Lundi de Pâques",
    ]
    wrong = changed(tmp_path, lambda whole: whole["calendar"]["holidays"][1].update(date="2015-04-07"))
    assert horodateur("holidays", "2015", "--tariffs", wrong) == 1
    assert "draft.json: $.calendar.holidays[1].date: 2015-04-07 (Lundi de Pâques) is no" in capsys.readouterr().err


def test_a_year_that_the_file_lacks_is_given_to_paste(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert horodateur("holidays", "2036") == 1
    told = capsys.readouterr()
    assert "$.calendar: the calendar, 2015-01-01 to 2035-12-31, lacks 2036" in told.err
    assert horodateur("holidays", "2036", "--json") == 0
    assert capsys.readouterr().out == told.out

    def pasted(whole: Any) -> None:
        whole["calendar"]["last_day"] = "2036-12-31"
        whole["calendar"]["holidays"] += json.loads(f"[{told.out}]")

    assert horodateur("check", changed(tmp_path, pasted), "--years", "2035-2036") == 0
