"""Fixtures of tests/hardware."""

from __future__ import annotations

import signal
import types
from collections.abc import Iterator

import pytest
from msgspec import structs

from firmware.station.equipment import Plug
from hal.board import open_serial
from hal.drivers.concert import ConcertTerminal
from hal.drivers.printer import EscPosPrinter
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice
from tests.hardware.serial_street import CARD, FAST_MM_S, PRINTER, Ends, Leaping, Master, SerialStreet


@pytest.fixture
def signals() -> Iterator[None]:
    """`StopSignal` takes the signals of the process; give them back. A test that hangs is woken up."""

    def hung(_number: int, _frame: types.FrameType | None) -> None:
        raise AssertionError("it hangs")  # not an OSError: pyserial would swallow it

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, hung)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def street(signals: None) -> Iterator[SerialStreet]:
    clock = Leaping()
    card_master, printer_master = Master(), Master()
    card_port = open_serial("card", structs.replace(CARD, port=card_master.port))
    printer_port = open_serial("printer", structs.replace(PRINTER, port=printer_master.port))
    card, printer = ConcertTerminal(answer_within=3.0), EscPosPrinter(PRINTER.columns)
    terminal = ConcertDevice()
    paper = PrinterDevice(dots=576, baud=PRINTER.baud, millimetres_a_second=FAST_MM_S)
    plugs = [
        Plug("card", card, card_port),
        Plug("printer", printer, printer_port),
        Plug("terminal", terminal, card_master),
        Plug("paper", paper, printer_master),
    ]
    ends = Ends(clock, (card, printer), plugs)
    yield SerialStreet(clock, card, printer, card_port, printer_port, terminal, paper, card_master, printer_master, ends)
    for cable in (card_port, printer_port):
        cable.close()
    for master in (card_master, printer_master):
        master.unplug()
