"""The wiring page and its drawing: what the board file says, pin for pin, and the committed ones are today's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec import structs

from hal.board import BuzzerWiring, CaisseApWiring, ContactWiring, NexoWiring, load_board
from hal.computers import COMPUTERS
from workshop.common.checkout import ROOT
from workshop.drawings.header import pins
from workshop.drawings.wiring import documents, main

PARIS = ROOT / "board" / "paris-v1.toml"
SVG = "{http://www.w3.org/2000/svg}"


def library_numbers() -> dict[int, int]:
    """Pin -> BCM line, as the GPIO library knows it: the only other place that says so."""
    program = (
        "import sys; from simulator.devices.header import Header; from simulator.devices.lgpio_chip import LgpioChip\n"
        "sys.modules['lgpio'] = LgpioChip(Header()); from RPi import GPIO\n"
        "print(*(f'{pin}:{line}' for pin, line in GPIO._BOARD_MAP.items()))"
    )
    environment = os.environ | {"RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"}
    said = subprocess.check_output([sys.executable, "-c", program], text=True, cwd=ROOT, env=environment)
    return {int(pin): int(line) for pin, line in (pair.split(":") for pair in said.split())}


def rows(page: str) -> dict[int, tuple[str, str, str]]:
    """The first table of the page: pin -> line, device, wire."""
    found = re.findall(r"^\| (\d+) \| (\d*) \| (\w+) \| ([^|]*) \|$", page, re.MULTILINE)
    return {int(number): (line, device, wire) for number, line, device, wire in found}


def test_the_committed_documents_are_those_of_the_board_file() -> None:
    """`python -m workshop.drawings.wiring` writes them."""
    assert main(["--check"]) == 0


def test_every_pin_is_numbered_as_the_gpio_library_numbers_it() -> None:
    library = library_numbers()
    header = {pin.number: pin.line for pin in pins(load_board(PARIS)) if pin.line is not None}
    assert len(header) == 26
    assert header == {pin: library[pin] for pin in header}


def test_the_page_has_every_wire_where_the_board_file_has_it() -> None:
    board = load_board(PARIS)
    table = rows(documents(board, "paris-v1.toml")["wiring.md"])
    assert sorted(table) == list(range(1, 41))
    at = {int(line): (device, wire) for line, device, wire in table.values() if line}
    assert not isinstance(board.keypad, str)
    assert [at[line] for line in board.keypad.rows] == [("keypad", f"row {number}") for number in range(1, 8)]
    assert [at[line] for line in board.keypad.columns] == [("keypad", f"column {number}") for number in range(1, 8)]
    assert (at[25], at[24], at[8]) == (("display", "D/C"), ("display", "RES"), ("display", "CS"))
    assert (at[14], at[15]) == (("printer", "TXD"), ("printer", "RXD"))
    assert (at[2], at[3], at[18]) == (("clock", "SDA"), ("clock", "SCL"), ("buzzer", "+"))
    assert (at[7], at[9]) == (("door", "contact"), ("mains", "contact"))
    assert [number for number, row in table.items() if row[1] == "ground"] == [6, 9, 14, 20, 25, 30, 34, 39]
    assert [number for number, row in table.items() if row[2] in ("3.3 V", "5 V")] == [1, 2, 4, 17]


def test_a_wire_that_moves_moves_on_the_page_and_on_the_drawing() -> None:
    board = load_board(PARIS)
    without = structs.replace(board, keypad="simulated", buzzer=BuzzerWiring(pin=26))
    page, drawing = documents(without, "x.toml").values()
    table = rows(page)
    assert table[37] == ("26", "buzzer", "+")
    assert table[12] == ("18", "free", "")
    assert "GPIO 26: buzzer +" in drawing
    assert "GPIO 18: buzzer +" not in drawing
    assert "ribbon is wired" not in page


def test_a_board_with_a_pin_that_has_two_jobs_is_not_drawn() -> None:
    with pytest.raises(ValueError, match=r"door\.pin: pin 18 is already taken by buzzer\.pin"):
        documents(structs.replace(load_board(PARIS), door=ContactWiring(pin=18)), "x.toml")


def test_the_drawing_shows_all_forty_pins_and_their_wires() -> None:
    board = load_board(PARIS)
    tree = ElementTree.fromstring(documents(board, "paris-v1.toml")["pictures/wiring.svg"])
    texts = [text.text or "" for text in tree.iter(f"{SVG}text")]
    assert [text for text in texts if text.isdecimal()] == [str(number) for number in range(1, 41)]
    for pin in pins(board):
        assert any(pin.signal in text and (pin.line is None or f"GPIO {pin.line}:" in text) for text in texts), pin
    assert len(list(tree.iter(f"{SVG}line"))) == 26, "a wire for every line"
    assert len(list(tree.iter(f"{SVG}circle"))) == 39, "pin 1 is the square one"
    width, height = int(tree.attrib["width"]), int(tree.attrib["height"])
    for text in tree.iter(f"{SVG}text"):
        assert 0 < float(text.attrib["x"]) < width
        assert 0 < float(text.attrib["y"]) < height


def test_the_page_says_of_each_computer_what_to_set_and_what_nobody_saw() -> None:
    page = documents(load_board(PARIS), "paris-v1.toml")["wiring.md"]
    for computer in COMPUTERS.values():
        _, _, section = page.partition(f"### {computer.name} (")
        section = section.partition("\n### ")[0]
        assert all(f"`{line}`" in section for line in computer.settings)
        assert computer.gpio in section
        assert computer.node in section
        assert all(reason in section for reason in computer.unverified)


def test_documents_that_are_stale_are_named_then_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--docs", str(tmp_path), "--check"]) == 1
    assert [line.split(" is not ")[0] for line in capsys.readouterr().err.splitlines()] == [
        str(tmp_path / "wiring.md"),
        str(tmp_path / "pictures" / "wiring.svg"),
    ]
    assert main(["--docs", str(tmp_path)]) == 0
    assert main(["--docs", str(tmp_path), "--check"]) == 0


def test_a_terminal_on_the_network_has_its_address_on_the_page_and_no_serial_line() -> None:
    board = structs.replace(load_board(PARIS), card=CaisseApWiring(host="192.0.2.10", port=8888))
    page = documents(board, "paris-v1.toml")["wiring.md"]
    assert "| card | caisse-ap | `192.0.2.10` | 8888 | no |" in page
    assert "| card | `/dev" not in page
    secure = NexoWiring(host="192.0.2.10", port=8443, transport="https", ca="/etc/terminal.pem", poi="P400-1")
    page = documents(structs.replace(board, card=secure), "paris-v1.toml")["wiring.md"]
    assert "| card | nexo | `192.0.2.10` | 8443 | certificate `/etc/terminal.pem` |" in page


def test_a_board_file_that_is_wrong_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "board.toml"
    wrong.write_text(PARIS.read_text("utf-8").replace("pin = 18", "pin = 7"), "utf-8")
    assert main([str(wrong), "--docs", str(tmp_path / "docs")]) == 1
    line = PARIS.read_text("utf-8").splitlines().index("pin = 7") + 1
    assert capsys.readouterr().err == f"wiring: {wrong}, line {line}: door.pin: pin 7 is already taken by buzzer.pin\n"
    assert not (tmp_path / "docs").exists()
