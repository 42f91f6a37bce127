"""The self-test over real serial ports and a simulated header: every device through its own driver."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from msgspec import structs

from firmware.diagnosis.device_probe import DeviceProbe, open_probe
from firmware.diagnosis.selftest import DeviceVerdict, Finding, all_well, of_devices
from firmware.diagnosis.selftest_run import run_probe
from firmware.station.equipment import Plug
from firmware.station.stop_signal import StopSignal
from hal.board import ContactWiring, NetworkWiring, SerialWiring, load_board, open_serial
from hal.cable import Cable
from hal.clock import SystemClock
from hal.errors import BoardError
from hal.lines import Gpio
from hal.link import Link
from hal.ports import Instant
from hal.shipped import ROOT
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.matrix import KeyMatrix
from simulator.devices.printer import PrinterDevice
from simulator.devices.ssd1322 import SpiPort, Ssd1322
from simulator.devices.terminal import ConcertDevice

BOARD = load_board(ROOT / "board" / "paris-v1.toml")
GROUND = 0


class Hurried:
    """The system's clock, twenty times as fast: who waits for silence waits a second."""

    def now(self) -> Instant:
        return SystemClock().now() * 20

    def wall(self) -> datetime:
        return SystemClock().wall()

    def synchronised(self) -> bool | None:
        return None


class Far:
    """The far end of a pseudo-terminal, as the loop wants a cable."""

    pending = lost = False

    def __init__(self) -> None:
        self._fd, self._slave = os.openpty()
        os.set_blocking(self._fd, False)
        self.port = os.ttyname(self._slave)

    def fileno(self) -> int:
        return self._fd

    def read(self) -> bytes:
        return os.read(self._fd, 4096)

    def write(self, data: bytes) -> None:
        assert os.write(self._fd, data) == len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        os.close(self._fd)
        os.close(self._slave)


@dataclass
class Unit:
    """A whole cabinet on a bench: ports to open, and what hangs on them."""

    header: Header
    panel: Ssd1322
    matrix: KeyMatrix
    terminal: ConcertDevice
    paper: PrinterDevice
    far: dict[str, Far]
    missing: frozenset[str] = frozenset()

    def gpio(self) -> Gpio:
        if "header" in self.missing:
            raise RuntimeError("GPIO busy")
        gpio = SimulatedGpio(self.header)
        gpio.setmode(gpio.BCM)
        return gpio

    def spi(self) -> SpiPort:
        return SpiPort(self.panel, self.header, dc=25, reset=24)

    def serial(self, name: str, wiring: SerialWiring) -> Cable:
        if name in self.missing:
            raise BoardError("this computer", f"{name}.port", "no such port")
        return open_serial(name, structs.replace(wiring, port=self.far[name].port))

    def link(self, wiring: NetworkWiring) -> Link:
        raise AssertionError("its terminal is on a serial port")

    def findings(self) -> dict[str, Finding]:
        clock = Hurried()
        probe: DeviceProbe = open_probe(BOARD, self, clock)
        probe.plugs += [
            Plug("far terminal", self.terminal, self.far["card"]),
            Plug("far printer", self.paper, self.far["printer"]),
        ]
        run_probe(probe, clock, StopSignal())
        return {finding.device: finding for finding in of_devices(BOARD, probe.failures, probe.events)}


@pytest.fixture
def unit() -> Iterator[Unit]:
    header = Header()
    assert not isinstance(BOARD.keypad, str)
    header.drive(GROUND, 0)
    for contact in (BOARD.door, BOARD.mains):
        assert isinstance(contact, ContactWiring)
        header.join(contact.pin, GROUND)
    matrix = KeyMatrix(header, BOARD.keypad.rows, BOARD.keypad.columns)
    paper = PrinterDevice(dots=576, baud=115_200)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    unit = Unit(header, Ssd1322(), matrix, ConcertDevice(), paper, {"card": Far(), "printer": Far()})
    yield unit
    for far in unit.far.values():
        far.close()
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_whole_unit_is_well_and_nothing_is_printed_or_charged(unit: Unit) -> None:
    findings = unit.findings()
    assert {name: finding.verdict for name, finding in findings.items()} == {
        "keypad": DeviceVerdict.LOOK,
        "display": DeviceVerdict.LOOK,
        "buzzer": DeviceVerdict.LOOK,
        "terminal": DeviceVerdict.OK,
        "printer": DeviceVerdict.OK,
        "door": DeviceVerdict.OK,
        "mains": DeviceVerdict.OK,
    }
    assert all_well(findings.values())
    assert unit.panel.picture().getextrema() == (0, 255), "there is nothing to look at"
    assert not unit.terminal.core.ledger
    assert not unit.paper.tickets
    assert not unit.paper.current.rows


def test_each_fault_is_found_and_is_that_of_its_device_alone(unit: Unit) -> None:
    unit.terminal.fault("mute", True)
    unit.paper.fault("cover_open", True)
    unit.header.part(9, GROUND)
    unit.matrix.press(0, 0)
    findings = unit.findings()
    verdicts = {name: (finding.verdict, finding.code) for name, finding in findings.items()}
    assert verdicts["terminal"] == (DeviceVerdict.SILENT, "T1")
    assert verdicts["printer"] == (DeviceVerdict.FAILED, "I3")
    assert verdicts["mains"] == (DeviceVerdict.FAILED, "A1")
    assert verdicts["keypad"] == (DeviceVerdict.FAILED, "K1")
    assert verdicts["door"] == (DeviceVerdict.OK, "")


def test_a_port_that_is_not_there_costs_one_line(unit: Unit) -> None:
    unit.missing = frozenset({"card"})
    findings = unit.findings()
    assert (findings["terminal"].verdict, "no such port" in findings["terminal"].says) == (DeviceVerdict.FAILED, True)
    assert findings["printer"].verdict is DeviceVerdict.OK


def test_a_header_that_somebody_else_holds_costs_its_devices(unit: Unit) -> None:
    unit.missing = frozenset({"header"})
    findings = unit.findings()
    failed = {name for name, finding in findings.items() if finding.says == "GPIO busy"}
    assert failed == {"keypad", "display", "buzzer", "door", "mains"}
    assert findings["terminal"].verdict is findings["printer"].verdict is DeviceVerdict.OK
