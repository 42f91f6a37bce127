"""The udev rules: taken by udev's own parser without a word, and played on the devices of each computer."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from hal.board import load_board
from hal.computers import COMPUTERS, Computer
from workshop.common.checkout import ROOT

RULES = ROOT / "board" / "udev" / "70-horodateur.rules"
OURS = {"GROUP": "horodateur", "MODE": "0660"}
STOCK = """
# As far as it concerns a station: what Raspberry Pi OS does with the header, the SPI bus and the serial port.
SUBSYSTEM=="spidev", GROUP="spi", MODE="0660"
SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"
KERNEL=="ttyAMA[0-9]*|ttyS[0-9]*", SYMLINK+="serial0"
"""
STOCK_NAME = "99-com.rules"
TERM = re.compile(r'([A-Z_]+(?:\{\w+\})?)(==|!=|\+=|:=|=)"([^"]*)"(?:,\s*|$)')

UDEV = """
mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir -p /run/udev/rules.d
cp {rules} /run/udev/rules.d/ && mount --bind {group} /etc/group
if udevadm verify --help 2>/dev/null | grep -q Verify; then udevadm verify /run/udev/rules.d/*; fi
exec udevadm test --action=add /sys/class/mem/null
"""
"""`verify` came with systemd 254; `test` reads every rule before it plays them."""


@dataclass
class Device:
    """What udev matches: the device's own keys, and those of its parents under plural names."""

    own: dict[str, str]
    parents: dict[str, set[str]] = field(default_factory=dict)

    def has(self, key: str, patterns: str) -> bool:
        values = {self.own[key]} if key in self.own else self.parents.get(key, set())
        return any(fnmatchcase(value, pattern) for value in values for pattern in patterns.split("|"))


def play(device: Device, **others: str) -> dict[str, list[str]]:
    """What the rules give this device, in the order they give it; other files are played with them, in the order of names."""
    given: dict[str, list[str]] = {}
    final: set[str] = set()
    for _, text in sorted({RULES.name: RULES.read_text(), **others}.items()):
        play_file(text, device, given, final)
    return given


def play_file(text: str, device: Device, given: dict[str, list[str]], final: set[str]) -> None:
    """`final`: what was assigned with `:=`, which no later rule changes."""
    skipping = ""
    for line in text.splitlines():
        terms = [] if line.startswith("#") else [match.groups() for match in TERM.finditer(line)]
        labels = [value for key, operator, value in terms if key == "LABEL"]
        if skipping and skipping not in labels:
            continue
        skipping = ""
        matches = [device.has(key, value) == (operator == "==") for key, operator, value in terms if operator in ("==", "!=")]
        if not terms or not all(matches):
            continue
        for key, operator, value in terms:
            if key == "GOTO":
                skipping = value
            elif key != "LABEL" and operator in ("=", "+=", ":=") and key not in final:
                given.setdefault(key, []).append(value)
                final |= {key} if operator == ":=" else set()


def tty(name: str, **parents: set[str]) -> Device:
    return Device({"ACTION": "add", "SUBSYSTEM": "tty", "KERNEL": name}, parents)


def usb(name: str, vendor: str) -> Device:
    return tty(name, **{"SUBSYSTEMS": {"usb"}, "ATTRS{idVendor}": {vendor, "1d6b"}})


@pytest.mark.parametrize("mistake", ["", 'SUBSYSTEM=="tty" KERNELL=="ttyS0", SYMLINK+="x"\n'])
def test_udev_reads_the_rules_without_a_word(mistake: str, tmp_path: Path, namespace: tuple[str, ...]) -> None:
    rules, group = tmp_path / RULES.name, tmp_path / "group"
    rules.write_text(RULES.read_text() + mistake)
    group.write_text(Path("/etc/group").read_text() + "horodateur:x:990:\n")
    script = UDEV.format(rules=rules, group=group)
    ended = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0, ended.stderr
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if f"{RULES.name}:" in line]
    assert bool(said) == bool(mistake), said


@pytest.mark.parametrize("computer", COMPUTERS.values(), ids=COMPUTERS)
def test_the_printer_is_the_headers_own_port_on_every_computer(computer: Computer) -> None:
    given = play(tty("ttyAMA0", KERNELS={computer.node, f"{computer.node}:0.0", "soc"}))
    assert given["SYMLINK"] == ["horodateur/printer"]
    assert OURS.items() <= {key: values[-1] for key, values in given.items()}.items()


def test_the_debug_connector_of_a_pi_5_is_no_printer() -> None:
    assert play(tty("ttyAMA10", KERNELS={"107d001000.serial", "soc@107c000000"})) == {}


def test_the_terminal_has_its_name_in_whichever_socket_and_starts_a_station_that_missed_it() -> None:
    given = play(usb("ttyACM3", "0b00"))
    assert given["SYMLINK"] == ["horodateur/terminal"]
    assert given["ENV{SYSTEMD_WANTS}"] == ["horodateur.service"]
    assert given["ENV{ID_MM_DEVICE_IGNORE}"] == ["1"]
    assert OURS.items() <= {key: values[-1] for key, values in given.items()}.items()


def test_a_known_maker_wins_the_name_over_another_modem() -> None:
    assert play(usb("ttyACM0", "11ca"))["OPTIONS"] == ["link_priority=10"]
    other = play(usb("ttyACM1", "2341"))
    assert (other["SYMLINK"], other.get("OPTIONS")) == (["horodateur/terminal"], None)


def test_the_front_panel_is_no_terminal_though_it_looks_like_a_modem() -> None:
    given = play(usb("ttyACM0", "2e8a"))
    assert given["SYMLINK"] == ["horodateur/panel"]
    assert "ENV{SYSTEMD_WANTS}" not in given, "a station without it starts, and says so"
    assert OURS.items() <= {key: values[-1] for key, values in given.items()}.items()


@pytest.mark.parametrize("parent", ["3f200000.gpio", "fe200000.gpio", "1f000d0000.gpio"])
def test_the_header_belongs_to_the_stations_group(parent: str) -> None:
    chip = Device({"ACTION": "add", "SUBSYSTEM": "gpio", "KERNEL": "gpiochip0"}, {"KERNELS": {parent}})
    assert play(chip) == {key: [value] for key, value in OURS.items()}


HEADER = Device({"ACTION": "add", "SUBSYSTEM": "gpio", "KERNEL": "gpiochip0"}, {"KERNELS": {"1f000d0000.gpio"}})
DISPLAY = Device({"ACTION": "add", "SUBSYSTEM": "spidev", "KERNEL": "spidev0.0"})
PRINTER = tty("ttyAMA0", KERNELS={"1f00030000.serial"})


@pytest.mark.parametrize("device", [HEADER, DISPLAY, PRINTER], ids=["header", "display", "printer"])
def test_on_a_stock_raspberry_pi_os_the_devices_are_the_stations_all_the_same(device: Device) -> None:
    given = play(device, **{STOCK_NAME: STOCK})
    assert {key: given[key][-1] for key in OURS} == OURS


def test_on_a_stock_raspberry_pi_os_another_bus_is_its_own() -> None:
    other = Device({"ACTION": "add", "SUBSYSTEM": "spidev", "KERNEL": "spidev0.1"})
    assert play(other, **{STOCK_NAME: STOCK})["GROUP"] == ["spi"]


def test_another_chip_stays_roots() -> None:
    assert play(Device({"ACTION": "add", "SUBSYSTEM": "gpio", "KERNEL": "gpiochip1"}, {"KERNELS": {"soc:firmware:gpio"}})) == {}


def test_a_device_that_goes_is_not_named() -> None:
    gone = usb("ttyACM0", "0b00")
    gone.own["ACTION"] = "remove"
    assert set(play(gone)) == set()


def test_the_board_file_uses_the_names() -> None:
    board = load_board(ROOT / "board" / "paris-v1.toml")
    named = re.findall(r'SYMLINK\+="([^"]+)"', RULES.read_text())
    panel = load_board(ROOT / "board" / "paris-v2.toml").panel
    assert board.card != "simulated"
    assert board.printer != "simulated"
    assert panel is not None
    assert {board.card.port, board.printer.port, panel.port, "/dev/horodateur/stick"} == {f"/dev/{name}" for name in named}
