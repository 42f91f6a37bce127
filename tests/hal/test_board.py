"""Board files: the shipped ones are sound, and every way to get one wrong is refused by file, line, key and reason."""

import sys
from pathlib import Path

import pytest

from firmware.domain.site import Site
from hal.board import (
    CaisseApWiring,
    ClockWiring,
    ConcertWiring,
    ContactWiring,
    HeaderWiring,
    NexoWiring,
    jobs_of,
    load_board,
    open_gpio,
    open_serial,
    open_spi,
    read_toml,
    serial_lines,
)
from hal.computers import COMPUTERS
from hal.errors import BoardError
from hal.ports import Key

ROOT = Path(__file__).parents[2]
PARIS = ROOT / "board" / "paris-v1.toml"
CONCERT = PARIS.read_text("utf-8").partition("[card]\n")[2].partition("\n\n#")[0].partition("\n# A terminal")[0]
"""What stands in the table of the card terminal."""
NEXO = 'protocol = "nexo"\nhost = "192.0.2.10"\nport = 8443\npoi = "P400-1"'


def test_paris_board() -> None:
    board = load_board(PARIS)
    assert board.simulated == frozenset()
    assert not isinstance(board.keypad, str)
    assert board.keypad.rows == (4, 17, 27, 22, 5, 6, 13)
    assert board.keypad.columns == (19, 26, 12, 16, 20, 21, 23)
    assert board.keypad.keys[0][0] is Key.D1
    assert board.keypad.keys[6] == (Key.CANCEL, Key.OK, None, None, None, None, None)
    assert board.display != "simulated"
    assert (board.display.dc, board.display.reset, board.display.hz) == (25, 24, 8_000_000)
    assert isinstance(board.card, ConcertWiring)
    assert (board.card.baud, board.card.bytesize, board.card.parity) == (9600, 8, "N")
    assert board.printer != "simulated"
    assert (board.card.port, board.door, board.mains) == (
        "/dev/horodateur/terminal",
        ContactWiring(pin=7),
        ContactWiring(pin=9),
    )
    assert board.clock == ClockWiring(model="ds3231", i2c_bus=1, address=0x68)
    assert board.header == HeaderWiring(computers=("pi-3", "pi-4", "pi-5", "pi-zero-2"), uart="printer")
    assert (board.printer.port, board.printer.columns) == ("/dev/horodateur/printer", 48)


def test_desk_board_has_no_device() -> None:
    devices = {"keypad", "display", "card", "printer", "buzzer", "door", "mains", "speaker"}
    assert load_board(ROOT / "board" / "demo-desk.toml").simulated == devices


def test_one_device_real(tmp_path: Path) -> None:
    desk = (ROOT / "board" / "demo-desk.toml").read_text("utf-8").replace('printer = "simulated"\n', "")
    printer = '[printer]\nmodel = "escpos"\nport = "/dev/ttyUSB0"\nbaud = 19200\ncolumns = 32\n'
    (tmp_path / "bench.toml").write_text(desk + printer, "utf-8")
    board = load_board(tmp_path / "bench.toml")
    assert board.simulated == {"keypad", "display", "card", "buzzer", "door", "mains", "speaker"}
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
        ("[door]\npin = 7", "[door]\npin = 9", "mains.pin", "pin 9 is already taken by door.pin"),
        ("[door]\npin = 7", "[door]\npin = 8", "door.pin", "pin 8 is already taken by the display's SPI bus"),
        ("[door]\npin = 7", "[door]\npin = 3", "door.pin", "pin 3 is already taken by the clock's I2C bus"),
        ("[door]\npin = 7", "[door]\npin = 15", "door.pin", "pin 15 is already taken by printer.port"),
        ("[door]\npin = 7", "[door]\npin = 28", "door.pin", "27"),
        ("[door]\npin = 7", "[door]\npin = 1", "door.pin", "2"),
        ("[door]\npin = 7", "[doors]\npin = 7", "doors", "no such key"),
        ("[door]\npin = 7", "[door]\npin = 7\nopen = 1", "door.open", "no such key"),
        ("spi_device = 0", "spi_device = 1", "door.pin", "pin 7 is already taken by the display's SPI bus"),
        ('model = "ds3231"', 'model = "ds1307"', "clock.model", "ds1307"),
        ('"pi-5", ', '"pi-6", ', "header.computers[2]", "pi-6"),
        ('computers = ["pi-3", "pi-4", "pi-5", "pi-zero-2"]', "computers = []", "header.computers", "length >= 1"),
        ('uart = "printer"', 'uart = "buzzer"', "header.uart", "buzzer"),
        ('uart = "printer"', 'serial = "printer"', "header.serial", "no such key"),
        ('"/dev/horodateur/printer"', '"/dev/serial0"', "printer.port", "a pi-5 has no /dev/serial0 on its header"),
        ('"/dev/horodateur/printer"', '"/dev/ttyS0"', "printer.port", "a pi-5 has no /dev/ttyS0 on its header"),
        ('"/dev/horodateur/printer"', '"/dev/ttyAMA10"', "printer.port", "a pi-3 has no /dev/ttyAMA10 on its header"),
        ('"/dev/horodateur/terminal"', '"/dev/ttyAMA0"', "printer.port", "pin 14 is already taken by card.port"),
        ('protocol = "concert"', 'model = "concert"', "card.protocol", 'write protocol = "concert", "caisse-ap" or "nexo"'),
        ('protocol = "concert"', 'protocol = "zvt"', "card.protocol", 'write protocol = "concert", "caisse-ap" or "nexo"'),
        ('protocol = "concert"', 'protocol = "concert"\nmodel = "concert"', "card.model", "no such key"),
        ('protocol = "concert"', 'protocol = "concert"\nhost = "192.0.2.10"', "card.host", "no such key"),
        ('protocol = "concert"', 'protocol = "caisse-ap"\nhost = "192.0.2.10"', "card.baud", "no such key"),
        (CONCERT, 'protocol = "caisse-ap"\nport = 8888', "card.host", "is missing"),
        (CONCERT, 'protocol = "caisse-ap"\nhost = "192.0.2.10"', "card.port", "is missing"),
        (CONCERT, 'protocol = "caisse-ap"\nhost = "192.0.2.10"\nport = "8888"', "card.port", "Expected int, got str"),
        (CONCERT, 'protocol = "caisse-ap"\nhost = "192.0.2.10"\nport = 70000', "card.port", "65535"),
        (CONCERT, 'protocol = "caisse-ap"\nhost = "terminal"\nport = 8888', "card.host", "an IP address, such as 192.0.2.10"),
        (CONCERT, 'protocol = "caisse-ap"\nhost = ""\nport = 8888', "card.host", "an IP address"),
        (CONCERT, f'{NEXO}\ntransport = "https"', "card.ca", "the file of the terminal's certificate"),
        (CONCERT, f'{NEXO}\ntransport = "tcp"\nca = "a.pem"', "card.ca", "has no certificate"),
        (CONCERT, f'{NEXO}\ntransport = "udp"', "card.transport", "udp"),
        (CONCERT, f'{NEXO}\ntransport = "tcp"\nbaud = 9600', "card.baud", "no such key"),
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
    assert (error.file, error.place) == (str(file), key)
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
    with pytest.raises(BoardError, match="line 5: card: Invalid enum value 'Simulated'"):
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
    file.write_text(PARIS.read_text("utf-8").replace("/dev/horodateur/terminal", "/dev/no-such-port"), "utf-8")
    board = load_board(file)
    assert isinstance(board.card, ConcertWiring)
    with pytest.raises(BoardError, match=r"card\.port: .*/dev/no-such-port"):
        open_serial("card", board.card)


