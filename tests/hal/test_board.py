"""Board files: the shipped ones are sound, and every way to get one wrong is refused by file, line, key and reason."""

import sys
from pathlib import Path

import pytest

from firmware.site import Site
from hal.board import BoardError, load_board, open_gpio, open_serial, open_spi, read_toml
from hal.ports import Key

ROOT = Path(__file__).parents[2]
PARIS = ROOT / "board" / "paris-v1.toml"


def test_paris_board() -> None:
    board = load_board(PARIS)
    assert board.simulated == frozenset()
    assert board.keypad != "simulated"
    assert board.keypad.rows == (4, 17, 27, 22, 5, 6, 13)
    assert board.keypad.columns == (19, 26, 12, 16, 20, 21, 23)
    assert board.keypad.keys[0][0] is Key.D1
    assert board.keypad.keys[6] == (Key.CANCEL, Key.OK, None, None, None, None, None)
    assert board.display != "simulated"
    assert (board.display.dc, board.display.reset, board.display.hz) == (25, 24, 8_000_000)
    assert board.card != "simulated"
    assert (board.card.baud, board.card.bytesize, board.card.parity) == (9600, 8, "N")
    assert board.printer != "simulated"
    assert (board.printer.port, board.printer.columns) == ("/dev/serial0", 48)


def test_desk_board_has_no_device() -> None:
    assert load_board(ROOT / "board" / "demo-desk.toml").simulated == {"keypad", "display", "card", "printer", "buzzer"}


def test_one_device_real(tmp_path: Path) -> None:
    desk = (ROOT / "board" / "demo-desk.toml").read_text("utf-8").replace('printer = "simulated"\n', "")
    printer = '[printer]\nmodel = "escpos"\nport = "/dev/ttyUSB0"\nbaud = 19200\ncolumns = 32\n'
    (tmp_path / "bench.toml").write_text(desk + printer, "utf-8")
    board = load_board(tmp_path / "bench.toml")
    assert board.simulated == {"keypad", "display", "card", "buzzer"}
    assert board.printer != "simulated"
    assert board.printer.port == "/dev/ttyUSB0"


def test_demo_station() -> None:
    site = read_toml(ROOT / "board" / "demo-station.toml", Site)
    assert (site.station, site.zone, site.arrondissement, site.sector) == ("75011-0042", 1, 11, "11D")
    assert site.address == "12 rue Oberkampf"
    assert site.nearest == "5 passage Saint-Pierre-Amelot"
    assert site.central == "http://127.0.0.1:8080/central"


@pytest.mark.parametrize(
    ("right", "wrong", "key", "reason"),
    [
        ("pin = 18", "pin = 18\nvolume = 3", "buzzer.volume", "no such key"),
        ("dc = 25", "dcc = 25", "display.dcc", "no such key"),
        ("[buzzer]", "[bell]", "bell", "no such key"),
        ("dc = 25\n", "", "display.dc", "is missing"),
        ("[buzzer]\npin = 18", "", "buzzer", "is missing"),
        ("dc = 25", 'dc = "25"', "display.dc", "Expected int, got str"),
        ("dc = 25", "dc = 40", "display.dc", "27"),
        ("hz = 8_000_000", "hz = 10_000_000", "display.hz", "10000000"),
        ('model = "escpos"', 'model = "star"', "printer.model", "star"),
        ("[4, 17,", "[17,", "keypad.rows", "7"),
        ("[4, 17,", '["4", 17,', "keypad.rows[0]", "Expected int, got str"),
        ("[4, 17,", "[17, 17,", "keypad.rows", "pin 17 is already taken by keypad.rows"),
        ("[4, 17,", "[14, 17,", "keypad.rows", "pin 14 is already taken by printer.port"),
        ("dc = 25", "dc = 11", "display.dc", "pin 11 is already taken by the display's SPI bus"),
        ("pin = 18", "pin = 4", "buzzer.pin", "pin 4 is already taken by keypad.rows"),
        ('"A", "Z", "E"', '"A", "A", "E"', "keypad", "every key once: look at A, Z"),
        ('"A", "Z", "E"', '"A", "ZED", "E"', "keypad", "no such key: ZED"),
        ('"A", "Z", "E", "R"', '"A", "Z", "E"', "keypad", "7 rows of 7"),
    ],
)
def test_mistake_is_named(right: str, wrong: str, key: str, reason: str, tmp_path: Path) -> None:
    text = PARIS.read_text("utf-8")
    assert right in text
    file = tmp_path / "board.toml"
    file.write_text(text.replace(right, wrong), "utf-8")
    with pytest.raises(BoardError) as refused:
        load_board(file)
    error = refused.value
    assert (error.file, error.key) == (str(file), key)
    assert reason in error.reason
    assert all(part in str(error) for part in (str(file), key, reason))


def test_mistake_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_text('station = "75011-0042"\n\n# the zone\nzone = "one"\n', "utf-8")
    with pytest.raises(BoardError, match=r"board\.toml, line 4: zone: Expected int, got str"):
        read_toml(file, Site)


def test_simulated_word_is_exact(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_text((ROOT / "board" / "demo-desk.toml").read_text("utf-8").replace('card = "s', 'card = "S'), "utf-8")
    with pytest.raises(BoardError, match="line 4: card: Invalid enum value 'Simulated'"):
        load_board(file)


def test_not_toml(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_text("[keypad]\nrows = 4 5\n", "utf-8")
    with pytest.raises(BoardError, match=r"board\.toml: is not TOML: .*line 2"):
        load_board(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_unreadable(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BoardError, match=r"board\.toml: (No such file|is not UTF-8)"):
        load_board(file)


def test_not_a_pi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RPi", None)
    monkeypatch.setitem(sys.modules, "spidev", None)
    with pytest.raises(BoardError, match=r"GPIO: .*Not a Raspberry Pi\?"):
        open_gpio()
    with pytest.raises(BoardError, match=r"SPI: .*Not a Raspberry Pi\?"):
        open_spi()


def test_port_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_text(PARIS.read_text("utf-8").replace("/dev/ttyACM0", "/dev/no-such-port"), "utf-8")
    board = load_board(file)
    assert board.card != "simulated"
    with pytest.raises(BoardError, match=r"card\.port: .*/dev/no-such-port"):
        open_serial("card", board.card)
