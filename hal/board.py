"""What a station is wired like: board/*.toml -> a typed Board -> its lines and drivers.

A board file has one table per device. In place of a table it may say `"simulated"`: then that device is not on this
computer, and whoever opens the station decides what stands there. The table of a contact, a clock or the header may be left
out: then nothing of the kind is wired.

Every mistake is refused before a pin is touched, as a `BoardError` naming file, line, key and reason: a key nobody knows, a
value of the wrong type, a pin with two jobs, a port that a computer of the list has not. Pins are BCM numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from hal.computers import COMPUTERS, MINI
from hal.errors import BoardError
from hal.ports import Key
from hal.toml import line_of, read_text
from hal.toml import read_toml as read_toml

if TYPE_CHECKING:
    from hal.cable import SerialCable
    from hal.drivers.buzzer import PinBuzzer
    from hal.drivers.display import Oled, Spi
    from hal.drivers.inputs import Contacts
    from hal.drivers.keypad import MatrixKeypad
    from hal.lines import Gpio

GpioPin = Annotated[int, msgspec.Meta(ge=2, le=27)]
"""A line of the 40-pin header; 0 and 1 belong to the HAT's EEPROM."""

Seven = Annotated[tuple[GpioPin, ...], msgspec.Meta(min_length=7, max_length=7)]
"""Seven lines, of one side of the matrix."""

Simulated = Literal["simulated"]

Name = Literal["pi-3", "pi-4", "pi-5", "pi-zero-2"]
"""A key of `COMPUTERS`."""

SPI_SELECTS = {0: (8, 7), 1: (18, 17)}
SPI_PINS = {0: (10, 11), 1: (20, 21)}
"""What the kernel takes for each bus: its chip selects, of which a display uses one; data out, clock. A display never answers,
so our overlay leaves data in (9 or 19) and the other chip selects free."""

UART_PINS = (14, 15)
UARTS = ("/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0")
"""The header's own serial port, by the names that say so."""
KERNEL_PORTS = ("/dev/ttyAMA", "/dev/ttyS", "/dev/serial0", "/dev/serial1")
I2C_PINS = {1: (2, 3)}


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
    dc: GpioPin
    reset: GpioPin
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

    pin: GpioPin


@dataclass(frozen=True, kw_only=True)
class ContactWiring:
    """A dry contact between a line and ground, closed while all is well: a cut wire reads as the contrary."""

    pin: GpioPin


@dataclass(frozen=True, kw_only=True)
class ClockWiring:
    """A clock with a battery on I2C. The kernel reads it; no program of ours does."""

    model: Literal["ds3231"]
    i2c_bus: Literal[1]
    address: Literal[0x68]


@dataclass(frozen=True, kw_only=True)
class HeaderWiring:
    """What the board is screwed on, and which device has the header's serial port."""

    computers: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    uart: Literal["card", "printer"] | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """Every device of a station, and where it is; or that it is simulated."""

    keypad: KeypadWiring | Simulated
    display: DisplayWiring | Simulated
    card: CardWiring | Simulated
    printer: PrinterWiring | Simulated
    buzzer: BuzzerWiring | Simulated
    door: ContactWiring | Simulated | None = None
    """Closed while the door is."""
    mains: ContactWiring | Simulated | None = None
    """The supply's own relay, closed while it has mains."""
    clock: ClockWiring | None = None
    header: HeaderWiring | None = None

    @property
    def simulated(self) -> frozenset[str]:
        """The devices that are not on this computer, by the names of their tables."""
        return frozenset(name for name in self.__dataclass_fields__ if getattr(self, name) == "simulated")


# --- reading ------------------------------------------------------------------------------------------------------


def load_board(file: Path | str) -> Board:
    """Read a board file. Raises BoardError."""
    board = read_toml(file, Board)
    try:
        jobs_of(board)
        _check_ports(board)
    except _ConflictError as conflict:
        raise BoardError(str(file), conflict.key, conflict.reason, line_of(read_text(file), conflict.key)) from None
    return board


def jobs_of(board: Board) -> dict[int, str]:
    """What each line of the header does, by BCM number. Raises ValueError where one has two jobs."""
    jobs: dict[int, str] = {}
    for job, pin in (*_kernel_pins(board), *_own_pins(board)):
        if pin in jobs:
            raise _ConflictError(job, f"pin {pin} is already taken by {jobs[pin]}")
        jobs[pin] = job
    return jobs


class _ConflictError(ValueError):
    """Two things a board asks for cannot both be."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def _kernel_pins(board: Board) -> Iterator[tuple[str, int]]:
    """The lines the kernel owns; they come first, since a board cannot move them."""
    if board.clock:
        yield from (("the clock's I2C bus", pin) for pin in I2C_PINS[board.clock.i2c_bus])
    if board.display != "simulated":
        bus = board.display.spi_bus
        yield from (("the display's SPI bus", pin) for pin in (SPI_SELECTS[bus][board.display.spi_device], *SPI_PINS[bus]))
    for name, line in _serial_lines(board):
        if line.port in UARTS or (board.header and board.header.uart == name):
            yield from ((f"{name}.port", pin) for pin in UART_PINS)


def _own_pins(board: Board) -> Iterator[tuple[str, int]]:
    """The lines our drivers move or read."""
    if board.keypad != "simulated":
        yield from (("keypad.rows", pin) for pin in board.keypad.rows)
        yield from (("keypad.columns", pin) for pin in board.keypad.columns)
    if board.display != "simulated":
        yield from (("display.dc", board.display.dc), ("display.reset", board.display.reset))
    if board.buzzer != "simulated":
        yield "buzzer.pin", board.buzzer.pin
    for name, contact in (("door", board.door), ("mains", board.mains)):
        if isinstance(contact, ContactWiring):
            yield f"{name}.pin", contact.pin


def _serial_lines(board: Board) -> Iterator[tuple[str, SerialWiring]]:
    for name, line in (("card", board.card), ("printer", board.printer)):
        if line != "simulated":
            yield name, line


def _check_ports(board: Board) -> None:
    """A name the kernel gives to a port of the header must be one on every computer of the list."""
    for computer in board.header.computers if board.header else ():
        ports = COMPUTERS[computer].ports
        for name, line in _serial_lines(board):
            if line.port.startswith(KERNEL_PORTS) and line.port not in ports:
                raise _ConflictError(f"{name}.port", f"a {computer} has no {line.port} on its header, only {', '.join(ports)}")
            if ports.get(line.port) == MINI and line.parity != "N":
                raise _ConflictError(f"{name}.parity", f"{line.port} of a {computer} is its mini UART, which has no parity")


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


def open_contacts(board: Board, gpio: Gpio, on_edge: Callable[[int], None]) -> Contacts:
    """The driver of the door's and the supply's contacts, perhaps of none; `on_edge` is `EdgeCable.edge`."""
    from hal.drivers.inputs import DOOR, MAINS, Contacts

    wired = ((board.door, DOOR), (board.mains, MAINS))
    return Contacts(gpio, {wiring.pin: says for wiring, says in wired if isinstance(wiring, ContactWiring)}, on_edge)
