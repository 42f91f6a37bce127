"""What a station is wired like: board/*.toml -> a typed Board -> its lines and drivers.

A board file has one table per device. In place of a table it may say `"simulated"`: then that device is not on this
computer, and whoever opens the station decides what stands there.

Every mistake is refused before a pin is touched, as a `BoardError` naming file, line, key and reason: a key nobody knows, a
value of the wrong type, a pin with two jobs. Pins are BCM numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from hal.ports import Key
from hal.toml import BoardError as BoardError
from hal.toml import line_of, read_text
from hal.toml import read_toml as read_toml

if TYPE_CHECKING:
    from hal.cable import SerialCable
    from hal.drivers.buzzer import PinBuzzer
    from hal.drivers.display import Oled, Spi
    from hal.drivers.keypad import MatrixKeypad
    from hal.lines import Gpio

Pin = Annotated[int, msgspec.Meta(ge=2, le=27)]
"""A line of the 40-pin header; 0 and 1 belong to the HAT's EEPROM."""

Seven = Annotated[tuple[Pin, ...], msgspec.Meta(min_length=7, max_length=7)]
"""Seven lines, of one side of the matrix."""

Simulated = Literal["simulated"]

SPI_PINS = {0: (7, 8, 9, 10, 11), 1: (16, 17, 18, 19, 20, 21)}
"""What the kernel takes for each bus: chip selects, MISO, MOSI, clock."""

UART_PINS = {"/dev/serial0": (14, 15), "/dev/ttyAMA0": (14, 15), "/dev/ttyS0": (14, 15)}
"""The header's own serial port, by its names."""


@dataclass(frozen=True, kw_only=True)
class KeypadWiring:
    """Seven lines by seven, and the key where each two cross."""

    rows: Seven
    columns: Seven
    layout: tuple[tuple[str, ...], ...]
    """Seven rows of seven key names, "" where no key is."""

    def __post_init__(self) -> None:
        if [len(row) for row in self.layout] != [len(self.columns)] * len(self.rows):
            raise ValueError("layout must be 7 rows of 7 key names")
        seen = Counter(name for row in self.layout for name in row if name)
        wanted = {key.value for key in Key}
        if unknown := seen.keys() - wanted:
            raise ValueError(f"layout has no such key: {', '.join(sorted(unknown))}")
        if wrong := {name for name in wanted if seen[name] != 1}:
            raise ValueError(f"layout must have every key once: look at {', '.join(sorted(wrong))}")

    @property
    def keys(self) -> tuple[tuple[Key | None, ...], ...]:
        """The layout, row by row; None where no key is."""
        return tuple(tuple(Key(name) if name else None for name in row) for row in self.layout)


@dataclass(frozen=True, kw_only=True)
class DisplayWiring:
    """An SSD1322 module, 256 x 64, on four-wire SPI."""

    model: Literal["ssd1322"]
    spi_bus: Literal[0, 1]
    spi_device: Literal[0, 1]
    dc: Pin
    reset: Pin
    hz: Literal[500_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000]
    """SPI clock. The SSD1322 takes 10 MHz at most (datasheet, table 13-6), luma only powers of two of it."""


@dataclass(frozen=True, kw_only=True)
class SerialWiring:
    """A serial port and how its bytes are framed, one stop bit."""

    port: str
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]
    bytesize: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"


@dataclass(frozen=True, kw_only=True)
class CardWiring(SerialWiring):
    """The card terminal's line."""

    model: Literal["concert"]


@dataclass(frozen=True, kw_only=True)
class PrinterWiring(SerialWiring):
    """The ticket printer's line, and the characters it fits on one: 58 mm or 80 mm paper."""

    model: Literal["escpos"]
    columns: Literal[32, 48]


@dataclass(frozen=True, kw_only=True)
class BuzzerWiring:
    """An active buzzer: sounds while its line is high."""

    pin: Pin


@dataclass(frozen=True, kw_only=True)
class Board:
    """Every device of a station, and where it is; or that it is simulated."""

    keypad: KeypadWiring | Simulated
    display: DisplayWiring | Simulated
    card: CardWiring | Simulated
    printer: PrinterWiring | Simulated
    buzzer: BuzzerWiring | Simulated

    @property
    def simulated(self) -> frozenset[str]:
        """The devices that are not on this computer, by the names of their tables."""
        return frozenset(name for name in self.__dataclass_fields__ if getattr(self, name) == "simulated")


