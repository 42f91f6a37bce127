"""The serial drivers through pyserial on pseudo-terminals: terminal, printer, and lines that are unplugged."""

from __future__ import annotations

import signal
from collections.abc import Generator

from hal.ports import (
    Approved,
    Declined,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Unanswered,
)
from tests.hardware.serial_street import TICKET, SerialStreet, printed

# --- the terminal -------------------------------------------------------------------------------------------------


def test_a_contactless_card_is_approved(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(TerminalIs(True)))
        street.card.charge(1200, "0042000001")
        yield from street.until(lambda: street.terminal.core.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000001", 1200)))

    street.run(script())
    assert [(debit.reference, debit.cents) for debit in street.terminal.core.ledger] == [("0042000001", 1200)]


def test_an_answer_garbled_twice_is_asked_for_again(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        street.terminal.fault("garble", True)
        street.card.charge(600, "0042000002")
        yield from street.until(lambda: street.terminal.core.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000002", 600)))

    street.run(script())
    assert len(street.terminal.core.ledger) == 1


def test_a_card_removed_is_declined(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        street.card.charge(600, "0042000003")
        yield from street.until(lambda: street.terminal.core.present("cancelled", street.clock.now()))
        yield from street.until(street.told(Declined("0042000003", Reason.REFUSED)))

    street.run(script())
    assert street.terminal.core.ledger == []


def test_garbage_from_the_terminal_is_passed_over(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        for byte in (*range(256), 0x02, 0x02, 0x03, 0x15):
            street.card_master.write(bytes([byte]))
        yield from street.leaping(lambda: street.ends.told.count(TerminalIs(True)) == 1)
        street.clock.leap(4.0)
        street.card.charge(600, "0042000004")
        yield from street.until(lambda: street.terminal.core.present("contactless", street.clock.now()))
        yield from street.until(street.told(Approved("0042000004", 600)))

    street.run(script())


# --- the printer --------------------------------------------------------------------------------------------------


def test_a_ticket_comes_out_whole(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(PrinterIs(PrinterState.OK)))
        street.printer.print(TICKET)
        yield from street.until(street.told(Printed(TICKET.number)))

    street.run(script())
    (ticket,) = printed(street.paper)
    assert [line.strip() for line in ticket.text.splitlines() if line.strip()][:2] == ["VILLE DE PARIS", "12:01"]
    assert (street.paper.lost, street.paper.unknown) == (0, [])


def test_paper_that_ends_under_a_ticket_is_told(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(PrinterIs(PrinterState.OK)))
        street.paper.fault("paper_out_mid", True)
        street.printer.print(TICKET)
        yield from street.until(street.told(NotPrinted(TICKET.number, PrinterState.OUT)))

    street.run(script())
    assert not printed(street.paper)


# --- the line is gone ---------------------------------------------------------------------------------------------


def test_a_printer_that_is_unplugged_falls_silent_and_nothing_spins(street: SerialStreet) -> None:
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


def test_a_terminal_unplugged_before_it_was_asked_owes_nothing(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        yield from street.until(street.told(TerminalIs(True)))
        street.ends.plugs = [plug for plug in street.ends.plugs if plug.name != "terminal"]
        street.card_master.unplug()
        street.card.charge(1200, "0042000005")
        yield from street.leaping(street.told(Declined("0042000005", Reason.NOT_ASKED)))

    assert TerminalIs(False) in street.run(script())


def test_a_terminal_unplugged_while_a_card_is_in_it_leaves_a_doubt(street: SerialStreet) -> None:
    def script() -> Generator[float, None, None]:
        street.card.charge(1200, "0042000006")
        yield from street.until(lambda: street.terminal.core.present("contactless", street.clock.now()))
        street.ends.plugs = [plug for plug in street.ends.plugs if plug.name != "terminal"]
        street.card_master.unplug()
        yield from street.leaping(street.told(Unanswered("0042000006")))

    told = street.run(script())
    assert not any(isinstance(event, Approved | Declined) for event in told)


def test_a_line_that_takes_no_more_bytes_freezes_nobody(street: SerialStreet) -> None:
    """A printer that holds its line (or a dead USB adapter): what the line does not take waits, the loop goes on."""
    signal.alarm(3)
    for _ in range(100):
        street.printer_port.write(b"\x10\x04\x01" * 1000)
    assert street.printer_port.pending
    assert not street.printer_port.lost
