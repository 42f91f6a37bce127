"""Starts the front board. With the service jumper on it keeps off, and the line is the programming tool's."""

import machine
import pins
import version
from machine import Pin
from panel import Panel
from rp2_io import Io


def main() -> None:
    """Never returns; a mistake of ours starts the board again, and leads to no prompt."""
    try:
        io = Io()
        panel, wait = Panel(io, version.FIRMWARE, io.cause()), 0
        while True:
            io.wait(wait)
            wait = panel.turn(io.elapsed())
    finally:
        machine.reset()


if Pin(pins.SERVICE, Pin.IN, Pin.PULL_UP)():
    main()
