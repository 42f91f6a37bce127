"""Raspberry Pi models: device trees, header serial ports, GPIO chip and watchdog of each.

Only facts the wiring depends on: everything else is the same on all of them, or the kernel hides it. `source` says where a
fact is to be read again; `unverified` says what we know only from documents, having measured it on no real board.

Two serial ports can stand on pins 14 and 15. The PL011 has a clock and parity of its own. The mini UART takes its baud rate
from the core's clock, which moves, and has no parity at all; so it is known here only to be refused where it matters. On a
Pi 3, 4 and Zero 2 the PL011 belongs to the Bluetooth chip until an overlay (ours does it) gives it back. On a Pi 5 the ports
of the header are in the RP1 chip, and `/dev/serial0` is the debug connector, not the header.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PL011, MINI = "PL011", "mini UART"


@dataclass(frozen=True, kw_only=True)
class Computer:
    """One Raspberry Pi model."""

    name: str
    trees: tuple[str, ...]
    """Device trees of the kernel for it, of which the firmware chooses; Raspberry Pi OS writes bcm2710 for Debian's bcm2837."""
    overlay: str
    """Ours, in board/overlay/."""
    settings: tuple[str, ...]
    """Lines of config.txt on Raspberry Pi OS. The kernel's command line must name no console on the header's port."""
    gpio: str
    """Label of the header's gpiochip, as `gpiodetect` prints it. Its number differs between kernels: look for the label."""
    ports: Mapping[str, str]
    """Serial ports that can come out on pins 14 and 15, and what drives them."""
    node: str
    """The kernel's name for the PL011 there: what a udev rule matches."""
    watchdog: str
    source: tuple[str, ...]
    unverified: tuple[str, ...]


_PL011_ON = ("enable_uart=1", "dtoverlay=horodateur-bcm2835")
_OLD_PORTS = {"/dev/ttyAMA0": PL011, "/dev/ttyS0": MINI, "/dev/serial0": PL011}
_DOCUMENTS = (
    "raspberrypi/linux: arch/arm/boot/dts/overlays/disable-bt-overlay.dts, spi0-1cs-overlay.dts",
    "Raspberry Pi documentation: configuration of UARTs, primary and secondary UART",
)
_UNMERGED = "our overlay was compiled and merged into a tree with the same paths, not by the firmware of this model"
_BCM2835_WATCHDOG = "bcm2835-wdt, 15 s at most"

COMPUTERS: Mapping[str, Computer] = {
    "pi-3": Computer(
        name="Raspberry Pi 3 Model B, B+",
        trees=("bcm2837-rpi-3-b.dtb", "bcm2837-rpi-3-b-plus.dtb"),
        overlay="horodateur-bcm2835",
        settings=_PL011_ON,
        gpio="pinctrl-bcm2835",
        ports=_OLD_PORTS,
        node="3f201000.serial",
        watchdog=_BCM2835_WATCHDOG,
        source=_DOCUMENTS,
        unverified=(_UNMERGED,),
    ),
    "pi-4": Computer(
        name="Raspberry Pi 4 Model B",
        trees=("bcm2711-rpi-4-b.dtb",),
        overlay="horodateur-bcm2835",
        settings=_PL011_ON,
        gpio="pinctrl-bcm2711",
        ports=_OLD_PORTS,
        node="fe201000.serial",
        watchdog=_BCM2835_WATCHDOG,
        source=_DOCUMENTS,
        unverified=(_UNMERGED,),
    ),
    "pi-5": Computer(
        name="Raspberry Pi 5",
        trees=("bcm2712-rpi-5-b.dtb", "bcm2712d0-rpi-5-b.dtb"),
        overlay="horodateur-bcm2712",
        settings=("dtparam=rtc=off", "dtoverlay=horodateur-bcm2712"),
        gpio="pinctrl-rp1",
        ports={"/dev/ttyAMA0": PL011},
        node="1f00030000.serial",
        watchdog="bcm2835-wdt in the BCM2712, 15 s at most",
        source=(
            "raspberrypi/linux pull request 6144: the header is gpiochip4 before kernel 6.6.45 and gpiochip0 since",
            "raspberrypi/documentation pull request 3294: the primary UART of a Pi 5 is its debug connector, ttyAMA10",
            "raspberrypi/linux pull request 5803: its own clock, which has no battery here, is put aside for the DS3231",
            "raspberrypi/linux: arch/arm64/boot/dts/broadcom/rp1.dtsi, labels rp1_gpio, rp1_spi0, rp1_i2c1, rp1_uart0",
        ),
        unverified=(
            "needs the kernel of Raspberry Pi OS: Debian 12's 6.1 has no driver for the RP1",
            "our overlay was compiled and merged into a tree with the same labels, never on this model",
            "the 15 s of its watchdog",
        ),
    ),
    "pi-zero-2": Computer(
        name="Raspberry Pi Zero 2 W",
        trees=("bcm2837-rpi-zero-2-w.dtb",),
        overlay="horodateur-bcm2835",
        settings=(*_PL011_ON, "dtoverlay=dwc2,dr_mode=host"),
        gpio="pinctrl-bcm2835",
        ports=_OLD_PORTS,
        node="3f201000.serial",
        watchdog=_BCM2835_WATCHDOG,
        source=_DOCUMENTS,
        unverified=("its one USB port feeds the card terminal through an OTG adapter; no current was measured",),
    ),
}
"""By the names a board file gives them."""
