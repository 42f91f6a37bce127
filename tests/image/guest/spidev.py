"""Substitute for the card's spidev, which it loads too."""

import panel  # type: ignore[import-not-found]  # beside it, there

from simulator.devices.ssd1322 import SpiPort

assert panel.real("spidev").SpiDev


def SpiDev() -> SpiPort:  # noqa: N802 - its name
    """SPI bus of the simulated display."""
    assert panel.BOARD.display != "simulated"
    return SpiPort(panel.GLASS, panel.HEADER, dc=panel.BOARD.display.dc, reset=panel.BOARD.display.reset)
