"""`horodateur start`: the station that the folder of a flashed card describes."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.station.flashed_card import board_of, station_file
from tests.builders import ROOT


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_card_that_names_no_board(card: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    (card / "board").unlink()
    if content:
        (card / "board").write_bytes(content)
    assert main(["start", "--state", str(card)]) == 1
    assert capsys.readouterr().err.startswith(f"horodateur: {card / 'board'}: cannot be read: ")


def test_start_runs_what_the_folder_says(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that `run` needs is named; the simulated board goes to the desk as from the command line."""
    seen: list[argparse.Namespace] = []

    def run_station(arguments: argparse.Namespace) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr("firmware.cli.run.run_station", run_station)
    assert main(["start", "--state", str(card)]) == 7
    (given,) = seen
    assert (given.board, given.station, given.state) == (board_of(card), station_file(card), card)
    assert given.tariffs.samefile(ROOT / "tariffs.json")
