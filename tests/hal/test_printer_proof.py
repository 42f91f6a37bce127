"""What proves a ticket printed: the number it was sent with, or two status reads that agree; never noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.printer import EscPosPrinter
from hal.ports import DeviceEvent, NotPrinted, Printed, PrinterIs, PrinterState, Ticket, TicketLine
from tests.hal.printer_line import (
    ECHOED,
    ECHOES,
    FINE,
    NEAR_END,
    NEXT,
    PROBE,
    READ,
    TICKET,
    TICKET_BYTES,
    UNABLE,
    FakePrinter,
    PrinterLine,
    ready,
)

NOISE = ["00", "03", "0c", "0f", "60", "6f", "11", "13", "1e", "7e", "ff", "10", "01", "80", "37", "37 25", "37 25 00"]


def printing(*, echoes: bool = True) -> PrinterLine:
    """A line on which the ticket has left, and is still being printed."""
    line = ready(FakePrinter(prints=False, echoes=echoes))
    line.driver.print(TICKET)
    line.run(0.5)
    assert line.far.got == [TICKET_BYTES]
    return line


@pytest.mark.parametrize("noise", NOISE)
def test_noise_does_not_prove_a_ticket(noise: str) -> None:
    line = printing()
    assert line.driver.receive(bytes.fromhex(noise), line.now) == b""
    assert line.run(15.0) == []
    line.far.status = UNABLE[PrinterState.OFFLINE]
    assert line.run(2.0) == [PrinterIs(PrinterState.OFFLINE), NotPrinted("000813", PrinterState.OFFLINE)]


@pytest.mark.parametrize("burst", ["00 00", "00 00 00", "03 00 0f", "00 00 00 00 00 00 00 00"])
def test_a_burst_of_noise_is_one_noise(burst: str) -> None:
    line = printing()
    for byte in bytes.fromhex(burst):
        line.driver.receive(bytes([byte]), line.now)
        line.now += 0.01
    assert line.run(10.0) == []


def test_the_number_of_another_ticket_does_not_prove_this_one() -> None:
    line = printing()
    line.driver.receive(ECHOED.replace(b"001", b"002"), line.now)
    assert line.run(10.0) == []
    line.carry(line.driver.receive(ECHOED, line.now))
    assert line.run(0.0) == [Printed("000813")]


def test_the_same_ticket_printed_again_has_another_number() -> None:
    line = ready()
    for number in (b"001d", b"002d", b"003d"):
        line.driver.print(TICKET)
        line.run(5.0)
        assert number + READ in line.far.got[-1]


@pytest.mark.parametrize("came", ["abd", "bcd", "d", "aabcd", "abcbcd", "ba"])
def test_a_number_that_is_missing_or_comes_twice_ends_it(came: str) -> None:
    """What spoilt it may have spoilt the ticket: it is not believed, and nobody waits."""
    line = printing()
    line.carry(line.driver.receive(b"".join(ECHOES["abcd".index(each)] for each in came), line.now))
    assert [event for _, event in line.said[1:]] == [NotPrinted("000813", PrinterState.OFFLINE)]


def test_numbers_may_come_one_by_one_with_noise_between_them() -> None:
    line = printing()
    for echo in ECHOES:
        assert line.run(0.3) == []
        line.carry(line.driver.receive(b"\x00\x03" + echo, line.now))
    assert line.run(0.0) == [Printed("000813")]


@pytest.mark.parametrize("answers", [FINE, NEAR_END])
def test_a_printer_without_the_echo_is_read_twice(answers: bytes) -> None:
    line = ready(FakePrinter(answers, echoes=False))
    line.driver.print(TICKET)
    assert line.run(0.9) == []
    assert line.run(0.2) == [Printed("000813")]
    assert line.far.got == [TICKET_BYTES, READ]


@pytest.mark.parametrize("paper", ["00", "03", "0c", "0f"])
def test_two_reads_that_agree_are_the_answer_whatever_they_say_of_the_paper(paper: str) -> None:
    line = printing(echoes=False)
    line.driver.receive(bytes.fromhex(paper), line.now)
    line.run(1.0)
    assert line.far.got == [TICKET_BYTES, READ]
    line.carry(line.driver.receive(bytes.fromhex(paper), line.now))
    assert line.run(0.0) == [Printed("000813")]


def test_on_a_line_that_makes_such_bytes_by_itself_nothing_is_proved() -> None:
    """A NUL behind every answer: two of them agree, and the look after them hears more."""

    class Nuls(FakePrinter):
        def receive(self, data: bytes) -> bytes:
            answer = super().receive(data)
            return answer + b"\x00" if answer else b""

    line = ready(Nuls(prints=False, echoes=False))
    line.driver.print(TICKET)
    assert line.run(30.0) == [NotPrinted("000813", PrinterState.OFFLINE)]


def test_noise_that_goes_on_while_it_prints_is_never_read_again() -> None:
    line = printing(echoes=False)
    for _ in range(40):
        line.driver.receive(b"\x00", line.now)
        assert line.run(0.4) == []
    assert READ not in line.far.got[1:]


def test_whether_a_printer_echoes_is_asked_when_it_is_found_able_and_again_after_a_silence() -> None:
    sent: list[bytes] = []

    class Listening(FakePrinter):
        def receive(self, data: bytes) -> bytes:
            sent.append(data)
            return super().receive(data)

    line = PrinterLine(Listening(UNABLE[PrinterState.OUT]))
    line.run(40.0)
    assert not any(PROBE in data for data in sent)
    for status in (FINE, b"", FINE):
        line.far.status = status
        line.run(100.0)
    assert sum(PROBE in data for data in sent) == 2


def test_two_reads_that_do_not_agree_are_read_again() -> None:
    line = printing(echoes=False)
    line.driver.receive(b"\x00", line.now)
    line.run(1.0)
    line.driver.receive(b"\x03", line.now)
    assert line.run(1.0) == []
    assert line.far.got == [TICKET_BYTES, READ, READ]
    line.carry(line.driver.receive(b"\x03", line.now))
    assert line.run(0.0) == [Printed("000813")]


def test_a_printer_that_has_echoed_is_believed_by_nothing_else() -> None:
    line = ready()
    line.driver.print(TICKET)
    assert line.run(0.0) == [Printed("000813")]
    line.far.prints = False
    line.driver.print(NEXT)
    line.run(0.5)
    for _ in range(10):
        line.driver.receive(b"\x00", line.now)
        assert line.run(1.0) == []
    assert READ not in line.far.got


def test_after_a_silence_it_may_be_another_printer() -> None:
    line = ready()
    line.driver.print(TICKET)
    line.run(0.0)
    line.far.status, line.far.echoes = b"", False
    line.run(60.0)
    line.far.status = FINE
    line.run(60.0)
    line.driver.print(NEXT)
    assert line.run(3.0) == [Printed("000814")]


def test_a_report_nobody_asked_for_proves_nothing() -> None:
    line = printing()
    for _ in range(3):
        line.driver.receive(b"\x10\x00\x00\x00", line.now)
        assert line.run(2.0) == []
    assert READ not in line.far.got


@given(st.lists(st.binary(min_size=1, max_size=6), max_size=8))
def test_law_no_noise_before_its_end_proves_a_ticket_of_a_printer_that_echoes(pieces: list[bytes]) -> None:
    """Once it is known to echo. A look that noise disturbs may void, or say that the printer is unable: not that it printed."""
    line = ready()
    line.driver.print(TICKET)
    line.run(0.0)
    line.far.prints = False
    line.driver.print(Ticket("2", (TicketLine("y"),)))
    events: list[DeviceEvent] = line.run(0.5)
    for piece in pieces:
        if b"\x37\x220002" not in piece:
            line.carry(line.driver.receive(piece, line.now))
            events += line.run(0.9)
    assert Printed("2") not in events + [event for _, event in line.said]


def test_numbers_begin_again_after_999() -> None:
    driver = EscPosPrinter(42, leftover=False)
    driver._jobs = 999
    driver.print(TICKET)
    driver.wake(0.0)
    for _ in range(3):
        driver.receive(b"\x12", 0.0)
    assert b"000d" + READ in driver.receive(b"\x12", 0.0)
