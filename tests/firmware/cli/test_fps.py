"""`horodateur fps`, as programs and people call it."""

import argparse
import json
from pathlib import Path

import pytest

from firmware.cli.fps import add_parser


def horodateur(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="horodateur")
    add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["fps", *words])
    status: int = arguments.run(arguments)
    return status


def test_the_command_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--zone", "1", "--vehicle", "car", "--at", "2018-03-05T15:00", "--receipt-cents", "600", "--json")
    assert horodateur(*words) == 0
    assert json.loads(capsys.readouterr().out) == {
        "fps_cents": 5000,
        "receipt_cents": 600,
        "due_cents": 4400,
        "reduced_cents": 3080,
        "reduced_until": "2018-03-09T15:00:00+01:00",
        "issued_at": "2018-03-05T15:00:00+01:00",
        "sent_on": "2018-03-05",
        "notified_on": "2018-03-10",
        "payable_until": "2018-06-10",
        "appeal_until": "2018-04-10",
        "increased_cents": 9400,
        "rebated_cents": 7520,
        "next_notice_at": "2018-03-06T10:00:00+01:00",
        "free_then": False,
        "tariff": "2018-01-01",
    }


def test_the_command_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("--zone", "2", "--vehicle", "two_wheeler", "--at", "2026-03-04T15:00", "--sent", "2026-03-06") == 0
    said = capsys.readouterr().out
    assert "if paid until 2026-03-15 23:59  17,50\u00a0€" in said
    assert "sent 2026-03-06, notified 2026-03-11, appeal until 2026-04-11" in said


def test_of_several_receipts_the_last_one_that_covers_the_control_is_deducted(capsys: pytest.CaptureFixture[str]) -> None:
    receipts = ("--receipt", "2018-03-05T12:00=600", "--receipt", "2018-03-05T09:00=1000", "--receipt", "2018-03-01T09:00=5000")
    assert horodateur("--zone", "1", "--at", "2018-03-05T15:00", "--json", *receipts) == 0
    charge = json.loads(capsys.readouterr().out)
    assert (charge["receipt_cents"], charge["due_cents"]) == (600, 4400)


def test_the_rebate_has_a_last_day_once_the_warning_of_the_increased_charge_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--zone", "1", "--at", "2026-03-04T15:00", "--increase-sent", "2026-07-10")
    assert horodateur(*words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rebated_until"] == "2026-08-10"
    assert horodateur(*words) == 0
    assert "that, paid until 2026-08-10" in capsys.readouterr().out


def test_the_command_refuses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert horodateur("--zone", "1", "--at", "2016-03-02T10:00", "--json") == 2
    assert json.loads(capsys.readouterr().out)["refused"] == "no post-parking charge"
    assert horodateur("--zone", "1", "--at", "2016-03-02T10:00") == 2
    assert capsys.readouterr().out.startswith("none: no post-parking charge")
    assert horodateur("--zone", "1", "--at", "2018-03-05T10:00", "--tariffs", str(tmp_path / "none.json")) == 1
    with pytest.raises(SystemExit):
        horodateur("--zone", "1", "--at", "2018-03-05T10:00", "--sent", "demain")
