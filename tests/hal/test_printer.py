"""The printer driver, one ticket at a time: every step, every way to fail, and what proves a ticket printed."""

from __future__ import annotations

import pytest

from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    AT_ONCE,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Ticket,
    TicketCode,
    TicketLine,
)
from tests.hal.printer_line import (
    CLEAR,
    CLEARED,
    CUT_OFF,
    ECHOED,
    FINE,
    NEAR_END,
    NEXT,
    NEXT_BYTES,
    PROBE,
    PROCESSED,
    TICKET,
    TICKET_BYTES,
    UNABLE,
    FakePrinter,
    PrinterLine,
    ready,
)

# --- printing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [FINE, NEAR_END])
def test_a_ticket_is_printed(answers: bytes) -> None:
    line = ready(FakePrinter(answers))
    line.driver.print(TICKET)
    assert line.driver.wake_at == AT_ONCE
    assert line.run(0.0) == [Printed("000813")]
    assert line.far.got == [TICKET_BYTES]
    assert line.driver.wake_at == line.now + 30.0


def test_every_step_of_a_ticket() -> None:
    driver = EscPosPrinter(42, leftover=False)
    driver.print(TICKET)

    def look(now: float) -> bytes:
        for n in (2, 3, 4):
            assert driver.receive(b"\x12", now) == bytes([0x10, 0x04, n])
        return driver.receive(b"\x12", now)

    assert driver.wake(0.0) == b"\x10\x04\x01"
    assert look(0.1) == PROBE + TICKET_BYTES
    assert driver.take() == [PrinterIs(PrinterState.OK)]
    assert driver.wake_at == 1.1
    assert driver.wake(1.1) == b"\x10\x04\x01"  # a look a second
    assert look(1.2) == b""
    assert driver.wake_at == 2.2
    assert driver.receive(ECHOED + PROCESSED, 1.5) == b""
    assert driver.take() == []  # processed, but is there still paper?
    assert driver.wake_at == AT_ONCE
    assert driver.wake(1.5) == b"\x10\x04\x01"
    assert look(1.6) == b""
    assert driver.take() == [Printed("000813")]
    assert driver.wake_at == 31.6


def test_a_look_begun_before_the_end_does_not_prove_it() -> None:
    line = ready()
    line.far.prints = False
    line.driver.print(TICKET)
    line.run(0.0)
    assert line.driver.wake(line.now + 1.0) == b"\x10\x04\x01"
    line.driver.receive(b"\x12", line.now + 1.0)
    line.driver.receive(b"\x12", line.now + 1.0)
    line.driver.receive(ECHOED + b"\x12", line.now + 1.0)
    assert line.driver.receive(b"\x12", line.now + 1.0) == b"\x10\x04\x01"
    assert line.driver.take() == []
    line.carry(b"\x10\x04\x01")
    assert line.said[-1][1] == Printed("000813")


def test_tickets_one_after_the_other() -> None:
    line = ready()
    for number in range(20):
        line.driver.print(Ticket(str(number), (TicketLine("x"), TicketCode("abc"))))
        assert line.run(2.0) == [Printed(str(number))]
    assert CLEAR not in line.far.got


def test_a_second_ticket_must_wait_and_does_not_disturb_the_first() -> None:
    line = ready()
    line.driver.print(TICKET)
    with pytest.raises(ValueError, match="ticket 000814 must wait: 000813"):
        line.driver.print(NEXT)
    assert line.run(5.0) == [Printed("000813")]


def test_a_ticket_that_cannot_be_encoded_is_refused_before_anything_starts() -> None:
    line = ready()
    with pytest.raises(ValueError, match="ticket 7"):
        line.driver.print(Ticket("7", (TicketCode(""),)))
    line.driver.print(TICKET)
    assert line.run(0.0) == [Printed("000813")]


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_a_printer_that_cannot_print_is_sent_nothing(state: PrinterState, answers: bytes) -> None:
    line = ready(FakePrinter(answers))
    line.driver.print(TICKET)
    assert line.run(30.0) == [NotPrinted("000813", state)]
    assert line.far.got == []


def test_a_printer_found_unable_only_when_asked_is_sent_nothing() -> None:
    line = ready()
    line.far.status = UNABLE[PrinterState.OUT]
    line.driver.print(TICKET)
    assert line.run(0.0) == [PrinterIs(PrinterState.OUT), NotPrinted("000813", PrinterState.OUT)]
    assert line.far.got == []


def test_a_silent_printer_is_sent_nothing() -> None:
    line = PrinterLine(FakePrinter(status=b""))
    line.driver.print(TICKET)
    assert line.run(30.0) == [PrinterIs(PrinterState.SILENT), NotPrinted("000813", PrinterState.SILENT)]
    assert line.said[-1][0] == 1003.0
    assert line.far.got == []


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_a_fault_while_printing_ends_it_within_a_second_and_clears(state: PrinterState, answers: bytes) -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.5)
    line.far.status = answers
    assert line.run(0.5) == [PrinterIs(state), NotPrinted("000813", state)]
    assert line.far.got == [TICKET_BYTES, CLEAR]
    assert line.run(100.0) == []
    assert line.far.got == [TICKET_BYTES, CLEAR]
    line.far.status = FINE
    assert line.run(100.0) == [PrinterIs(PrinterState.OK)]
    assert line.far.got == [TICKET_BYTES, CLEAR, CUT_OFF]


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_a_fault_right_after_the_last_byte_is_not_printed(state: PrinterState, answers: bytes) -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.5)
    line.far.status = answers
    line.carry(line.driver.receive(ECHOED, line.now))
    assert line.run(0.0) == [PrinterIs(state), NotPrinted("000813", state)]
    assert line.far.got == [TICKET_BYTES, CLEAR]


