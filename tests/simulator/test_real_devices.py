"""A real device at a desk: the sample board of the README, what is marked as real, and what hands can no longer do."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from hal.board import PrinterWiring, load_board
from hal.errors import BoardError
from hal.shipped import ROOT
from simulator.desk.desk import Desk
from simulator.desk.real_devices import RealDeviceError, real_devices
from simulator.setting import Setting, demonstration
from tests.simulator.real_port import AT, Port, desk_with
from tests.simulator.recorder import Recorder, ask

DESK = ROOT / "board" / "demo-desk.toml"


def test_the_readmes_sample_is_a_board_with_one_real_device(tmp_path: Path) -> None:
    (sample,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / "board.toml"
    file.write_text(sample, "utf-8")
    board = load_board(file)
    assert real_devices(board) == {"printer"}
    assert board.simulated == load_board(DESK).simulated - {"printer"}
    assert board.printer == PrinterWiring(model="escpos", port="/dev/ttyUSB0", baud=19200, columns=48)


def test_a_line_after_a_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    table = '[printer]\nmodel = "escpos"\nport = "/dev/ttyUSB0"\nbaud = 19200\ncolumns = 48'
    file.write_text(DESK.read_text("utf-8").replace('printer = "simulated"', table), "utf-8")
    with pytest.raises(BoardError, match=r"printer\.buzzer: .*the line `buzzer = …` stands above the first table"):
        load_board(file)


def test_a_real_printer_is_marked_and_has_no_simulated_faults(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        assert desk.state()["real"] == ["printer"]
        for device in ("printer", "printer cable"):
            with pytest.raises(RealDeviceError, match=f"the {device} is a real one"):
                desk.fault(device, next(iter(desk.faults[device])), True)
        assert not desk.cabinet.on["printer"] | desk.cabinet.on["printer cable"]
        desk.fault("card", "mute", True)
        assert desk.state()["faults"]["card"] == ["mute"]  # type: ignore[index]


def real(setting: Setting, device: str) -> Setting:
    """The setting with a device that is said to be real, though nothing opens it."""
    wiring = getattr(setting.reference, device)
    return replace(setting, board=structs.replace(setting.board, **{device: wiring}))


def test_hands_cannot_press_or_present_what_is_real(tmp_path: Path) -> None:
    with contextlib.closing(Desk(demonstration(tmp_path, AT))) as desk:
        desk.setting = real(real(desk.setting, "keypad"), "card")
        with pytest.raises(RealDeviceError):
            desk.press("A")
        with pytest.raises(RealDeviceError):
            desk.card("approved")
        assert desk.state()["screen"] == "idle"


def test_the_api_answers_that_it_conflicts() -> None:
    class RealPrinter(Recorder):
        def fault(self, device: str, name: str, on: bool) -> None:
            raise RealDeviceError("the printer is a real one: only your hands can do that")

    answer = ask(RealPrinter(), "POST", "/api/fault", {"device": "printer", "fault": "paper_out", "on": True})
    assert (answer.status_code, answer.json()["detail"]) == (409, "the printer is a real one: only your hands can do that")
