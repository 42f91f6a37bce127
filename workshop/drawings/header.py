"""Pins of the 40-pin header and the wire on each, for a board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hal.board import (
    I2C_PINS,
    SPI_PINS,
    SPI_SELECTS,
    UART_PINS,
    Board,
    BuzzerWiring,
    ContactWiring,
    KeypadWiring,
    jobs_of,
)

LINES = {
    3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11, 24: 8,
    26: 7, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21,
}  # fmt: skip
"""Pin, counted as on the board -> line, the BCM number."""
POWER = {1: "3.3 V", 17: "3.3 V", 2: "5 V", 4: "5 V"} | dict.fromkeys((6, 9, 14, 20, 25, 30, 34, 39), "GND")
RESERVED = {27: "ID_SD", 28: "ID_SC"}
"""The EEPROM of a HAT: nothing of ours."""


@dataclass(frozen=True)
class HeaderPin:
    """A pin of the header and its wire."""

    number: int
    line: int | None
    """BCM; None for power, ground and the EEPROM's two."""
    device: str
    """The table of the board file, or "power", "ground", "reserved", "free"."""
    signal: str
    """Name of the wire, as printed at its other end."""


def pins(board: Board) -> tuple[HeaderPin, ...]:
    """All forty pins, in order. Raises ValueError for a board whose pins have two jobs."""
    jobs_of(board)
    signals = dict(_signals(board))
    return tuple(_pin(number, signals) for number in range(1, 41))


def _pin(number: int, signals: dict[int, tuple[str, str]]) -> HeaderPin:
    if number in POWER:
        return HeaderPin(number, None, "ground" if POWER[number] == "GND" else "power", POWER[number])
    if number in RESERVED:
        return HeaderPin(number, None, "reserved", RESERVED[number])
    return HeaderPin(number, LINES[number], *signals.get(LINES[number], ("free", "")))


def _signals(board: Board) -> Iterator[tuple[int, tuple[str, str]]]:
    """Line -> device and name of the wire."""
    if isinstance(board.keypad, KeypadWiring):
        yield from ((line, ("keypad", f"row {number}")) for number, line in enumerate(board.keypad.rows, 1))
        yield from ((line, ("keypad", f"column {number}")) for number, line in enumerate(board.keypad.columns, 1))
    if board.display != "simulated":
        display = board.display
        names = ("CS", "SDIN (D1)", "SCLK (D0)", "D/C", "RES")
        lines = (SPI_SELECTS[display.spi_bus][display.spi_device], *SPI_PINS[display.spi_bus], display.dc, display.reset)
        yield from ((line, ("display", name)) for line, name in zip(lines, names, strict=True))
    if board.clock:
        yield from zip(I2C_PINS[board.clock.i2c_bus], (("clock", "SDA"), ("clock", "SCL")), strict=True)
    if board.header and board.header.uart:
        yield from zip(UART_PINS, ((board.header.uart, "TXD"), (board.header.uart, "RXD")), strict=True)
    if isinstance(board.buzzer, BuzzerWiring):
        yield board.buzzer.pin, ("buzzer", "+")
    for name, contact in (("door", board.door), ("mains", board.mains)):
        if isinstance(contact, ContactWiring):
            yield contact.pin, (name, "contact")
