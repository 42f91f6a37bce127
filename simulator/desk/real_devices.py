"""Real devices at a desk: lines of this computer in place of the simulated ones that the board file names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from firmware.assemble import StationLines
from hal.board import (
    Board,
    BuzzerWiring,
    CardWiring,
    KeypadWiring,
    NetworkWiring,
    open_display,
    open_gpio,
    open_link,
    open_panel_line,
    open_serial,
    open_spi,
)
from hal.cable import SerialCable
from hal.lines import EdgeCable, Gpio
from hal.link import LinkedEnd, TcpLink
from hal.reopened import ReopenedSerial
from simulator.virtual_time import Tap

MAY_BE_REAL = ("buzzer", "card", "display", "keypad", "printer")
"""The devices that may be real at a desk; contacts, speaker, clock and header are a station's."""


class RealDeviceError(Exception):
    """A hand on a simulated device in whose place a real one stands. Nothing was changed."""


def real_devices(board: Board) -> frozenset[str]:
    """The devices of a desk that hang on this computer."""
    return frozenset(MAY_BE_REAL) - board.simulated


def check_simulated(board: Board, device: str) -> None:
    """Raise RealDeviceError for a device that is a real one, or its cable."""
    if device.removesuffix(" cable") in real_devices(board):
        raise RealDeviceError(f"the {device} is a real one: only your hands can do that")


class HeaderEdges(EdgeCable):
    """Edge cable of this computer's header. Closing releases its pins: an edge must find no closed pipe."""

    def __init__(self, gpio: Gpio) -> None:
        super().__init__()
        self._gpio = gpio

    def close(self) -> None:
        """Stop listening, make every line a plain input again, then close the pipe."""
        self._gpio.cleanup()
        super().close()


@dataclass(frozen=True)
class TappedPort:
    """Line of this computer with what the station sends noted in the trace, as on a simulated line."""

    name: str
    port: SerialCable | TcpLink | ReopenedSerial
    tap: Tap

    def write(self, data: bytes) -> None:
        """Note it, then send it."""
        if data:
            self.tap(self.name, "station", data)
            self.port.write(data)

    def flush(self) -> None:
        """Write what is pending."""
        self.port.flush()

    def read(self) -> bytes:
        """Bytes that have arrived."""
        return self.port.read()

    def close(self) -> None:
        """Close the port."""
        self.port.close()


@dataclass(frozen=True)
class TappedLink(TappedPort):
    """Link of this computer with what the station sends noted in the trace."""

    link: TcpLink

    def attach(self, end: LinkedEnd) -> None:
        """Whose connection it is."""
        self.link.attach(end)

    def dial(self) -> None:
        """Begin to connect."""
        self.link.dial()

    def hang_up(self) -> None:
        """Close the connection."""
        self.link.hang_up()


def complete_board(board: Board, reference: Board) -> Board:
    """Wire the simulated devices of a board as on the reference board, with its front panel if they hang on one."""
    wired = structs.replace(board, **{name: getattr(reference, name) for name in board.simulated})
    return structs.replace(wired, panel=reference.panel) if wired.on_panel and board.panel is None else wired


def with_real_devices(board: Board, simulated: StationLines, tap: Tap) -> StationLines:
    """Replace the lines of each real device by this computer's own. Raises BoardError for a missing one."""
    lines = simulated
    if board.card != "simulated":
        lines = replace(lines, card=_tapped_card(board.card, tap))
    if board.printer != "simulated":
        lines = replace(lines, printer=TappedPort("printer", open_serial("printer", board.printer), tap))
    if board.panel:
        lines = replace(lines, panel=TappedPort("panel", open_panel_line(board.panel), tap))
    if isinstance(board.keypad, KeypadWiring):
        gpio = open_gpio()
        lines = replace(lines, keypad=gpio, edges=HeaderEdges(gpio))
    if board.display != "simulated":
        lines = replace(lines, display=open_display(board.display, open_gpio(), open_spi()))
    if isinstance(board.buzzer, BuzzerWiring):
        lines = replace(lines, buzzer=open_gpio())
    return lines


def _tapped_card(wiring: CardWiring, tap: Tap) -> TappedPort:
    if isinstance(wiring, NetworkWiring):
        link = open_link(wiring)
        return TappedLink("card", link, tap, link)
    return TappedPort("card", open_serial("card", wiring), tap)


def real_cables(lines: StationLines) -> Iterator[tuple[str, TappedPort | EdgeCable]]:
    """The cables of this computer among the lines, by the name of the plug."""
    for name in ("keypad", "card", "printer", "panel"):
        cable = lines.edges if name == "keypad" else getattr(lines, name)
        if isinstance(cable, TappedPort | EdgeCable):
            yield name, cable
