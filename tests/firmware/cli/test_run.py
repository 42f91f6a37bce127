"""`horodateur run` refuses a board, tariffs, station file, journal or port it cannot work with, in one line."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from tests.builders import ROOT
from tests.firmware.cli.attempts import Attempt, mixed

PARIS_V1 = (ROOT / "board" / "paris-v1.toml").read_text("utf-8")


# --- the board ----------------------------------------------------------------------------------------------------


def test_a_board_that_is_missing(attempt: Attempt, state: Path) -> None:
    board = attempt.folder / "board.toml"
    assert attempt.run_refused(board, state) == f"{board}: No such file or directory"


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("dc = 25", "dcc = 25", ", line 32: display.dcc: no such key"),
        ("dc = 25", 'dc = "25"', ", line 32: display.dc: Expected int, got str"),
        ("dc = 25", "dc = 24", ", line 33: display.reset: pin 24 is already taken by display.dc"),
        ("pin = 18", "pin = 8", ", line 59: buzzer.pin: pin 8 is already taken by the display's SPI bus"),
        ("pin = 18", "pin = 28", ", line 59: buzzer.pin: Expected int <= 27"),
        ("baud = 19200", "baud = 19201", ", line 55: printer.baud: "),
        ('[card]\nprotocol = "concert"', "[card]", ", line 36: card.protocol: is missing"),
        ('[card]\nprotocol = "concert"', '[cards]\nprotocol = "concert"', ", line 36: cards: no such key"),
        ("dc = 25", "dc = ", ": is not TOML: "),
    ],
)
def test_a_board_that_is_wrong(attempt: Attempt, state: Path, right: str, wrong: str, place: str) -> None:
    assert PARIS_V1.count(right) == 1
    board = attempt.file("board.toml", PARIS_V1.replace(right, wrong))
    assert attempt.run_refused(board, state).startswith(f"{board}{place}")


def test_a_board_that_is_no_text(attempt: Attempt, state: Path) -> None:
    board = attempt.folder / "board.toml"
    board.write_bytes(b"\xff\xfe\x00")
    assert attempt.run_refused(board, state) == f"{board}: is not UTF-8"


def test_a_port_that_does_not_exist(attempt: Attempt, state: Path) -> None:
    """The board file may be right: it is this computer that has no such port."""
    said = attempt.run_refused(attempt.file("board.toml", mixed("/dev/ttyNOWHERE")), state)
    assert said.startswith("this computer: printer.port: ")
    assert "/dev/ttyNOWHERE" in said
    assert "No such file or directory" in said


def test_a_port_that_somebody_else_has_open(attempt: Attempt, state: Path) -> None:
    from hal.cable import SerialCable

    master, slave = os.openpty()
    name = os.ttyname(slave)
    with contextlib.closing(SerialCable(name, 115200)):
        said = attempt.run_refused(attempt.file("board.toml", mixed(name)), state)
    os.close(master)
    os.close(slave)
    assert said.startswith("this computer: printer.port: ")
    assert name in said


# --- the other files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", ["paris-v1.toml", "demo-desk.toml"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, ": cannot be read: No such file or directory"),
        ("{\n", ", line 2: "),
        ("[]", ": $: Expected `object`"),
        ('{"edition": 1}', ": $: "),
    ],
)
def test_tariffs_that_are_missing_or_malformed(
    attempt: Attempt, state: Path, board: str, text: str | None, reason: str
) -> None:
    file = attempt.folder / "tariffs.json"
    if text is not None:
        file.write_text(text)
    said = attempt.run_refused(ROOT / "board" / board, state, "--tariffs", file)
    assert said.startswith(f"{file}{reason}")


def test_a_station_file_that_is_wrong(attempt: Attempt, state: Path) -> None:
    shipped = (ROOT / "board" / "demo-station.toml").read_text("utf-8")
    file = attempt.file("station.toml", shipped.replace("zone = 1", 'zone = "one"'))
    said = attempt.run_refused(ROOT / "board" / "demo-desk.toml", state, "--station", file)
    assert said == f"{file}, line 3: zone: Expected int, got str"


def test_a_folder_that_was_never_provisioned_is_no_station_on_real_ports(attempt: Attempt) -> None:
    said = attempt.run_refused(ROOT / "board" / "paris-v1.toml", attempt.folder / "nothing")
    assert said.startswith(f"{attempt.folder / 'nothing'}")
    assert "provision" in said
    assert not (attempt.folder / "nothing").exists()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_number_that_is_none(attempt: Attempt, state: Path, port: int) -> None:
    said = attempt.refused("run", "--board", ROOT / "board" / "demo-desk.toml", "--state", state, "--port", port)
    assert said == f"{port} is not a port: 0 to 65535"


def test_a_port_number_that_is_taken(attempt: Attempt, state: Path) -> None:
    said = attempt.run_refused(ROOT / "board" / "demo-desk.toml", state)
    assert str(attempt.port) in said
    assert "already in use" in said