# --- reading ------------------------------------------------------------------------------------------------------


def load_board(file: Path | str) -> Board:
    """Read a board file. Raises BoardError."""
    board = read_toml(file, Board)
    jobs: dict[int, str] = {}
    for job, pin in _pins(board):
        if pin in jobs:
            raise BoardError(str(file), job, f"pin {pin} is already taken by {jobs[pin]}", line_of(read_text(file), job))
        jobs[pin] = job
    return board


def _pins(board: Board) -> Iterator[tuple[str, int]]:
    """Every job that takes a pin, and which: what the kernel owns first, since a board cannot move that."""
    if board.display != "simulated":
        yield from (("the display's SPI bus", pin) for pin in SPI_PINS[board.display.spi_bus])
    for name, line in (("card", board.card), ("printer", board.printer)):
        if line != "simulated":
            yield from ((f"{name}.port", pin) for pin in UART_PINS.get(line.port, ()))
    if board.keypad != "simulated":
        yield from (("keypad.rows", pin) for pin in board.keypad.rows)
        yield from (("keypad.columns", pin) for pin in board.keypad.columns)
    if board.display != "simulated":
        yield from (("display.dc", board.display.dc), ("display.reset", board.display.reset))
    if board.buzzer != "simulated":
        yield "buzzer.pin", board.buzzer.pin


# --- opening ------------------------------------------------------------------------------------------------------
# Imported only where used: the sync process reads a station file and must not carry a drawing library for it.


def open_gpio() -> Gpio:
    """The header of this Raspberry Pi, numbered BCM. Raises BoardError where there is none."""
    try:
        from RPi import GPIO  # type: ignore[import-untyped, unused-ignore]

        GPIO.setmode(GPIO.BCM)
        GPIO.setwarnings(False)
    except Exception as error:  # the library raises whatever its C half does
        raise BoardError("this computer", "GPIO", f'{error}. Not a Raspberry Pi? Say "simulated" in the board file') from error
    gpio: Gpio = GPIO
    return gpio


def open_spi() -> Spi:
    """An SPI bus, not yet opened: luma does that. Raises BoardError where there is none."""
    try:
        import spidev  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise BoardError("this computer", "SPI", f'{error}. Not a Raspberry Pi? Say display = "simulated"') from error
    spi: Spi = spidev.SpiDev()
    return spi


def open_serial(name: str, wiring: SerialWiring) -> SerialCable:
    """The port of the device of this name. Raises BoardError."""
    from serial import SerialException

    from hal.cable import SerialCable

    try:
        return SerialCable(wiring.port, wiring.baud, bytesize=wiring.bytesize, parity=wiring.parity)
    except SerialException as error:
        raise BoardError("this computer", f"{name}.port", str(error)) from error


def open_keypad(wiring: KeypadWiring, gpio: Gpio, on_edge: Callable[[int], None]) -> MatrixKeypad:
    """The keypad's driver; `on_edge` is `EdgeCable.edge`."""
    from hal.drivers.keypad import MatrixKeypad

    return MatrixKeypad(gpio, wiring.rows, wiring.columns, wiring.keys, on_edge)


def open_display(wiring: DisplayWiring, gpio: Gpio, spi: Spi) -> Oled:
    """The display's driver, its panel cleared and lit. Raises BoardError where the bus cannot be opened."""
    from luma.core.error import Error  # type: ignore[import-untyped]

    from hal.drivers.display import Oled

    bus = (wiring.spi_bus, wiring.spi_device)
    try:
        return Oled(gpio, spi, bus=bus, dc=wiring.dc, reset=wiring.reset, hz=wiring.hz)
    except (Error, OSError) as error:
        raise BoardError("this computer", "display", f"/dev/spidev{bus[0]}.{bus[1]}: {error}") from error


def open_buzzer(wiring: BuzzerWiring, gpio: Gpio) -> PinBuzzer:
    """The buzzer's driver, silent."""
    from hal.drivers.buzzer import PinBuzzer

    return PinBuzzer(gpio, wiring.pin)
