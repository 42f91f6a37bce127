"""The overlays: compiled, merged into a tree that has the nodes they name, read back, and compared with the board file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hal.board import Board, jobs_of, load_board
from hal.computers import COMPUTERS
from workshop.common.checkout import ROOT

OVERLAYS = ROOT / "board" / "overlay"

OLD = """/dts-v1/;
/ {{
	compatible = "brcm,bcm2837";
	soc {{
		gpio: gpio@7e200000 {{ #gpio-cells = <2>; gpio-controller; }};
		spi@7e204000 {{ status = "disabled"; {more} }};
		i2c@7e804000 {{ status = "disabled"; }};
		serial@7e201000 {{ status = "okay"; bluetooth {{ compatible = "brcm,bcm43438-bt"; }}; }};
		serial@7e215040 {{ status = "okay"; }};
	}};
}};
"""
STOCK_SPI = 'cs-gpios = <&gpio 8 1>, <&gpio 7 1>; spidev@0 { compatible = "spidev"; }; spidev@1 { compatible = "spidev"; };'
RP1 = """/dts-v1/;
/ {
	compatible = "brcm,bcm2712";
	rp1 {
		rp1_gpio: gpio@d0000 { #gpio-cells = <2>; gpio-controller; };
		rp1_spi0: spi@50000 { status = "disabled"; };
		rp1_i2c1: i2c@74000 { status = "disabled"; };
		rp1_uart0: serial@30000 { status = "disabled"; };
	};
};
"""
NODES = {
    "horodateur-bcm2835": ("/soc/gpio@7e200000", "/soc/spi@7e204000", "/soc/i2c@7e804000", "/soc/serial@7e201000"),
    "horodateur-bcm2712": ("/rp1/gpio@d0000", "/rp1/spi@50000", "/rp1/i2c@74000", "/rp1/serial@30000"),
}
TREES = {
    "Debian's kernel": ("horodateur-bcm2835", OLD.format(more="")),
    "Raspberry Pi OS": ("horodateur-bcm2835", OLD.format(more=STOCK_SPI)),
    "a Pi 5": ("horodateur-bcm2712", RP1),
}


def run(*command: object) -> str:
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout.strip()


class Merged:
    """A tree with an overlay in it, as the kernel gets it."""

    def __init__(self, overlay: str, tree: str, folder: Path) -> None:
        self.blob, self.nodes = folder / "merged.dtb", NODES[overlay]
        (folder / "base.dts").write_text(tree)
        quiet = ("-W", "no-unit_address_vs_reg", "-W", "no-gpios_property")  # the stand-ins have no addresses
        run("dtc", "-@", "-q", *quiet, "-I", "dts", "-O", "dtb", "-o", folder / "base.dtb", folder / "base.dts")
        run("dtc", "-@", "-I", "dts", "-O", "dtb", "-o", folder / "ours.dtbo", OVERLAYS / f"{overlay}.dts")
        run("fdtoverlay", "-i", folder / "base.dtb", "-o", self.blob, folder / "ours.dtbo")

    def text(self, node: str, name: str) -> str:
        return run("fdtget", "-t", "s", self.blob, node, name)

    def numbers(self, node: str, name: str) -> list[int]:
        return [int(cell) for cell in run("fdtget", "-t", "u", self.blob, node, name).split()]

    def groups(self) -> dict[str, tuple[int, ...]]:
        """The pins each of our groups takes, by the end of its name."""
        found = {}
        for group in run("fdtget", "-l", self.blob, self.nodes[0]).split():
            if "brcm,pins" in run("fdtget", "-p", self.blob, f"{self.nodes[0]}/{group}").split():
                pins = self.numbers(f"{self.nodes[0]}/{group}", "brcm,pins")
            else:
                pins = [int(pin.removeprefix("gpio")) for pin in self.text(f"{self.nodes[0]}/{group}", "pins").split()]
            found[group.removeprefix("horodateur-")] = tuple(pins)
        return found


@pytest.fixture
def board() -> Board:
    return load_board(ROOT / "board" / "paris-v1.toml")


@pytest.fixture(params=TREES)
def merged(request: pytest.FixtureRequest, tmp_path: Path) -> Merged:
    return Merged(*TREES[request.param], tmp_path)


def test_there_is_an_overlay_for_every_computer_of_the_board(board: Board) -> None:
    assert board.header
    needed = {COMPUTERS[name].overlay for name in board.header.computers}
    assert needed == {path.stem for path in OVERLAYS.glob("*.dts")}
    for name in board.header.computers:
        assert f"dtoverlay={COMPUTERS[name].overlay}" in COMPUTERS[name].settings


def test_the_kernel_takes_the_pins_the_board_file_leaves_it_and_no_other(board: Board, merged: Merged) -> None:
    jobs = jobs_of(board)
    kernel = {"the clock's I2C bus", "the display's SPI bus", "printer.port"}
    groups = merged.groups()
    assert {pin for pins in groups.values() for pin in pins} == {pin for pin, job in jobs.items() if job in kernel}
    assert {jobs[pin] for pin in (*groups["spi"], *groups["select"])} == {"the display's SPI bus"}
    assert {jobs[pin] for pin in groups["i2c"]} == {"the clock's I2C bus"}
    assert {jobs[pin] for pin in groups["uart"]} == {"printer.port"}


def test_the_display_has_one_chip_select_and_its_device_file(board: Board, merged: Merged) -> None:
    assert board.display != "simulated"
    spi = merged.nodes[1]
    gpio, select, active_low = merged.numbers(spi, "cs-gpios")
    assert (gpio, active_low) == (merged.numbers(merged.nodes[0], "phandle")[0], 1)
    assert (select,) == merged.groups()["select"]
    assert merged.text(spi, "status") == "okay"
    assert merged.text(f"{spi}/spidev@0", "compatible") == "rohm,dh2228fv"
    assert merged.numbers(f"{spi}/spidev@0", "spi-max-frequency")[0] >= board.display.hz
    assert merged.text(f"{spi}/spidev@1", "status") == "disabled"


def test_the_clock_is_where_the_board_file_says(board: Board, merged: Merged) -> None:
    assert board.clock
    rtc = f"{merged.nodes[2]}/rtc@{board.clock.address:x}"
    assert merged.text(rtc, "compatible") == f"maxim,{board.clock.model}"
    assert merged.numbers(rtc, "reg") == [board.clock.address]


def test_every_bus_uses_our_pins(merged: Merged) -> None:
    gpio = merged.nodes[0]
    for node, groups in zip(merged.nodes[1:], (("spi", "select"), ("i2c",), ("uart",)), strict=True):
        phandles = [merged.numbers(f"{gpio}/horodateur-{group}", "phandle")[0] for group in groups]
        assert merged.numbers(node, "pinctrl-0") == phandles
        assert merged.text(node, "status") == "okay"


@pytest.mark.parametrize("kernel", ["Debian's kernel", "Raspberry Pi OS"])
def test_bluetooth_gives_the_printers_port_back(kernel: str, tmp_path: Path) -> None:
    merged = Merged(*TREES[kernel], tmp_path)
    assert merged.text("/soc/serial@7e201000/bluetooth", "status") == "disabled"
    assert merged.text("/soc/serial@7e215040", "status") == "disabled"
