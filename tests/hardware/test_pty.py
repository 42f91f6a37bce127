"""The serial drivers through pyserial on pseudo-terminals, against the simulated devices on the master side.

One thread, the system clock, the station's own loop: both ends of each cable are plugs of the loop.
"""

from __future__ import annotations

import contextlib
import os
import signal
import types
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from firmware import loop
from firmware.app import Plug, Provision, Station
from firmware.assemble import NoCable, StationLines, assemble
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.site import Site
from firmware.journal.journal import JournalReader
from firmware.locale import catalogues
from firmware.paper.receipt_signing import verify_receipt
from firmware.protocol.facts import PaymentStarted, RightSold, Started, TicketPrinted
from firmware.station.state_folder import JOURNAL, open_journal, open_signing_key, provision
from firmware.station.stop_signal import StopSignal
from firmware.tariff import load_tariffs
from firmware.visit.sales_policy import may_take_payment
from hal.board import CardWiring, PrinterWiring, load_board, open_serial, read_toml
from hal.cable import SerialCable
from hal.clock import PARIS, SystemClock
from hal.drivers.card import ConcertTerminal
from hal.drivers.printer import EscPosPrinter
from hal.lines import EdgeCable
from hal.ports import (
    NEVER,
    Approved,
    Clock,
    Declined,
    DeviceEvent,
    EventSource,
    Instant,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Ticket,
    TicketCode,
    TicketLine,
    Unanswered,
)
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.matrix import KeyMatrix
from simulator.devices.paper import CodeRow, PrintedTicket
from simulator.devices.printer import PrinterDevice
from simulator.devices.ssd1322 import SpiPort, Ssd1322
from simulator.devices.terminal import ConcertDevice

ROOT = Path(__file__).parents[2]
CARD = CardWiring(model="concert", port="", baud=9600)
PRINTER = PrinterWiring(model="escpos", port="", baud=115200, columns=48)
FAST_MM_S = 2000.0
TICKET = Ticket(
    "75011-0042-000001", (TicketLine("VILLE DE PARIS"), TicketLine("12:01", double=True), TicketCode("HDT1|AB123CD"))
)


class Master:
    """The far end of a pseudo-terminal, as the loop wants a cable."""

    pending = False

    def __init__(self) -> None:
        self._fd, self._slave = os.openpty()
        os.set_blocking(self._fd, False)
        self.port = os.ttyname(self._slave)
        self.lost = False

    def fileno(self) -> int:
        return self._fd

    def read(self) -> bytes:
        try:
            return os.read(self._fd, 4096)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> None:
        if data and not self.lost:
            assert os.write(self._fd, data) == len(data)

    def flush(self) -> None:
        pass

    def unplug(self) -> None:
        """Pull the plug out: the station's end now stands for nothing."""
        if not self.lost:
            self.lost = True
            os.close(self._fd)
            os.close(self._slave)


@dataclass
class Hands:
    """Somebody at the station: a script that says how long to wait before its next line. An End without a cable."""

    script: Generator[float, None, None]
    wake_at: Instant = 0.0

    def receive(self, data: bytes, now: Instant) -> bytes:
        return b""

    def wake(self, now: Instant) -> bytes:
        try:
            self.wake_at = now + next(self.script)
        except StopIteration:
            self.wake_at = NEVER
            signal.raise_signal(signal.SIGTERM)
        return b""


