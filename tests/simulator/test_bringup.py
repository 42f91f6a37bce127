"""One real device at a time, the rest simulated: the bench on which a new machine is brought up."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from firmware.station.state_folder import KEY, provision
from hal.board import PrinterWiring, load_board
from hal.cable import SerialCable
from hal.clock import PARIS
from hal.errors import BoardError
from simulator.desk.desk import Desk
from simulator.desk.real_devices import TappedPort, complete_board, real_cables, with_real_devices
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice
from simulator.devices.terminal_frames import TerminalRequest
from simulator.setting import demonstration
from simulator.visit_files.expectations import facts

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 3, 4, 10, tzinfo=PARIS)
TICK_S = 0.02
PLATE = ("A", "B", "1", "2", "3", "C", "D", "OK", "2", "OK")


@dataclass
class Port:
    """A pseudo-terminal with a simulated device behind it, in the desk's time: a real port, as far as the desk can tell."""

    device: PrinterDevice | ConcertDevice
    piece: int = 4096
    """How many bytes at a time come over."""

    @property
    def tickets(self) -> list[bytes]:
        """The bytes of the tickets it printed; not the blank piece that is cut off when a driver begins."""
        assert isinstance(self.device, PrinterDevice)
        return [ticket.data for ticket in self.device.tickets if ticket.rows]

    def __post_init__(self) -> None:
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        self.name = os.ttyname(self._slave)
        self._said = b""

    def pump(self, now: float) -> None:
        """Carry what has come, and what the device says."""
        with contextlib.suppress(BlockingIOError):
            self._said += self.device.receive(os.read(self._master, 4096), now)
        if self.device.wake_at <= now:
            self._said += self.device.wake(now)
        os.write(self._master, self._said[: self.piece])
        self._said = self._said[self.piece :]

    def unplug(self) -> None:
        """The device is gone."""
        os.close(self._master)
        os.close(self._slave)


def printer_at(port: str) -> PrinterWiring:
    return PrinterWiring(model="escpos", port=port, baud=115200, columns=48)


def until(desk: Desk, port: Port | None, truth: Callable[[], object], seconds: float = 30.0) -> None:
    """Let the desk's time pass, and the real device have its part of it."""
    limit = desk.time.now + seconds
    while not truth():
        assert desk.time.now < limit, f"nothing after {seconds} s: {desk.state()['lines']}"
        desk.tick(TICK_S)
        if port:
            port.pump(desk.time.now)


def shows(desk: Desk, screen: str) -> Callable[[], bool]:
    return lambda: desk.state()["screen"] == screen


def bought(desk: Desk, port: Port | None) -> None:
    """A whole visit, ticket and all; the hands of the clock stand at ten when the ticket is asked for."""
    until(
        desk,
        port,
        lambda: desk.running and desk.running.station.context().sells and desk.running.station.context().health.prints,
    )
    desk.set_clock(AT)
    for key in PLATE:
        desk.press(key)
    until(desk, port, lambda: desk.card("contactless"))
    until(desk, port, shows(desk, "approved"))
    desk.set_clock(AT)
    desk.press("OK")
    until(desk, port, shows(desk, "take ticket"))


@pytest.fixture
def paper() -> Iterator[Port]:
    port = Port(PrinterDevice(dots=576, baud=115200))
    yield port
    with contextlib.suppress(OSError):
        port.unplug()


@contextlib.contextmanager
def desk_with(folder: Path, port: Port) -> Iterator[Desk]:
    setting = demonstration(folder, AT)
    with contextlib.closing(Desk(replace(setting, board=replace(setting.board, printer=printer_at(port.name))))) as desk:
        yield desk


# --- the board ----------------------------------------------------------------------------------------------------


def test_the_simulated_devices_are_wired_as_on_the_reference_board_and_the_real_ones_as_they_are() -> None:
    reference = load_board(ROOT / "board" / "paris-v1.toml")
    board = replace(load_board(ROOT / "board" / "demo-desk.toml"), printer=printer_at("/dev/ttyUSB0"))
    wired = replace(reference, printer=printer_at("/dev/ttyUSB0"), clock=None, header=None)  # a computer at a desk has neither
    assert complete_board(board, reference) == wired


def test_only_the_real_devices_hang_on_this_computer(tmp_path: Path, paper: Port) -> None:
    with contextlib.closing(Desk(demonstration(tmp_path, AT))) as desk:
        simulated = desk.cabinet.lines()
        lines = with_real_devices(replace(desk.setting.board, printer=printer_at(paper.name)), simulated, desk.trace.tap)
        assert replace(lines, printer=simulated.printer) == simulated
        ((name, cable),) = real_cables(lines)
        assert (name, type(cable)) == ("printer", TappedPort)
        cable.close()
        assert not list(real_cables(simulated))


@pytest.mark.parametrize("device", ["printer", "card"])
def test_a_port_that_is_not_there_is_named(tmp_path: Path, device: str) -> None:
    setting = demonstration(tmp_path, AT)
    wiring = getattr(complete_board(setting.board, setting.reference), device)
    board = replace(setting.board, **{device: replace(wiring, port="/dev/ttyNOWHERE")})
    with pytest.raises(BoardError, match=rf"{device}\.port: .*/dev/ttyNOWHERE.*No such file"):
        Desk(replace(setting, board=board))


# --- a real printer -----------------------------------------------------------------------------------------------


