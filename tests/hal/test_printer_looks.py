"""The printer driver's status queries: states, lost and late answers, and what a power cut left in the printer."""

from __future__ import annotations

import pytest

from hal.cable import End
from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    AT_ONCE,
    EventSource,
    Printer,
    PrinterIs,
    PrinterState,
    Ticket,
    TicketLine,
)
from tests.hal.printer_line import (
    CLEAR,
    CUT_OFF,
    FINE,
    NEAR_END,
    PROBE,
    TICKET,
    TICKET_BYTES,
    UNABLE,
    FakePrinter,
    PrinterLine,
    ready,
)


def test_it_is_a_printer_a_source_and_an_end() -> None:
    driver = EscPosPrinter(42, leftover=False)
    port: Printer = driver
    source: EventSource = driver
    end: End = driver
    port.look()
    assert end.wake(0.0) == b"\x10\x04\x01"
    assert source.take() == []


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_columns_reach_the_ticket(columns: int) -> None:
    line = PrinterLine(driver=EscPosPrinter(columns, leftover=False))
    line.driver.print(Ticket("1", (TicketLine("a", "b"),)))
    line.run(0.0)
    assert b"a" + b" " * (columns - 2) + b"b\n" in line.far.got[0]


def test_unknown_columns_are_refused_naming_the_right_ones() -> None:
    with pytest.raises(ValueError, match=r"columns = 40.*\(32, 42, 48\)"):
        EscPosPrinter(40)


# --- looks --------------------------------------------------------------------------------------------------------


def test_a_look_is_four_questions_one_at_a_time() -> None:
    driver = EscPosPrinter(42, leftover=False)
    assert driver.wake_at == AT_ONCE
    assert driver.wake(5.0) == b"\x10\x04\x01"
    assert driver.wake_at == 6.0
    assert driver.receive(b"\x12", 5.5) == b"\x10\x04\x02"
    assert driver.wake_at == 6.5
    assert driver.receive(b"\x12", 5.6) == b"\x10\x04\x03"
    assert driver.receive(b"\x12", 5.7) == b"\x10\x04\x04"
    assert driver.take() == []
    assert driver.receive(b"\x12", 6.0) == PROBE
    assert driver.take() == [PrinterIs(PrinterState.OK)]
    assert driver.take() == []
    assert driver.wake_at == 36.0


@pytest.mark.parametrize(("state", "answers"), [(PrinterState.NEAR_END, NEAR_END), (PrinterState.OK, FINE), *UNABLE.items()])
def test_every_state_is_told_at_once(state: PrinterState, answers: bytes) -> None:
    assert PrinterLine(FakePrinter(answers)).run(0.0) == [PrinterIs(state)]


def test_two_void_looks_are_silence() -> None:
    line = PrinterLine(FakePrinter(status=b""))
    assert line.run(10.0) == [PrinterIs(PrinterState.SILENT)]
    assert [at for at, _ in line.said] == [1003.0]  # a second of waiting, one of quiet, one of waiting


def test_one_void_look_is_not_silence() -> None:
    line = PrinterLine(FakePrinter(status=b""))
    line.run(1.5)
    line.far.status = FINE
    assert line.run(10.0) == [PrinterIs(PrinterState.OK)]


def test_void_looks_must_follow_each_other() -> None:
    line = ready()
    for _ in range(5):
        line.driver.look()
        line.far.status = b""
        line.run(1.5)
        line.far.status = FINE
        line.run(1.0)
    assert [event for _, event in line.said] == [PrinterIs(PrinterState.OK)]


def test_one_lost_answer_voids_the_whole_look() -> None:
    line = PrinterLine(FakePrinter(status=FINE[:3]))  # never answers DLE EOT 4
    assert line.run(10.0) == [PrinterIs(PrinterState.SILENT)]


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    driver = EscPosPrinter(42, leftover=False)
    driver.wake(0.0)
    driver.receive(b"\x12", 0.1)
    driver.wake(1.1)  # DLE EOT 2 has no answer
    assert driver.receive(b"\x16", 1.6) == b""  # here it is: the cover is open
    assert driver.wake(driver.wake_at) == b"\x10\x04\x01"
    assert driver.receive(b"\x12", 2.2) == b"\x10\x04\x02"


def test_two_answers_at_once_answer_one_question() -> None:
    driver = EscPosPrinter(42, leftover=False)
    driver.wake(0.0)
    assert driver.receive(b"\x12\x7e", 0.1) == b"\x10\x04\x02"
    assert driver.receive(b"\x12\x7e", 0.1) == b"\x10\x04\x03"
    assert driver.receive(b"\x12\x7e", 0.1) == b"\x10\x04\x04"
    assert driver.take() == []
    assert driver.receive(b"\x12\x7e", 0.1) == PROBE
    assert driver.take() == [PrinterIs(PrinterState.OK)]


def test_a_change_is_told_within_thirty_seconds_and_once() -> None:
    line = ready()
    assert line.run(200.0) == []
    line.far.status = NEAR_END
    assert line.run(30.0) == [PrinterIs(PrinterState.NEAR_END)]
    line.far.status = b""
    assert line.run(100.0) == [PrinterIs(PrinterState.SILENT)]
    line.far.status = FINE
    assert line.run(31.0) == [PrinterIs(PrinterState.OK)]


def test_look_asks_now() -> None:
    line = ready()
    line.run(3.0)
    line.far.status = UNABLE[PrinterState.OUT]
    line.driver.look()
    assert line.driver.wake_at == AT_ONCE
    assert line.run(0.0) == [PrinterIs(PrinterState.OUT)]


def test_what_a_power_cut_left_in_the_printer_is_thrown_away_before_the_first_ticket() -> None:
    line = PrinterLine(driver=EscPosPrinter(42))
    line.run(0.0)
    assert line.far.got == [CLEAR]
    line.driver.print(TICKET)
    line.run(5.0)
    assert line.far.got == [CLEAR, CUT_OFF + TICKET_BYTES]


def test_nothing_is_cut_while_the_printer_cannot_print_at_the_start() -> None:
    line = PrinterLine(FakePrinter(UNABLE[PrinterState.COVER_OPEN]), EscPosPrinter(42))
    line.run(100.0)
    assert CUT_OFF not in line.far.got
    line.far.status = FINE
    line.run(60.0)
    assert line.far.got[-1] == CUT_OFF
