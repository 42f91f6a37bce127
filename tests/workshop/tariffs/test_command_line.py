"""Command line of `horodateur tariff`: wrong words, help, and how the station finds it."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint

import pytest

from firmware.cli import COMMANDS, main
from tests.workshop.tariffs.tool import horodateur
from workshop.common.checkout import ROOT


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("check", "--years", "2030-2020"), "the first year is after the last"),
        (("check", "--years", "MMXX"), "'MMXX' is not a year"),
        (("table", "--on", "2018-01-01"), "--zone"),
        (("table", "--zone", "1", "--on", "hier"), "'hier' is not a day such as"),
        (("plot", "prices.jpg"), "'prices.jpg' ends neither in .png nor in .svg"),
        (("holidays", "1981"), "'1981' is not a year from 1982"),
        ((), "COMMAND"),
    ],
)
def test_a_wrong_command_line(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], message: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        horodateur(*wrong)
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "table", "diff", "plot", "holidays"])
def test_help_shows_examples_and_exit_statuses(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit):
        horodateur(command, "--help")
    said = capsys.readouterr().out
    assert f"horodateur tariff {command}" in said.split("examples:")[1]
    assert "exit status" in said


def test_the_station_finds_it_by_its_entry_point(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The group and the function are those of pyproject.toml; what is installed here does not matter."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    registered = [EntryPoint(name, place, COMMANDS) for name, place in groups[COMMANDS].items()]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: registered if group == COMMANDS else [])
    assert main(["tariff", "holidays", "2026"]) == 0
    assert capsys.readouterr().out.startswith("2026: 11 public holidays")


def test_the_commands_of_a_station_do_not_load_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(group: str) -> list[EntryPoint]:
        raise AssertionError(f"{group} was asked for")

    monkeypatch.setattr("importlib.metadata.entry_points", asked)
    assert main(["quote", "--zone", "1", "--at", "2018-03-05T10:00", "--quarters", "6"]) == 0