def board_with(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = PARIS.read_text("utf-8")
    for right, wrong in changes:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    file = tmp_path / "board.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_mini_uart_has_no_parity(tmp_path: Path) -> None:
    """A Concert terminal on RS-232 is 7E1: on the mini UART of a Pi 3 it would be read as garbage."""
    old = ('computers = ["pi-3", "pi-4", "pi-5", "pi-zero-2"]', 'computers = ["pi-3"]')
    swapped = (old, ("/dev/horodateur/terminal", "/dev/ttyS0"), ('uart = "printer"', 'uart = "card"'))
    assert load_board(board_with(tmp_path, *swapped)).header
    with pytest.raises(BoardError, match=r"line 41: card\.parity: /dev/ttyS0 of a pi-3 is its mini UART, which has no parity"):
        load_board(board_with(tmp_path, *swapped, ('parity = "N"', 'parity = "E"')))


def test_a_terminal_on_the_network(tmp_path: Path) -> None:
    """Nothing of it is on the header: not even a port that is named by mistake."""
    caisse_ap = 'protocol = "caisse-ap"\nhost = "192.0.2.10"\nport = 8888'
    board = load_board(board_with(tmp_path, (CONCERT, caisse_ap)))
    assert board.card == CaisseApWiring(host="192.0.2.10", port=8888)
    assert [name for name, _ in serial_lines(board)] == ["printer"]
    with pytest.raises(BoardError, match=r"header\.uart: this card terminal is on the network"):
        load_board(board_with(tmp_path, (CONCERT, caisse_ap), ('uart = "printer"', 'uart = "card"')))
    secure = load_board(board_with(tmp_path, (CONCERT, f'{NEXO}\ntransport = "https"\nca = "/etc/a.pem"'))).card
    assert secure == NexoWiring(host="192.0.2.10", port=8443, transport="https", ca="/etc/a.pem", poi="P400-1")


def test_every_line_of_the_header_has_one_job() -> None:
    jobs = jobs_of(load_board(PARIS))
    assert sorted(jobs) == list(range(2, 28))
    assert (jobs[2], jobs[7], jobs[9], jobs[18]) == ("the clock's I2C bus", "door.pin", "mains.pin", "buzzer.pin")


def test_a_board_without_contacts_clock_or_header_is_a_board(tmp_path: Path) -> None:
    text = PARIS.read_text("utf-8")
    file = tmp_path / "board.toml"
    file.write_text(text[: text.index("[door]")], "utf-8")
    board = load_board(file)
    assert (board.door, board.mains, board.clock, board.header) == (None, None, None, None)
    assert board.simulated == frozenset()


def test_every_computer_says_where_it_is_from_and_what_was_not_seen() -> None:
    assert set(COMPUTERS) == {"pi-3", "pi-4", "pi-5", "pi-zero-2"}
    for computer in COMPUTERS.values():
        assert computer.source
        assert computer.unverified
        assert "/dev/ttyAMA0" in computer.ports
    assert "/dev/serial0" not in COMPUTERS["pi-5"].ports, "it is the debug connector there"
    assert "dtparam=rtc=off" in COMPUTERS["pi-5"].settings, "its own clock has no battery, and would come first"