def test_silence_while_printing_ends_it_and_clears_now_and_on_return() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.5)
    line.far.status = b""
    start = line.now
    assert line.run(10.0) == [PrinterIs(PrinterState.SILENT), NotPrinted("000813", PrinterState.SILENT)]
    assert line.said[-1][0] == start + 3.5
    assert line.far.got == [TICKET_BYTES, CLEAR]
    line.far.status = FINE
    assert line.run(30.0) == [PrinterIs(PrinterState.OK)]
    assert line.far.got == [TICKET_BYTES, CLEAR, CLEAR]
    assert line.run(100.0) == []
    assert line.far.got == [TICKET_BYTES, CLEAR, CLEAR, CUT_OFF]


def test_what_is_left_is_remembered_through_a_ticket_that_was_never_sent() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.5)
    line.far.status = b""
    line.run(10.0)
    line.driver.print(NEXT)
    assert line.run(10.0) == [NotPrinted("000814", PrinterState.SILENT)]
    line.far.status, line.far.prints, line.far.got = FINE, True, []
    line.driver.print(TICKET)
    assert line.run(5.0) == [PrinterIs(PrinterState.OK), Printed("000813")]
    assert line.far.got == [CLEAR, CUT_OFF + TICKET_BYTES.replace(b"0001", b"0003")]


def test_a_healthy_printer_that_keeps_the_ticket_is_given_twenty_seconds() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    start = line.now
    assert line.run(60.0) == [NotPrinted("000813", PrinterState.OFFLINE)]
    assert line.said[-1][0] == start + 20.0
    assert line.far.got == [TICKET_BYTES, CLEAR, CUT_OFF]


def test_the_next_ticket_waits_until_the_rest_of_the_last_is_cleared() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.5)
    line.far.status = UNABLE[PrinterState.OUT]
    line.far.knows_clear = False
    line.run(0.5)
    line.far.status, line.far.prints = FINE, True
    line.driver.print(NEXT)
    line.run(0.5)
    assert line.far.got == [TICKET_BYTES, CLEAR]
    assert line.driver.receive(CLEARED[:1], line.now) == b""
    assert line.driver.receive(CLEARED[1:2], line.now) == b""
    line.carry(line.driver.receive(CLEARED[2:], line.now))
    line.run(0.0)
    assert line.far.got == [TICKET_BYTES, CLEAR, CUT_OFF + NEXT_BYTES]
    assert line.said[-1][1] == Printed("000814")


def test_a_printer_that_does_not_know_the_clear_command_still_prints_the_next_ticket() -> None:
    line = ready(FakePrinter(prints=False, knows_clear=False))
    line.driver.print(TICKET)
    line.run(25.0)
    line.far.prints = True
    line.driver.print(NEXT)
    assert line.run(5.0) == [Printed("000814")]
    assert line.far.got == [TICKET_BYTES, CLEAR, CUT_OFF + NEXT_BYTES]


def test_the_look_that_would_have_proved_one_ticket_does_not_prove_the_next() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    line.run(0.0)
    line.driver.receive(ECHOED, line.now)
    line.far.status = b"\x12"  # answers DLE EOT 1 only: every second look begins and is void
    line.now += 19.5
    line.carry(line.driver.wake(line.now))
    line.now += 0.5
    assert line.driver.wake(line.now) == b""
    assert line.driver.take() == [NotPrinted("000813", PrinterState.OFFLINE)]
    line.far.status, line.far.got = FINE, []
    line.driver.print(NEXT)
    for _ in range(3):
        line.carry(line.driver.receive(b"\x12", line.now))
    assert Printed("000814") not in [event for _, event in line.said]
    assert line.far.got == [CLEAR, CUT_OFF + NEXT_BYTES]


def test_a_loop_that_comes_late_finds_everything_due_at_once() -> None:
    line = ready(FakePrinter(prints=False, knows_clear=False))
    line.driver.print(TICKET)
    line.run(19.5)
    line.driver.look()
    assert line.driver.wake(line.now) == b"\x10\x04\x01"
    line.driver.wake(line.now + 0.5)  # twenty seconds: given up while a look is under way
    line.driver.print(NEXT)
    line.driver.wake(line.now + 0.5)
    line.now += 20.0
    line.carry(b"\x10\x04\x01")  # the answers, after a long pause
    assert line.far.got == [TICKET_BYTES, CLEAR]
    line.now += 1.0
    assert line.driver.wake(line.now) == b"\x10\x04\x01"  # late for the clear response, the second ticket and a look
    assert line.driver.take() == [NotPrinted("000814", PrinterState.OFFLINE)]
    assert line.driver.wake_at > line.now


def test_an_answer_from_before_the_ticket_was_sent_proves_nothing() -> None:
    line = ready(FakePrinter(prints=False))
    line.driver.print(TICKET)
    assert line.driver.receive(ECHOED, line.now) == b""
    assert line.driver.wake(line.now) == b"\x10\x04\x01"
    assert line.driver.receive(ECHOED + b"\x12", line.now) == b"\x10\x04\x02"
    line.carry(b"\x10\x04\x02")
    line.run(15.0)
    assert [event for _, event in line.said] == [PrinterIs(PrinterState.OK)]
    assert line.far.got == [TICKET_BYTES]
