"""The installation sheet of the front panel names the lines, alarms and words that board file and code have."""

from __future__ import annotations

import re

from msgspec.structs import asdict

from firmware.service.alarms import ALARMS
from hal.board import load_board
from hal.shipped import BOARDS
from tests.builders import ROOT
from tests.firmware.screens.test_service_readings import shown
from workshop.flash.options import option_parser

SHEET = (ROOT / "docs" / "panel-installation.md").read_text("utf-8")
ROW = re.compile(r"^\| ([\w, ]+?) \| ((?:GP\d+ ?)+)\|", re.MULTILINE)


def lines_of_board() -> dict[str, list[int]]:
    panel = load_board(BOARDS / "paris-v2.toml").panel
    assert panel
    return {name: list(pins) if isinstance(pins, tuple) else [pins] for name, pins in asdict(panel.pins).items()}


def test_every_wire_is_on_the_line_of_the_board_file() -> None:
    stated: dict[str, list[int]] = {}
    for names, lines in ROW.findall(SHEET):
        numbers, wires = [int(number) for number in re.findall(r"\d+", lines)], names.split(", ")
        stated |= {wires[0]: numbers} if len(wires) == 1 else {wire: [line] for wire, line in zip(wires, numbers, strict=True)}
    assert stated == lines_of_board()


def test_the_second_line_has_the_address_and_the_words_of_the_firmware() -> None:
    found = re.search(r"^LINE_ADDRESS = (0x\d\d)$", (BOARDS / "panel" / "pins.py").read_text("utf-8"), re.MULTILINE)
    assert found
    assert f"address {found[1]}," in SHEET
    assert "`HORS SERVICE`" in SHEET


def test_each_alarm_it_names_is_one() -> None:
    named = set(re.findall(r"\b[AKD]\d\b", SHEET))
    assert named <= {alarm.code for alarm in ALARMS}
    assert named >= {"K2", "K3", "K4"}


def test_what_the_power_page_says_is_what_the_machine_says() -> None:
    (line,) = (line for line in shown().lines if line.startswith("Façade"))
    assert f"`{line}`" in SHEET


def test_the_commands_have_the_options_of_the_program() -> None:
    options = {option for action in option_parser()._actions for option in action.option_strings}
    assert set(re.findall(r"(?<=[ `])--[a-z0-9]+", SHEET)) - {"--version"} <= options
    assert "--panel" in options
