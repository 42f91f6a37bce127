"""A whole sale on serial ports: a station with everything that `assemble` builds, run by its own loop."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from firmware import loop
from firmware.app import Station
from firmware.assemble import NoCable, StationLines, assemble
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.site import Site
from firmware.journal.journal_file import JournalReader
from firmware.locale import catalogues
from firmware.paper.receipt_signing import verify_receipt
from firmware.protocol.facts import PaymentStarted, RightSold, Started, TicketPrinted
from firmware.station.equipment import Plug, Provision
from firmware.station.state_folder import JOURNAL, open_journal, open_signing_key, provision
from firmware.station.stop_signal import StopSignal
from firmware.tariff import load_tariffs
from firmware.visit.sales_policy import may_take_payment
from hal.board import load_board, open_display, read_toml
from hal.drivers.keypad import SCAN
from hal.lines import EdgeCable
from hal.shipped import ROOT
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.matrix import KeyMatrix
from simulator.devices.paper import CodeRow
from simulator.devices.ssd1322 import SpiPort, Ssd1322
from tests.hardware.serial_street import Hands, SerialStreet, printed

# --- a whole station ----------------------------------------------------------------------------------------------


@dataclass
class Panel:
    """The devices that hang on the header, their electricity simulated."""

    header: Header
    matrix: KeyMatrix
    screen: Ssd1322
    keys: dict[str, tuple[int, int]]

    def press(self, key: str) -> Generator[float, None, None]:
        """A finger for eight scans of the keypad, 40 ms, then none for as long.

        Scan by scan, not in one piece: the loop takes a turn for each, so a slow machine makes the finger slower, never unseen.
        """
        self.matrix.press(*self.keys[key])
        yield from [SCAN] * 8
        self.matrix.release(*self.keys[key])
        yield from [SCAN] * 8


@pytest.fixture
def panel() -> Panel:
    board = load_board(ROOT / "board" / "paris-v1.toml")
    assert not isinstance(board.keypad, str)
    header = Header()
    keys = {name: (row, column) for row, names in enumerate(board.keypad.layout) for column, name in enumerate(names) if name}
    return Panel(header, KeyMatrix(header, board.keypad.rows, board.keypad.columns), Ssd1322(), keys)


@contextlib.contextmanager
def opened(street: SerialStreet, panel: Panel, folder: Path, hands: Hands) -> Iterator[Station]:
    """A station with everything from `assemble`, its serial ports those of the street; hands and far ends run in its loop."""
    board = load_board(ROOT / "board" / "paris-v1.toml")
    assert board.display != "simulated"
    site = read_toml(ROOT / "board" / "demo-station.toml", Site)
    gpio, edges = SimulatedGpio(panel.header), EdgeCable()
    gpio.setmode(gpio.BCM)
    spi = SpiPort(panel.screen, panel.header, dc=board.display.dc, reset=board.display.reset)
    display = open_display(board.display, gpio, spi)
    devices = assemble(
        board, StationLines(gpio, edges, display, gpio, street.card_port, street.printer_port), street.clock.wall
    )
    more = (
        Plug("terminal", street.terminal, street.card_master),
        Plug("paper", street.paper, street.printer_master),
        Plug("hands", hands, NoCable()),
    )
    provision(folder, site.station)
    kit = Provision(always(ActiveConfig(site, load_tariffs(ROOT / "tariffs.json"))), catalogues(), open_signing_key(folder))
    with contextlib.closing(edges), contextlib.closing(open_journal(folder, site.station, "a boot")) as journal:
        yield Station(kit, replace(devices, plugs=(*devices.plugs, *more)), journal, street.clock)


def test_a_whole_sale_on_serial_ports(street: SerialStreet, panel: Panel, tmp_path: Path) -> None:
    def on(screen: str) -> Generator[float, None, None]:
        yield from street.until(lambda: station.machine.screen.name == screen)

    def script() -> Generator[float, None, None]:
        yield from street.until(lambda: may_take_payment(station.context()) and station.context().health.prints)
        for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "OK"):
            yield from panel.press(key)
        yield from on("present card")
        yield from street.until(lambda: street.terminal.core.present("contactless", street.clock.now()))
        yield from on("approved")
        yield from panel.press("OK")
        yield from on("take ticket")

    with opened(street, panel, tmp_path, Hands(script())) as station:
        loop.run(station, street.clock, StopSignal())

    assert [debit.cents for debit in street.terminal.core.ledger] == [1200]
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
