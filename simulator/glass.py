"""What stands in a simulated station's front: its panel with the driver it ships with, or the words alone.

A `Glass` is chosen in the setting. `PixelGlass` has every pixel sent over SPI to an SSD1322, as on a Pi. `WordGlass` keeps the
view and draws it only for who looks: a law over thousands of visits reads words, and a picture costs more than the rest of
the visit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PIL import Image

from hal.board import DisplayWiring, open_display
from hal.drawing import draw
from hal.drivers.display import CONTRAST, contrast_of
from hal.lines import Gpio
from hal.ports import Display, View
from simulator.devices.header import Header
from simulator.devices.ssd1322 import SpiPort, Ssd1322
from simulator.devices.ssd1363 import Ssd1363
from simulator.virtual_time import Tap


class Glass(Protocol):
    """Display of a simulated station: the port its driver has, and what a bystander sees."""

    def open(self, gpio: Gpio) -> Display:
        """The port, for a station that has just been switched on."""

    def power(self, on: bool) -> None:
        """Give or cut the supply."""

    def reset(self) -> None:
        """A spark makes the panel forget its settings."""

    def picture(self) -> Image.Image:
        """As large as the glass, mode "L"; black without power."""

    @property
    def contrast(self) -> int:
        """Current of a lit pixel, of 255: how bright the picture is. 127 is the usual one."""


GlassMaker = Callable[[DisplayWiring, Header, Tap], Glass]


PANELS: dict[str, Callable[[], Ssd1322 | Ssd1363]] = {"ssd1322": Ssd1322, "ssd1363": Ssd1363}


class PixelGlass:
    """The panel that the board names, and the shipped driver on its SPI bus; every transfer is noted in the wire trace."""

    def __init__(self, wiring: DisplayWiring, header: Header, tap: Tap) -> None:
        self.controller, self._tap = PANELS[wiring.model](), tap
        self._wiring = wiring
        self._spi = SpiPort(self, header, dc=wiring.dc, reset=wiring.reset)

    def open(self, gpio: Gpio) -> Display:
        """The driver over the simulated lines, which sets the panel up."""
        return open_display(self._wiring, gpio, self._spi)

    def transfer(self, data: bytes, *, is_data: bool) -> None:
        """Note it; the panel obeys it."""
        self._tap("display", "station", data)
        self.controller.transfer(data, is_data=is_data)

    def power(self, on: bool) -> None:
        """Give or cut the panel's supply."""
        self.controller.power(on)

    def reset(self) -> None:
        """The panel forgets its settings."""
        self.controller.reset()

    def picture(self) -> Image.Image:
        """What the panel shows."""
        return self.controller.picture()

    @property
    def contrast(self) -> int:
        """As the panel was told."""
        return self.controller.contrast


class WordGlass:
    """Keeps what it was asked to show. Nothing crosses a wire."""

    def __init__(self, wiring: DisplayWiring, header: Header, tap: Tap) -> None:
        self._glass = wiring.glass
        self.view: View | None = None
        """What is shown; None without power, and until the station has shown something."""

    def open(self, gpio: Gpio) -> Display:
        """Itself: there is no driver between."""
        return self

    def show(self, view: View) -> None:
        """Keep it."""
        self.view = view

    def power(self, on: bool) -> None:
        """What was shown is gone."""
        self.view = None

    def reset(self) -> None:
        """No settings, nothing to forget."""

    def picture(self) -> Image.Image:
        """Drawn now, for who looks."""
        return draw(self.view, self._glass) if self.view else Image.new("L", (self._glass.width, self._glass.height))

    @property
    def contrast(self) -> int:
        """What the driver would have told the panel."""
        return contrast_of(self.view) if self.view else CONTRAST
