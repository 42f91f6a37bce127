"""What a card says it is, and `horodateur start` and `out-of-service` on it."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.cli import out_of_service, start
from firmware.cli.out_of_service import GIVEN_UP
from firmware.domain.site import Site
from firmware.station.flashed_card import board_of, station_file
from hal.board import read_toml
from hal.drawing import overflows
from hal.errors import BoardError
from hal.ports import View
from tests.builders import ROOT

SITE = read_toml(ROOT / "board" / "demo-station.toml", Site)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of a card, without its journal."""
    shutil.copy(ROOT / "board" / "demo-station.toml", tmp_path / "station.toml")
    (tmp_path / "board").write_text("paris-v1.toml\n")
    return tmp_path


def called(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    start.add_parser(commands)
    out_of_service.add_parser(commands)
    chosen = parser.parse_args([str(argument) for argument in arguments])
    return int(chosen.run(chosen))


@pytest.mark.parametrize("name", ["paris-v1.toml", "paris-v1\n"])
def test_a_card_names_its_board(state: Path, name: str) -> None:
    (state / "board").write_text(name)
    assert board_of(state).samefile(ROOT / "board" / "paris-v1.toml")


@pytest.mark.parametrize(
    "name", ["", "../board/paris-v1.toml", "/etc/passwd", "paris-v2.toml", "paris-v1.toml\nparis-v1.toml", "."]
)
def test_a_name_that_is_no_shipped_board_is_refused_by_file_and_name(state: Path, name: str) -> None:
    (state / "board").write_text(name)
    with pytest.raises(BoardError) as refused:
        board_of(state)
    assert str(refused.value).startswith(f"{state / 'board'}: there is no board file ")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_card_that_names_no_board(state: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "board").unlink()
    if content:
        (state / "board").write_bytes(content)
    assert called("start", "--state", state) == 1
    assert capsys.readouterr().err.startswith(f"horodateur: {state / 'board'}: cannot be read: ")


def test_start_runs_what_the_folder_says(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that `run` needs is named; the simulated board goes to the desk as from the command line."""
    seen: list[argparse.Namespace] = []

    def run_station(arguments: argparse.Namespace) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr("firmware.cli.run.run_station", run_station)
    assert called("start", "--state", state) == 7
    (given,) = seen
    assert (given.board, given.station, given.state) == (board_of(state), station_file(state), state)
    assert given.tariffs.samefile(ROOT / "tariffs.json")


# --- out of service -------------------------------------------------------------------------------------------------


def words(view: View) -> tuple[str, ...]:
    return tuple(line.text for line in view.middle)


def test_it_says_where_to_go_and_the_code_that_proves_it() -> None:
    view = out_of_service.out_of_service(SITE, "S1")
    assert words(view) == ("Machine hors service", "Allez au 5 passage Saint-Pierre-Amelot", "Code S1 · 75011-0042")
    assert view.left == "Zone 1 · 12 rue Oberkampf"
    assert not overflows(view)


def test_a_machine_that_does_not_know_where_it_stands_still_says_it_is_out() -> None:
    view = out_of_service.out_of_service(None, "S1")
    assert words(view) == ("Machine hors service", "Allez à l’horodateur le plus proche", "Code S1")
    assert not overflows(view)


class Glass:
    """A display that keeps what it was shown, and the signal that ends the command."""

    def __init__(self) -> None:
        self.shown: list[View] = []

    def show(self, view: View) -> None:
        self.shown.append(view)
        signal.raise_signal(signal.SIGTERM)


@pytest.fixture
def glass(monkeypatch: pytest.MonkeyPatch) -> Iterator[Glass]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    glass = Glass()
    monkeypatch.setattr(out_of_service, "open_gpio", object)
    monkeypatch.setattr(out_of_service, "open_spi", object)
    monkeypatch.setattr(out_of_service, "open_display", lambda wiring, gpio, spi: glass)
    yield glass
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_it_stays_until_it_is_told_to_end(state: Path, glass: Glass) -> None:
    assert called("out-of-service", "--state", state) == 0
    assert glass.shown == [out_of_service.out_of_service(SITE, GIVEN_UP)]


@pytest.mark.parametrize("lost", ["station.toml", "board", "everything"])
def test_what_the_card_lost_costs_the_address_and_not_the_screen(
    state: Path, glass: Glass, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in list(state.iterdir()):
        if lost in (file.name, "everything"):
            file.unlink()
    assert called("out-of-service", "--state", state, "--code", "S2") == 0
    knows = SITE if lost == "board" else None
    assert glass.shown == [out_of_service.out_of_service(knows, "S2")]
    assert str(state) in capsys.readouterr().err, "the log says what is wrong with the card"


def test_a_computer_without_a_display_ends_with_a_line(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setitem(sys.modules, "RPi", None)
    assert called("out-of-service", "--state", state) == 1
    assert "Not a Raspberry Pi?" in capsys.readouterr().err
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)
