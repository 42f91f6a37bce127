"""Wiring of a board: the typed content of board/*.toml, one Struct per device. Pins are BCM numbers.

In place of a device's table a file may say `"simulated"`: then that device is not on this computer, and whoever opens the
station decides what stands there. The table of a contact, a clock or the header may be left out: then nothing of the kind is
wired.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

import msgspec
from msgspec import Struct

from hal.ports import TALL_GLASS, USUAL_GLASS, GlassSize, Key

GpioPin = Annotated[int, msgspec.Meta(ge=2, le=27)]
"""A line of the 40-pin header; 0 and 1 belong to the HAT's EEPROM."""

Seven = Annotated[tuple[GpioPin, ...], msgspec.Meta(min_length=7, max_length=7)]
"""Seven lines, of one side of the matrix."""

Simulated = Literal["simulated"]

OnPanel = Literal["panel"]
"""In place of a device's table: the device hangs on the front panel, whose table is `[panel]`."""

ComputerName = Literal["pi-3", "pi-4", "pi-5", "pi-zero-2"]
"""A key of `COMPUTERS`."""


Layout = tuple[tuple[str, ...], ...]
"""Seven rows of seven key names, "" where no key is."""


def check_layout(layout: Layout) -> None:
    """Raise ValueError for a layout that is not seven rows of seven, with every key once."""
    if [len(row) for row in layout] != [7] * 7:
        raise ValueError("layout must be 7 rows of 7 key names")
    seen = Counter(name for row in layout for name in row if name)
    wanted = {key.value for key in Key}
    if unknown := seen.keys() - wanted:
        raise ValueError(f"layout has no such key: {', '.join(sorted(unknown))}")
    if wrong := {name for name in wanted if seen[name] != 1}:
        raise ValueError(f"layout must have every key once: look at {', '.join(sorted(wrong))}")


def keys_of(layout: Layout) -> tuple[tuple[Key | None, ...], ...]:
    """The keys, row by row; None where no key is."""
    return tuple(tuple(Key(name) if name else None for name in row) for row in layout)


class WithLayout:
    """What every wiring of keys has. No Struct of its own: a Struct takes the members of one other alone."""

    __slots__ = ()
    layout: Layout

    def __post_init__(self) -> None:
        check_layout(self.layout)

    @property
    def keys(self) -> tuple[tuple[Key | None, ...], ...]:
        """The layout, row by row; None where no key is."""
        return keys_of(self.layout)


class KeypadWiring(WithLayout, Struct, frozen=True, kw_only=True):
    """Seven lines by seven, and the key where each two cross."""

    rows: Seven
    columns: Seven
    layout: Layout


GLASSES = {"ssd1322": USUAL_GLASS, "ssd1363": TALL_GLASS}


class DisplayWiring(Struct, frozen=True, kw_only=True):
    """An SSD1322 module of 256 x 64 pixels, or an SSD1363 module of 256 x 128, on four-wire SPI."""

    model: Literal["ssd1322", "ssd1363"]
    spi_bus: Literal[0, 1]
    spi_device: Literal[0, 1]
    dc: GpioPin
    reset: GpioPin
    hz: Literal[500_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000]
    """SPI clock. The SSD1322 takes 10 MHz at most (datasheet, table 13-6), luma only powers of two of it."""

    @property
    def glass(self) -> GlassSize:
        """What pictures are drawn for."""
        return GLASSES[self.model]


class SerialWiring(Struct, frozen=True, kw_only=True):
    """A serial port and how its bytes are framed, one stop bit."""

    port: str
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]
    bytesize: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"


class ConcertWiring(SerialWiring, frozen=True, kw_only=True, tag_field="protocol", tag="concert"):
    """A card terminal that speaks Concert, on a serial port."""


class NetworkWiring(Struct, frozen=True, kw_only=True):
    """A device on the network, and where it listens."""

    host: str
    """IP address: `check_address` holds it to that. No name: looking one up would wait."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]


class CaisseApWiring(NetworkWiring, frozen=True, kw_only=True, tag_field="protocol", tag="caisse-ap"):
    """A card terminal that speaks Caisse-AP."""


class NexoWiring(NetworkWiring, frozen=True, kw_only=True, tag_field="protocol", tag="nexo"):
    """A card terminal that speaks nexo Retailer."""

    transport: Literal["https", "tcp"]
    """Requests over HTTP with TLS, or messages with their length before them, in the clear."""
    ca: str = ""
    """File of the terminal's certificate, with https."""
    poi: Annotated[str, msgspec.Meta(min_length=1)]
    """POIID: the terminal's own name."""
    sale: Annotated[str, msgspec.Meta(min_length=1)] = "horodateur"
    """SaleID: the name of this station at the terminal."""