class Leaping:
    """The system clock, which a test may put forward."""

    def __init__(self) -> None:
        self._system, self._ahead = SystemClock(), 0.0

    def now(self) -> Instant:
        return self._system.now() + self._ahead

    def wall(self) -> datetime:
        return datetime(2026, 3, 4, 10, tzinfo=PARIS)

    def synchronised(self) -> bool | None:
        return self._system.synchronised()

    def leap(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Ends:
    """What the loop runs where there is no station: ends on cables, and what they told."""

    clock: Clock
    sources: Sequence[EventSource]
    plugs: list[Plug] = field(default_factory=list)
    told: list[DeviceEvent] = field(default_factory=list)
    turns: int = 0

    @property
    def wake_at(self) -> Instant:
        return min(plug.end.wake_at for plug in self.plugs)

    def receive(self, plug: Plug, data: bytes) -> None:
        plug.cable.write(plug.end.receive(data, self.clock.now()))

    def turn(self) -> None:
        self.turns += 1
        for plug in self.plugs:
            if plug.end.wake_at <= self.clock.now():
                plug.cable.write(plug.end.wake(self.clock.now()))
        self.told += [event for source in self.sources for event in source.take()]


@dataclass
class Street:
    """The two serial drivers on their ports, and the two devices at the other ends."""

    clock: Leaping
    card: ConcertTerminal
    printer: EscPosPrinter
    card_port: SerialCable
    printer_port: SerialCable
    terminal: ConcertDevice
    paper: PrinterDevice
    card_master: Master
    printer_master: Master
    ends: Ends

    def run(self, script: Generator[float, None, None]) -> list[DeviceEvent]:
        """Run the loop until the script has ended; everything the drivers told."""
        hands = Plug("hands", Hands(script), NoCable())
        self.ends.plugs.append(hands)
        loop.run(cast(Station, self.ends), self.clock, StopSignal())
        self.ends.plugs.remove(hands)
        return self.ends.told

    def until(self, truth: Callable[[], object], seconds: float = 6.0) -> Generator[float, None, None]:
        """Wait in a script for something to become true."""
        limit = SystemClock().now() + seconds
        while not truth():
            assert SystemClock().now() < limit, f"nothing after {seconds} s: {self.ends.told}"
            yield 0.01

    def told(self, event: DeviceEvent) -> Callable[[], bool]:
        """Whether this was told, to be asked later."""
        return lambda: event in self.ends.told

    def leaping(self, truth: Callable[[], object]) -> Generator[float, None, None]:
        """Wait, the clock going a second every hundredth of one."""
        for _ in range(300):
            if truth():
                return
            self.clock.leap(1.0)
            yield 1.01  # of which the leap is one: bytes need real time to cross
        raise AssertionError(f"nothing after 300 s of the clock: {self.ends.told}")


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
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
def street() -> Iterator[Street]:
    clock = Leaping()
    card_master, printer_master = Master(), Master()
    card_port = open_serial("card", replace(CARD, port=card_master.port))
    printer_port = open_serial("printer", replace(PRINTER, port=printer_master.port))
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
    yield Street(clock, card, printer, card_port, printer_port, terminal, paper, card_master, printer_master, ends)
    for cable in (card_port, printer_port):
        cable.close()
    for master in (card_master, printer_master):
        master.unplug()


# --- the terminal -------------------------------------------------------------------------------------------------


def test_a_contactless_card_is_approved(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(TerminalIs(True)))
        street.card.charge(1200, "0042000001")
        yield from street.until(lambda: street.terminal.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000001", 1200)))

    street.run(script())
    assert [(debit.reference, debit.cents) for debit in street.terminal.ledger] == [("0042000001", 1200)]


def test_an_answer_garbled_twice_is_asked_for_again(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        street.terminal.fault("garble", True)
        street.card.charge(600, "0042000002")
        yield from street.until(lambda: street.terminal.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000002", 600)))

    street.run(script())
    assert len(street.terminal.ledger) == 1


def test_a_card_removed_is_declined(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        street.card.charge(600, "0042000003")
        yield from street.until(lambda: street.terminal.present("cancelled", street.clock.now()))
        yield from street.until(street.told(Declined("0042000003", Reason.REFUSED)))

    street.run(script())
    assert street.terminal.ledger == []


def test_garbage_from_the_terminal_is_passed_over(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        for byte in (*range(256), 0x02, 0x02, 0x03, 0x15):
            street.card_master.write(bytes([byte]))
        yield from street.leaping(lambda: street.ends.told.count(TerminalIs(True)) == 1)
        street.clock.leap(4.0)
        street.card.charge(600, "0042000004")
        yield from street.until(lambda: street.terminal.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000004", 600)))

    street.run(script())


def printed(paper: PrinterDevice) -> list[PrintedTicket]:
    """The whole tickets; not the blank piece that is cut off when a driver begins."""
    return [ticket for ticket in paper.tickets if ticket.cut and ticket.rows]


# --- the printer --------------------------------------------------------------------------------------------------


def test_a_ticket_comes_out_whole(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(PrinterIs(PrinterState.OK)))
        street.printer.print(TICKET)
        yield from street.until(street.told(Printed(TICKET.number)))

    street.run(script())
    (ticket,) = printed(street.paper)
    assert [line.strip() for line in ticket.text.splitlines() if line.strip()][:2] == ["VILLE DE PARIS", "12:01"]
    assert (street.paper.lost, street.paper.unknown) == (0, [])


def test_paper_that_ends_under_a_ticket_is_told(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(PrinterIs(PrinterState.OK)))
        street.paper.fault("paper_out_mid", True)
        street.printer.print(TICKET)
        yield from street.until(street.told(NotPrinted(TICKET.number, PrinterState.OUT)))

    street.run(script())
    assert not printed(street.paper)


# --- the line is gone ---------------------------------------------------------------------------------------------


def test_a_printer_that_is_unplugged_falls_silent_and_nothing_spins(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(PrinterIs(PrinterState.OK)))
        street.ends.plugs = [plug for plug in street.ends.plugs if plug.name != "paper"]
        street.printer_master.unplug()
        yield from street.until(lambda: street.printer_port.lost)
        before = street.ends.turns
        yield 0.3
        assert street.ends.turns - before <= 3
        street.printer.print(TICKET)
        yield from street.leaping(street.told(NotPrinted(TICKET.number, PrinterState.SILENT)))

    assert PrinterIs(PrinterState.SILENT) in street.run(script())
    assert not street.printer_port.pending


def test_a_terminal_unplugged_before_it_was_asked_owes_nothing(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(TerminalIs(True)))
        street.ends.plugs = [plug for plug in street.ends.plugs if plug.name != "terminal"]
        street.card_master.unplug()
        street.card.charge(1200, "0042000005")
        yield from street.leaping(street.told(Declined("0042000005", Reason.NOT_ASKED)))

    assert TerminalIs(False) in street.run(script())


def test_a_terminal_unplugged_while_a_card_is_in_it_leaves_a_doubt(street: Street) -> None:
    def script() -> Generator[float, None, None]:
        street.card.charge(1200, "0042000006")
        yield from street.until(lambda: street.terminal.present("contactless", street.clock.now()))
        street.ends.plugs = [plug for plug in street.ends.plugs if plug.name != "terminal"]
        street.card_master.unplug()
        yield from street.leaping(street.told(Unanswered("0042000006")))

    told = street.run(script())
    assert not any(isinstance(event, Approved | Declined) for event in told)


def test_a_line_that_takes_no_more_bytes_freezes_nobody(street: Street) -> None:
    """A printer that holds its line (or a dead USB adapter): what the line does not take waits, the loop goes on."""
    signal.alarm(3)
    for _ in range(100):
        street.printer_port.write(b"\x10\x04\x01" * 1000)
    assert street.printer_port.pending
    assert not street.printer_port.lost


# --- a whole station ----------------------------------------------------------------------------------------------


@dataclass
class Panel:
    """The devices that hang on the header, their electricity simulated."""

    header: Header
    matrix: KeyMatrix
    screen: Ssd1322
    keys: dict[str, tuple[int, int]]

    def press(self, key: str) -> Generator[float, None, None]:
        """A finger for 40 ms, then none for as long."""
        self.matrix.press(*self.keys[key])
        yield 0.04
        self.matrix.release(*self.keys[key])
        yield 0.04


@pytest.fixture
def panel() -> Panel:
    board = load_board(ROOT / "board" / "paris-v1.toml")
    assert board.keypad != "simulated"
    header = Header()
    keys = {name: (row, column) for row, names in enumerate(board.keypad.layout) for column, name in enumerate(names) if name}
    return Panel(header, KeyMatrix(header, board.keypad.rows, board.keypad.columns), Ssd1322(), keys)


@contextlib.contextmanager
def opened(street: Street, panel: Panel, folder: Path, hands: Hands) -> Iterator[Station]:
    """A station with everything from `assemble`, its serial ports those of the street; hands and far ends run in its loop."""
    board = load_board(ROOT / "board" / "paris-v1.toml")
    assert board.display != "simulated"
    site = read_toml(ROOT / "board" / "demo-station.toml", Site)
    gpio, edges = SimulatedGpio(panel.header), EdgeCable()
    gpio.setmode(gpio.BCM)
    spi = SpiPort(panel.screen, panel.header, dc=board.display.dc, reset=board.display.reset)
    devices = assemble(board, StationLines(gpio, edges, gpio, spi, gpio, street.card_port, street.printer_port))
    more = (
        Plug("terminal", street.terminal, street.card_master),
        Plug("paper", street.paper, street.printer_master),
        Plug("hands", hands, NoCable()),
    )
    provision(folder, site.station)
    given = Provision(always(ActiveConfig(site, load_tariffs(ROOT / "tariffs.json"))), catalogues(), open_signing_key(folder))
    with contextlib.closing(edges), contextlib.closing(open_journal(folder, site.station, "a boot")) as journal:
        yield Station(given, replace(devices, plugs=(*devices.plugs, *more)), journal, street.clock)


def test_a_whole_sale_on_serial_ports(street: Street, panel: Panel, tmp_path: Path) -> None:
    def on(screen: str) -> Generator[float, None, None]:
        yield from street.until(lambda: station.machine.screen.name == screen)

    def script() -> Generator[float, None, None]:
        yield from street.until(lambda: may_take_payment(station.context()) and station.context().health.prints)
        for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "2", "OK"):
            yield from panel.press(key)
        yield from on("present card")
        yield from street.until(lambda: street.terminal.present("contactless", street.clock.now()))
        yield from on("approved")
        yield from panel.press("OK")
        yield from on("take ticket")

    with opened(street, panel, tmp_path, Hands(script())) as station:
        loop.run(station, street.clock, StopSignal())

    assert [debit.cents for debit in street.terminal.ledger] == [1200]
    (ticket,) = printed(street.paper)
    assert "12:00" in ticket.text
    (code,) = [row.data for row in ticket.rows if isinstance(row, CodeRow)]
    receipt = ("AB123CD", "1", "2026-03-04T10:00", "2026-03-04T12:00", "1200")
    assert verify_receipt(code, open_signing_key(tmp_path).public_key())[2:7] == receipt
    with contextlib.closing(JournalReader(tmp_path / JOURNAL)) as journal:
        assert [type(fact) for fact in journal.facts()] == [Started, PaymentStarted, RightSold, TicketPrinted]
    assert panel.screen.picture().getextrema() == (0, 255)
    assert not panel.header.shorts
    assert not panel.screen.unknown
    assert not street.paper.unknown
