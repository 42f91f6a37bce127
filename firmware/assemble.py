"""Builds the drivers of a station from its board file and its lines. The same code on a Pi and at the desk.

What differs is only what is handed in: on a Pi the kernel's GPIO, SPI and serial ports; at the desk objects of the same
shape with a simulated device behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from firmware.station.equipment import Devices, Plug, no_key_light, no_watch
from hal.board import (
    Board,
    BuzzerWiring,
    CardWiring,
    DisplayWiring,
    KeypadWiring,
    PanelWiring,
    PrinterWiring,
    SpeakerWiring,
    open_buzzer,
    open_card,
    open_card_line,
    open_display,
    open_gpio,
    open_inputs,
    open_keypad,
    open_panel,
    open_panel_line,
    open_serial,
    open_speaker,
    open_spi,
)
from hal.cable import Cable
from hal.drivers.inputs import SwitchInputs
from hal.drivers.printer import EscPosPrinter
from hal.drivers.speaker import EngineSpeaker
from hal.errors import BoardError
from hal.lines import EdgeCable, Gpio
from hal.ports import Brightness, Buzzer, Display, EventSource, NoSpeaker, Speaker, Supply


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
    panel: Cable | None = None
    """To the front panel, on a board that has one."""
    speaker: Cable | None = None
    """The pipe to a speech engine; None where the board has none."""


def open_lines(board: Board) -> StationLines:
    """Open the lines of this computer. Raises BoardError naming what is not there."""
    gpio = open_gpio()
    card, printer = open_card_line(_require_card(board)), open_serial("printer", _require_wiring(board.printer))
    display = open_display(_require_wiring(board.display), gpio, open_spi())
    panel = open_panel_line(board.panel) if board.panel else None
    speaker = open_speaker(_require_wiring(board.speaker)) if board.speaker else None
    inputs = InputLines(gpio, EdgeCable())
    return StationLines(gpio, EdgeCable(), display, gpio, card, printer, inputs, panel, speaker)


def assemble(board: Board, lines: StationLines, wall: Callable[[], datetime]) -> Devices:
    """Build every driver of the board on its line. `wall`: the time of day. Raises BoardError naming what cannot be opened."""
    front = _panel(board.panel, lines, wall) if board.panel else _header(board, lines)
    card = open_card(_require_card(board), lines.card, wall)
    printer = EscPosPrinter(_require_wiring(board.printer).columns)
    speaker, speaker_plugs = _speaker(lines.speaker)
    return Devices(
        display=lines.display,
        buzzer=front.buzzer,
        card=card,
        printer=printer,
        sources=(card, printer, *front.sources, speaker),
        plugs=(Plug("card", card, lines.card), Plug("printer", printer, lines.printer), *front.plugs, *speaker_plugs),
        supply=front.supply,
        expect_silence=front.expect_silence,
        light_keys=front.light_keys,
        speaker=speaker,
    )


@dataclass(frozen=True)
class _Front:
    """What people touch: keys, buzzer, door, mains; on the header or on a panel of its own."""

    buzzer: Buzzer
    sources: tuple[EventSource, ...]
    plugs: tuple[Plug, ...]
    supply: Callable[[], Supply] = Supply
    expect_silence: Callable[[int], None] = no_watch
    light_keys: Callable[[Brightness], None] = no_key_light


def _header(board: Board, lines: StationLines) -> _Front:
    """Keys, buzzer and contacts on the lines of the header."""
    keypad = open_keypad(_require_wiring(board.keypad), lines.keypad, lines.edges.edge)
    buzzer = open_buzzer(_require_wiring(board.buzzer), lines.buzzer)
    inputs, input_plugs = _inputs(board, lines.inputs)
    plugs = Plug("keypad", keypad, lines.edges), Plug("buzzer", buzzer, NoCable()), *input_plugs
    return _Front(buzzer, (keypad, *inputs), plugs)


def _panel(wiring: PanelWiring, lines: StationLines, wall: Callable[[], datetime]) -> _Front:
    """All of them on the front panel."""
    assert lines.panel is not None
    panel = open_panel(wiring, wall)
    plugs = (Plug("panel", panel, lines.panel),)
    return _Front(panel, (panel,), plugs, panel.supply, panel.expect_silence, panel.light_keys)


def _speaker(line: Cable | None) -> tuple[Speaker, tuple[Plug, ...]]:
    """The driver of the speech engine, and its plug; a speaker that is silent where there is no engine."""
    if line is None:
        return NoSpeaker(), ()
    speaker = EngineSpeaker()
    return speaker, (Plug("speaker", speaker, line),)


def _inputs(board: Board, lines: InputLines | None) -> tuple[tuple[SwitchInputs, ...], tuple[Plug, ...]]:
    """The driver of the inputs (door, mains), and its plug; neither where the board or the place has none."""
    if lines is None or not (board.door or board.mains):
        return (), ()
    inputs = open_inputs(board, lines.gpio, lines.edges.edge)
    return (inputs,), (Plug("inputs", inputs, lines.edges),)


Wiring = TypeVar("Wiring", KeypadWiring, DisplayWiring, PrinterWiring, BuzzerWiring, SpeakerWiring)


def _require_wiring(wiring: Wiring | Literal["simulated", "panel"]) -> Wiring:
    if isinstance(wiring, str):
        raise _no_desk()
    return wiring


def _require_card(board: Board) -> CardWiring:
    if board.card == "simulated":
        raise _no_desk()
    return board.card


def _no_desk() -> BoardError:
    return BoardError("this station", "simulated", "a simulated device needs the desk: start it with `horodateur-sim run`")