CardWiring = ConcertWiring | CaisseApWiring | NexoWiring
"""The card terminal, by the protocol it speaks."""


def protocol_of(wiring: CardWiring) -> str:
    """The protocol by its name in a board file."""
    return str(wiring.__struct_config__.tag)


class PrinterWiring(SerialWiring, frozen=True, kw_only=True):
    """The ticket printer's line, and the characters it fits on one: 58 mm or 80 mm paper."""

    model: Literal["escpos"]
    columns: Literal[32, 48]


PicoPin = Annotated[int, msgspec.Meta(ge=0, le=28)]
"""A GP line of a Raspberry Pi Pico."""
SevenOfPico = Annotated[tuple[PicoPin, ...], msgspec.Meta(min_length=7, max_length=7)]
"""Seven GP lines, of one side of the matrix."""


class PanelPins(Struct, frozen=True, kw_only=True):
    """What hangs on each line of the front panel's own board; `board/panel/pins.py` says the same."""

    rows: SevenOfPico
    columns: SevenOfPico
    backlight: PicoPin
    buzzer: PicoPin
    wake: PicoPin
    """To this computer, open drain: low for a moment when somebody is there."""
    pi_power: PicoPin
    """To the enable input of this computer's 5 V, open drain, pulled up there."""
    line_sda: PicoPin
    line_scl: PicoPin
    """The second display line."""
    door: PicoPin
    tamper: PicoPin
    mains: PicoPin
    """Contacts to ground, closed while all is well."""
    supply: PicoPin
    """5 V behind a divider by three."""
    near: PicoPin
    """Proximity sensor: low while somebody stands there."""
    service: PicoPin
    """Jumper to ground: the firmware keeps off, and the line is the programming tool's."""


class PanelWiring(WithLayout, SerialWiring, frozen=True, kw_only=True):
    """The front panel: a board of its own behind the keys, on a serial port."""

    model: Literal["pico"]
    light: Literal["bh1750"] | None = None
    """The light sensor on its I2C lines; without one the display is bright by night too."""
    pins: PanelPins
    layout: Layout


class BuzzerWiring(Struct, frozen=True, kw_only=True):
    """An active buzzer: sounds while its line is high."""

    pin: GpioPin


class SpeakerWiring(Struct, frozen=True, kw_only=True):
    """A sound card with a loudspeaker and a 3.5 mm jack, and the engine that speaks through it."""

    engine: Literal["nanotts", "espeak-ng"]
    sound: str = "default"
    """The sound card, as ALSA names it."""
    jack: str = ""
    """The kernel's input device whose switch a headset closes; empty where the card does not tell."""
    rendered: str = ""
    """Folder of the sentences that were rendered ahead; empty for none."""


class ContactWiring(Struct, frozen=True, kw_only=True):
    """A dry contact between a line and ground, closed while all is well: a cut wire reads as the contrary."""

    pin: GpioPin


class ClockWiring(Struct, frozen=True, kw_only=True):
    """A clock with a battery on I2C. The kernel reads it; no program of ours does."""

    model: Literal["ds3231"]
    i2c_bus: Literal[1]
    address: Literal[0x68]


class HeaderWiring(Struct, frozen=True, kw_only=True):
    """What the board is screwed on, and which device has the header's serial port."""

    computers: Annotated[tuple[ComputerName, ...], msgspec.Meta(min_length=1)]
    uart: Literal["card", "printer"] | None = None


class Board(Struct, frozen=True, kw_only=True):
    """Every device of a station, and where it is; or that it is simulated."""

    keypad: KeypadWiring | Simulated | OnPanel
    display: DisplayWiring | Simulated
    card: CardWiring | Simulated
    printer: PrinterWiring | Simulated
    buzzer: BuzzerWiring | Simulated | OnPanel
    panel: PanelWiring | None = None
    """The board behind the keys, where keys do not come to the header; then buzzer, door and mains are on it too."""
    door: ContactWiring | Simulated | OnPanel | None = None
    """Closed while the door is."""
    mains: ContactWiring | Simulated | OnPanel | None = None
    """The supply's own relay, closed while it has mains."""
    speaker: SpeakerWiring | Simulated | None = None
    clock: ClockWiring | None = None
    header: HeaderWiring | None = None

    @property
    def on_panel(self) -> frozenset[str]:
        """The devices that hang on the front panel, by the names of their tables."""
        return frozenset(name for name in self.__struct_fields__ if getattr(self, name) == "panel")

    @property
    def simulated(self) -> frozenset[str]:
        """The devices that are not on this computer, by the names of their tables."""
        return frozenset(name for name in self.__struct_fields__ if getattr(self, name) == "simulated")
