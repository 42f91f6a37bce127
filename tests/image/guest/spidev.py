"""Stands in front of the card's spidev, which it loads too."""

import panel  # type: ignore[import-not-found]  # beside it, there

from simulator.devices.ssd1322 import SpiPort

assert panel.real("spidev").SpiDev


def SpiDev() -> SpiPort:  # noqa: N802 - its name
    """The bus of the glass."""
    assert panel.BOARD.display != "simulated"
    return SpiPort(panel.GLASS, panel.HEADER, dc=panel.BOARD.display.dc, reset=panel.BOARD.display.reset)
