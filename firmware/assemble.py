"""Builds the drivers of a station from its board file and its lines. The same code on a Pi and at the desk.

What differs is only what is handed in: on a Pi the kernel's GPIO, SPI and serial ports; at the desk objects of the same
shape with a simulated device behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from firmware.station.equipment import Devices, Plug
from hal.board import (
    Board,
    BuzzerWiring,
    CardWiring,
    DisplayWiring,
    KeypadWiring,
    PrinterWiring,
    open_buzzer,
    open_card,
    open_card_line,
    open_display,
    open_gpio,
    open_inputs,
    open_keypad,
    open_serial,
    open_spi,
)
from hal.cable import Cable
from hal.drivers.inputs import SwitchInputs
from hal.drivers.printer import EscPosPrinter
from hal.errors import BoardError
from hal.lines import EdgeCable, Gpio
from hal.ports import Display


class Edges(Cable, Protocol):
    """A cable that turns GPIO edges into bytes."""

    def edge(self, channel: int) -> None:
        """The callback for the GPIO library."""


class NoCable:
    """The cable of a device that carries no bytes."""

    def write(self, data: bytes) -> None:
        """Drop the bytes: no device is there."""


@dataclass(frozen=True)
class InputLines:
    """The lines of the cabinet's inputs (door, mains), and the cable their edges arrive by."""

    gpio: Gpio
    edges: Edges


@dataclass(frozen=True)
class StationLines:
    """The lines of all devices of a board. The GPIO devices may be on different headers: one real, one simulated."""

    keypad: Gpio
    edges: Edges
    display: Display
    """Opened: what stands behind the port is for whoever opens it to choose."""
    buzzer: Gpio
    card: Cable
    printer: Cable
    inputs: InputLines | None = None
    """None where nobody opens the cabinet or cuts its mains."""


def open_lines(board: Board) -> StationLines:
    """Open the lines of this computer. Raises BoardError naming what is not there."""
    gpio = open_gpio()
    card, printer = open_card_line(_require_card(board)), open_serial("printer", _require_wiring(board.printer))
    display = open_display(_require_wiring(board.display), gpio, open_spi())
    return StationLines(gpio, EdgeCable(), display, gpio, card, printer, InputLines(gpio, EdgeCable()))


def assemble(board: Board, lines: StationLines, wall: Callable[[], datetime]) -> Devices:
    """Build every driver of the board on its line. `wall`: the time of day. Raises BoardError naming what cannot be opened."""
    keypad = open_keypad(_require_wiring(board.keypad), lines.keypad, lines.edges.edge)
    buzzer = open_buzzer(_require_wiring(board.buzzer), lines.buzzer)
    card = open_card(_require_card(board), lines.card, wall)
    printer = EscPosPrinter(_require_wiring(board.printer).columns)
    inputs, input_plugs = _inputs(board, lines.inputs)
    return Devices(
        display=lines.display,
        buzzer=buzzer,
        card=card,
        printer=printer,
        sources=(keypad, card, printer, *inputs),
        plugs=(
            Plug("keypad", keypad, lines.edges),
            Plug("card", card, lines.card),
            Plug("printer", printer, lines.printer),
            Plug("buzzer", buzzer, NoCable()),
            *input_plugs,
        ),
    )


def _inputs(board: Board, lines: InputLines | None) -> tuple[tuple[SwitchInputs, ...], tuple[Plug, ...]]:
    """The driver of the inputs (door, mains), and its plug; neither where the board or the place has none."""
    if lines is None or not (board.door or board.mains):
        return (), ()
    inputs = open_inputs(board, lines.gpio, lines.edges.edge)
    return (inputs,), (Plug("inputs", inputs, lines.edges),)


Wiring = TypeVar("Wiring", KeypadWiring, DisplayWiring, PrinterWiring, BuzzerWiring)


def _require_wiring(wiring: Wiring | Literal["simulated"]) -> Wiring:
    if wiring == "simulated":
        raise _no_desk()
    return wiring


def _require_card(board: Board) -> CardWiring:
    if board.card == "simulated":
        raise _no_desk()
    return board.card


def _no_desk() -> BoardError:
    return BoardError("this station", "simulated", "a simulated device needs the desk: start it with `horodateur-sim run`")
