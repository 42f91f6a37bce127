"""A board of which some devices are real: the wiring of the simulated ones, and the lines of the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from firmware.assemble import Lines
from hal.board import Board, open_gpio, open_serial, open_spi
from hal.cable import SerialCable
from hal.lines import EdgeCable


def completed(board: Board, reference: Board) -> Board:
    """The board, its simulated devices wired as on the reference board."""
    return replace(board, **{name: getattr(reference, name) for name in board.simulated})


def with_real_devices(board: Board, simulated: Lines) -> Lines:
    """The lines, with this computer's own in place of those of each real device. Raises BoardError for a missing one."""
    lines = simulated
    if board.card != "simulated":
        lines = replace(lines, card=open_serial("card", board.card))
    if board.printer != "simulated":
        lines = replace(lines, printer=open_serial("printer", board.printer))
    if board.keypad != "simulated":
        lines = replace(lines, keypad=open_gpio(), edges=EdgeCable())
    if board.display != "simulated":
        lines = replace(lines, display=open_gpio(), spi=open_spi())
    if board.buzzer != "simulated":
        lines = replace(lines, buzzer=open_gpio())
    return lines


def real_cables(lines: Lines) -> Iterator[tuple[str, SerialCable | EdgeCable]]:
    """The cables of this computer among the lines, by the name of the plug."""
    for name in ("keypad", "card", "printer"):
        cable = lines.edges if name == "keypad" else getattr(lines, name)
        if isinstance(cable, SerialCable | EdgeCable):
            yield name, cable
