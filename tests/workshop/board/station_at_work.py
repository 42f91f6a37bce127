"""What systemd starts in the test of the units: the station's own commands, on a simulated header and panel.

A program, not a test: it stands at /opt/horodateur/bin/horodateur. Its serial ports are real (pseudo-terminals); what is not
on this computer, the header and the display's bus, is simulated inside this process, below the real rpi-lgpio and luma.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from simulator.devices.header import Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.ssd1322 import SpiPort, Ssd1322

HEADER, PANEL = Header(), Ssd1322()
GLASS = Path("/opt/horodateur/glass/pixels")
"""Where the picture of a machine out of service is left for the test."""

os.environ |= {"RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"}
if sys.version_info < (3, 13):  # it is published for no later one
    importlib.import_module("lgpio")  # the real one, once: it makes its pipe where the unit lets it, or fails
sys.modules["lgpio"] = LgpioChip(HEADER)
sys.modules["spidev"] = ModuleType("spidev")
sys.modules["spidev"].SpiDev = lambda: SpiPort(PANEL, HEADER, dc=25, reset=24)  # type: ignore[attr-defined]

from firmware.cli import out_of_service, start  # noqa: E402  - they must find the modules above
from hal.ports import Display, View  # noqa: E402


class Photographed:
    """The display, and a photograph of what its panel then shows."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def show(self, view: View) -> None:
        self._display.show(view)
        GLASS.with_suffix(".new").write_bytes(PANEL.picture().tobytes())
        GLASS.with_suffix(".new").rename(GLASS)


def main() -> int:
    """The two commands of the units."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    start.add_parser(commands)
    out_of_service.add_parser(commands)
    arguments = parser.parse_args()
    display_of = out_of_service._display
    out_of_service._display = lambda folder: Photographed(display_of(folder))
    return int(arguments.run(arguments))


sys.exit(main())