def test_a_real_printer_gets_the_bytes_the_simulated_one_would(tmp_path: Path, paper: Port) -> None:
    one, other = tmp_path / "simulated", tmp_path / "real"
    for folder in (one, other):
        provision(folder, "75011-0042")
    shutil.copy(one / KEY, other / KEY)
    with contextlib.closing(Desk(demonstration(one, AT))) as desk:
        bought(desk, None)
        wanted = desk.ticket_bytes()
    with desk_with(other, paper) as desk:
        bought(desk, paper)
        assert paper.tickets == [wanted]
        assert desk.tickets() == (), "the simulated printer of the cabinet was given nothing"
        assert [type(fact).__name__ for fact in facts(desk)][-3:] == ["PaymentStarted", "RightSold", "TicketPrinted"]


def test_paper_out_in_the_real_printer_reaches_the_screens(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        assert isinstance(paper.device, PrinterDevice)
        paper.device.fault("paper_out", True)
        until(desk, paper, lambda: desk.state()["alarms"] == ["printer out"], 60.0)


def test_a_power_cut_gives_the_port_back_and_power_takes_it_again(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        desk.power(False)
        SerialCable(paper.name, 115200).close()  # opened for itself alone: it is free
        desk.power(True)
        bought(desk, paper)
        assert len(paper.tickets) == 1


def test_a_real_printer_that_is_unplugged_is_silent(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        paper.unplug()
        until(desk, None, lambda: desk.state()["alarms"] == ["printer silent"], 60.0)
        for key in PLATE:
            desk.press(key)
        assert desk.state()["screen"] == "no paper"


def test_what_a_real_device_says_is_in_the_wire_trace(tmp_path: Path, paper: Port) -> None:
    with desk_with(tmp_path, paper) as desk:
        until(desk, paper, lambda: desk.running and desk.running.station.context().health.prints)
        said = {str(transfer["from"]) for transfer in desk.wire() if transfer["line"] == "printer"}
        assert said == {"station", "printer"}


# --- a real terminal ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def paid(folder: Path, port: Port) -> Iterator[Desk]:
    """A desk where somebody has just paid at the real terminal of this port."""
    setting = demonstration(folder, AT)
    card = complete_board(setting.board, setting.reference).card
    assert card != "simulated"
    board = replace(setting.board, card=replace(card, port=port.name))
    terminal = port.device
    assert isinstance(terminal, ConcertDevice)
    with contextlib.closing(Desk(replace(setting, board=board))) as desk:
        until(desk, port, lambda: desk.running and desk.running.station.context().sells)
        for key in PLATE:
            desk.press(key)
        until(desk, port, lambda: terminal.present("approved", desk.time.now))
        until(desk, port, shows(desk, "approved"))
        yield desk
    port.unplug()


def test_a_sale_through_a_real_terminal(tmp_path: Path) -> None:
    terminal = ConcertDevice()
    with paid(tmp_path, Port(terminal)) as desk:
        assert desk.cabinet.terminal.ledger == []
    assert [debit.cents for debit in terminal.ledger] == [1200]


@pytest.mark.parametrize("piece", [1, 8, 4096])
def test_a_card_number_a_real_terminal_sends_is_not_in_the_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """A terminal set to long answers sends it unasked; and a real line hands a frame over in pieces."""
    number = "".join(str(place * 7 % 10) for place in range(1, 17))

    def long_answer(request: TerminalRequest, result: str) -> bytes:
        report = f"CARTE BANCAIRE {number} DEBIT".ljust(55)
        return f"{request.till}{result}{request.amount}1{report}{request.currency}{request.private}".encode("ascii")

    monkeypatch.setattr(TerminalRequest, "answer", long_answer)
    with paid(tmp_path, Port(ConcertDevice(), piece)) as desk:
        heard = [transfer for transfer in desk.wire() if (transfer["line"], transfer["from"]) == ("card", "card")]
    shown = b"".join(bytes.fromhex(str(transfer["hex"])) for transfer in heard)
    assert b"CARTE BANCAIRE" in shown or b"*" in shown
    assert number[:6].encode() not in shown
    said = "".join(str(transfer["said"]) for transfer in heard)
    assert number[:6].encode().hex() not in re.sub("[^0-9a-f]", "", said)


# --- a real keypad ------------------------------------------------------------------------------------------------

KEYPAD = """
import contextlib, sys, tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from simulator.devices.header import Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.matrix import KeyMatrix

header = Header()
sys.modules["lgpio"] = LgpioChip(header)

from hal.clock import PARIS
from simulator.desk.desk import Desk
from simulator.setting import demonstration

def press(*keys):
    for key in keys:
        matrix.press(*where[key])
        for _ in range(8):
            desk.tick(0.01)
        matrix.release(*where[key])
        for _ in range(8):
            desk.tick(0.01)

def ready():
    for _ in range(100):
        desk.tick(0.02)

with tempfile.TemporaryDirectory() as folder:
    setting = demonstration(Path(folder), datetime(2026, 3, 4, 10, tzinfo=PARIS))
    wiring = setting.reference.keypad
    matrix = KeyMatrix(header, wiring.rows, wiring.columns)
    where = {name: (row, column) for row, names in enumerate(wiring.layout) for column, name in enumerate(names) if name}
    with contextlib.closing(Desk(replace(setting, board=replace(setting.board, keypad=wiring)))) as desk:
        ready()
        press("A", "B", "1")
        assert desk.state()["plate"] == "AB1", desk.state()
        desk.power(False)
        press("X")
        desk.power(True)
        ready()
        press("2", "3")
        assert desk.state()["plate"] == "23", desk.state()
print("played")
"""


def test_a_real_keypad_survives_a_power_cut_and_a_key_pressed_meanwhile() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", KEYPAD],
        cwd=ROOT,
        env={**os.environ, "RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "played\n", "")
