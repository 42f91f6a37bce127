"""A desk with one real device: its board, and a real printer on a serial port."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from firmware.station.state_folder import KEY, provision
from hal.board import load_board
from hal.cable import SerialCable
from hal.errors import BoardError
from hal.shipped import ROOT
from simulator.desk.desk import Desk
from simulator.desk.real_devices import TappedPort, complete_board, real_cables, with_real_devices
from simulator.devices.printer import PrinterDevice
from simulator.setting import demonstration, with_card
from simulator.visit_files.money import facts
from tests.simulator.real_port import AT, PLATE, Port, buy, desk_with, printer_at, until

# --- the board ----------------------------------------------------------------------------------------------------


def test_the_simulated_devices_are_wired_as_on_the_reference_board_and_the_real_ones_as_they_are() -> None:
    reference = load_board(ROOT / "board" / "paris-v1.toml")
    board = structs.replace(load_board(ROOT / "board" / "demo-desk.toml"), printer=printer_at("/dev/ttyUSB0"))
    wired = structs.replace(
        reference, printer=printer_at("/dev/ttyUSB0"), clock=None, header=None
    )  # a computer at a desk has neither
    assert complete_board(board, reference) == wired


def test_only_the_real_devices_hang_on_this_computer(tmp_path: Path, paper: Port) -> None:
    with contextlib.closing(Desk(demonstration(tmp_path, AT))) as desk:
        simulated = desk.cabinet.lines()
        lines = with_real_devices(
            structs.replace(desk.setting.board, printer=printer_at(paper.name)), simulated, desk.trace.tap
        )
        assert replace(lines, printer=simulated.printer) == simulated
        ((name, cable),) = real_cables(lines)
        assert (name, type(cable)) == ("printer", TappedPort)
        cable.close()
        assert not list(real_cables(simulated))


@pytest.mark.parametrize("device", ["printer", "card"])
def test_a_port_that_is_not_there_is_named(tmp_path: Path, device: str) -> None:
    setting = with_card(demonstration(tmp_path, AT), "concert")
    wiring = getattr(complete_board(setting.board, setting.reference), device)
    board = structs.replace(setting.board, **{device: structs.replace(wiring, port="/dev/ttyNOWHERE")})
    with pytest.raises(BoardError, match=rf"{device}\.port: .*/dev/ttyNOWHERE.*No such file"):
        Desk(replace(setting, board=board))


# --- a real printer -----------------------------------------------------------------------------------------------


def test_a_real_printer_gets_the_bytes_the_simulated_one_would(tmp_path: Path, paper: Port) -> None:
    one, other = tmp_path / "simulated", tmp_path / "real"
    for folder in (one, other):
        provision(folder, "75011-0042")
    shutil.copy(one / KEY, other / KEY)
    with contextlib.closing(Desk(demonstration(one, AT))) as desk:
        buy(desk, None)
        wanted = desk.ticket_bytes()
    with desk_with(other, paper) as desk:
        buy(desk, paper)
        assert paper.tickets == [wanted]
        assert desk.tickets() == (), "the simulated printer of the cabinet was given nothing"
        assert [type(fact).__name__ for fact in facts(desk)][-3:] == ["PaymentStarted", "RightSold", "TicketPrinted"]


def test_paper_out_in_the_real_printer_reaches_the_screens(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        assert isinstance(paper.device, PrinterDevice)
        paper.device.fault("paper_out", True)
        until(desk, paper, lambda: desk.state()["alarms"] == ["printer out"], 60.0)


def test_a_power_cut_gives_the_port_back_and_power_takes_it_again(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        desk.power(False)
        SerialCable(paper.name, 115200).close()  # opened for itself alone: it is free
        desk.power(True)
        buy(desk, paper)
        assert len(paper.tickets) == 1


def test_a_real_printer_that_is_unplugged_is_silent(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        paper.unplug()
        until(desk, None, lambda: desk.state()["alarms"] == ["printer silent"], 60.0)
        for key in PLATE:
            desk.press(key)
        assert desk.state()["screen"] == "no paper"


def test_what_a_real_device_says_is_in_the_wire_trace(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        said = {str(transfer["from"]) for transfer in desk.wire() if transfer["line"] == "printer"}
        assert said == {"station", "printer"}
