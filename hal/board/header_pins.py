"""Pins and ports of the 40-pin header: what each line does, and what two devices may not share.

A pin has one job, and a serial port named by the kernel must be on every computer the board is made for. Pins are BCM numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hal.board.wiring import Board, BuzzerWiring, ContactWiring, KeypadWiring, PanelPins, SerialWiring
from hal.computers import COMPUTERS, MINI

SPI_SELECTS = {0: (8, 7), 1: (18, 17)}
SPI_PINS = {0: (10, 11), 1: (20, 21)}
"""What the kernel takes for each bus: its chip selects, of which a display uses one; data out, clock. A display never answers,
so our overlay leaves data in (9 or 19) and the other chip selects free."""

UART_PINS = (14, 15)
UARTS = ("/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0")
"""The header's own serial port, by the names that say so."""
KERNEL_PORTS = ("/dev/ttyAMA", "/dev/ttyS", "/dev/serial0", "/dev/serial1")
I2C_PINS = {1: (2, 3)}


class BoardConflictError(ValueError):
    """Two entries of a board file exclude each other; `key` names the second one."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def jobs_of(board: Board) -> dict[int, str]:
    """What each line of the header does, by BCM number. Raises ValueError where one has two jobs."""
    jobs: dict[int, str] = {}
    for job, pin in (*_kernel_pins(board), *_own_pins(board)):
        if pin in jobs:
            raise BoardConflictError(job, f"pin {pin} is already taken by {jobs[pin]}")
        jobs[pin] = job
    return jobs


def check_ports(board: Board) -> None:
    """Raise BoardConflictError for a port that a computer of the list does not have, or whose UART cannot do what is asked."""
    for computer in board.header.computers if board.header else ():
        ports = COMPUTERS[computer].ports
        for name, line in serial_lines(board):
            if line.port.startswith(KERNEL_PORTS) and line.port not in ports:
                raise BoardConflictError(
                    f"{name}.port", f"a {computer} has no {line.port} on its header, only {', '.join(ports)}"
                )
            if ports.get(line.port) == MINI and line.parity != "N":
                raise BoardConflictError(f"{name}.parity", f"{line.port} of a {computer} is its mini UART, which has no parity")


def check_panel(board: Board) -> None:
    """Raise BoardConflictError where only some of keys, buzzer, door and mains are on a panel, or on one that is not there.

    The panel scans all keys or none, and one driver speaks for all that hangs on it.
    """
    wanted = {"keypad", "buzzer", *(name for name in ("door", "mains") if getattr(board, name) is not None)}
    simulated = board.simulated & wanted
    if board.panel is None and board.on_panel:
        raise BoardConflictError(min(board.on_panel), 'is "panel", and there is no table [panel]')
    if board.panel is not None and (missing := wanted - board.on_panel - simulated):
        raise BoardConflictError(min(missing), 'there is a table [panel]: say "panel" for keypad, buzzer, door and mains')
    if board.panel is not None and (doubled := _doubled(board.panel.pins)):
        raise BoardConflictError("panel.pins", f"GP{doubled} has two jobs")


def _doubled(pins: PanelPins) -> int | None:
    """A line of the panel's board that stands twice in its wiring."""
    jobs = [getattr(pins, name) for name in pins.__struct_fields__]
    lines = Counter(line for job in jobs for line in (job if isinstance(job, tuple) else (job,)))
    return next((line for line, count in lines.items() if count > 1), None)


def _kernel_pins(board: Board) -> Iterator[tuple[str, int]]:
    """The lines the kernel owns; they come first, since a board cannot move them."""
    if board.clock:
        yield from (("the clock's I2C bus", pin) for pin in I2C_PINS[board.clock.i2c_bus])
    if board.display != "simulated":
        bus = board.display.spi_bus
        yield from (("the display's SPI bus", pin) for pin in (SPI_SELECTS[bus][board.display.spi_device], *SPI_PINS[bus]))
    for name, line in serial_lines(board):
        if line.port in UARTS or (board.header and board.header.uart == name):
            yield from ((f"{name}.port", pin) for pin in UART_PINS)


def _own_pins(board: Board) -> Iterator[tuple[str, int]]:
    """The lines our drivers move or read."""
    if isinstance(board.keypad, KeypadWiring):
        yield from (("keypad.rows", pin) for pin in board.keypad.rows)
        yield from (("keypad.columns", pin) for pin in board.keypad.columns)
    if board.display != "simulated":
        yield from (("display.dc", board.display.dc), ("display.reset", board.display.reset))
    if isinstance(board.buzzer, BuzzerWiring):
        yield "buzzer.pin", board.buzzer.pin
    for name, contact in (("door", board.door), ("mains", board.mains)):
        if isinstance(contact, ContactWiring):
            yield f"{name}.pin", contact.pin


def serial_lines(board: Board) -> Iterator[tuple[str, SerialWiring]]:
    """The devices on a serial port; a card terminal on the network is none."""
    for name, line in (("card", board.card), ("printer", board.printer), ("panel", board.panel)):
        if isinstance(line, SerialWiring):
            yield name, line
