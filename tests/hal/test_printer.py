"""The printer driver, faced with a printer whose every byte is typed here from the manuals named in `hal.wire.escpos`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.cable import End
from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    AT_ONCE,
    NEVER,
    DeviceEvent,
    EventSource,
    NotPrinted,
    Printed,
    Printer,
    PrinterIs,
    PrinterState,
    Ticket,
    TicketCode,
    TicketLine,
)

TICKET = Ticket("000813", (TicketLine("x"),))
TICKET_BYTES = bytes.fromhex("1b 40  1b 74 10  78 0a  1d 56 42 00  1d 72 01")  # ESC @, ESC t 16, x, GS V 66 0, GS r 1
NEXT = Ticket("000814", (TicketLine("y"),))
NEXT_BYTES = bytes.fromhex("1b 40  1b 74 10  79 0a  1d 56 42 00  1d 72 01")
CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")  # DLE DC4 8
CUT_OFF = bytes.fromhex("1b 40  1d 56 42 00")  # ESC @, GS V 66 0
CLEARED = bytes.fromhex("37 25 00")
PROCESSED = b"\x00"

FINE = bytes.fromhex("12 12 12 12")
NEAR_END = bytes.fromhex("12 12 12 1e")
UNABLE = {
    PrinterState.OUT: bytes.fromhex("1a 32 12 7e"),
    PrinterState.COVER_OPEN: bytes.fromhex("1a 16 12 12"),
    PrinterState.OFFLINE: bytes.fromhex("1a 52 1a 12"),
}


@dataclass
class Far:
    """A printer that answers at once, and does to a ticket what the test says."""

    status: bytes = FINE
    """The answers to DLE EOT 1 to 4; empty: mute."""
    prints: bool = True
    """Answers GS r; else keeps the ticket."""
    knows_clear: bool = True
    got: list[bytes] = field(default_factory=list)
    """What was sent to it, but for DLE EOT."""
    obeyed: list[bytes] = field(default_factory=list)
    """The same, but for what was sent while it was mute."""

    def hear(self, data: bytes) -> bytes:
        if data[:2] == b"\x10\x04" and len(data) == 3:
            return self.status[data[2] - 1 : data[2]]
        self.got.append(data)
        if self.status:
            self.obeyed.append(data)
        if data == CLEAR:
            return CLEARED if self.knows_clear and self.status else b""
        asked = data.endswith(b"\x1d\x72\x01")
        return PROCESSED if asked and self.prints and self.status else b""


@dataclass
class Bench:
    """Virtual time: wakes the driver when it asks, carries the bytes, remembers when what was said."""

    far: Far = field(default_factory=Far)
    driver: EscPosPrinter = field(default_factory=lambda: EscPosPrinter(42, leftover=False))
    now: float = 1000.0
    said: list[tuple[float, DeviceEvent]] = field(default_factory=list)

    def run(self, seconds: float) -> list[DeviceEvent]:
        """The events of the next so many seconds."""
        end, before = self.now + seconds, len(self.said)
        while self.driver.wake_at <= end:
            self.now = max(self.now, self.driver.wake_at)
            self.carry(self.driver.wake(self.now))
        self.now = end
        return [event for _, event in self.said[before:]]

    def carry(self, data: bytes) -> None:
        while data:
            answer = self.far.hear(data)
            data = self.driver.receive(answer, self.now) if answer else b""
        self.said += [(self.now, event) for event in self.driver.take()]


def ready(far: Far | None = None) -> Bench:
    """A bench whose driver has looked once."""
    bench = Bench(far or Far())
    bench.run(0.0)
    return bench


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
    bench = Bench(driver=EscPosPrinter(columns, leftover=False))
    bench.driver.print(Ticket("1", (TicketLine("a", "b"),)))
    bench.run(0.0)
    assert b"a" + b" " * (columns - 2) + b"b\n" in bench.far.got[0]


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
    assert driver.receive(b"\x12", 6.0) == b""
    assert driver.take() == [PrinterIs(PrinterState.OK)]
    assert driver.take() == []
    assert driver.wake_at == 36.0


@pytest.mark.parametrize(("state", "answers"), [(PrinterState.NEAR_END, NEAR_END), (PrinterState.OK, FINE), *UNABLE.items()])
def test_every_state_is_told_at_once(state: PrinterState, answers: bytes) -> None:
    assert Bench(Far(answers)).run(0.0) == [PrinterIs(state)]


def test_two_void_looks_are_silence() -> None:
    bench = Bench(Far(status=b""))
    assert bench.run(10.0) == [PrinterIs(PrinterState.SILENT)]
    assert [at for at, _ in bench.said] == [1003.0]  # a second of waiting, one of quiet, one of waiting


def test_one_void_look_is_not_silence() -> None:
    bench = Bench(Far(status=b""))
    bench.run(1.5)
    bench.far.status = FINE
    assert bench.run(10.0) == [PrinterIs(PrinterState.OK)]


def test_void_looks_must_follow_each_other() -> None:
    bench = ready()
    for _ in range(5):
        bench.driver.look()
        bench.far.status = b""
        bench.run(1.5)
        bench.far.status = FINE
        bench.run(1.0)
    assert [event for _, event in bench.said] == [PrinterIs(PrinterState.OK)]


def test_one_lost_answer_voids_the_whole_look() -> None:
    bench = Bench(Far(status=FINE[:3]))  # never answers DLE EOT 4
    assert bench.run(10.0) == [PrinterIs(PrinterState.SILENT)]


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
    assert driver.receive(b"\x12\x7e", 0.1) == b""
    assert driver.take() == [PrinterIs(PrinterState.OK)]


def test_a_change_is_told_within_thirty_seconds_and_once() -> None:
    bench = ready()
    assert bench.run(200.0) == []
    bench.far.status = NEAR_END
    assert bench.run(30.0) == [PrinterIs(PrinterState.NEAR_END)]
    bench.far.status = b""
    assert bench.run(100.0) == [PrinterIs(PrinterState.SILENT)]
    bench.far.status = FINE
    assert bench.run(31.0) == [PrinterIs(PrinterState.OK)]


def test_look_asks_now() -> None:
    bench = ready()
    bench.run(3.0)
    bench.far.status = UNABLE[PrinterState.OUT]
    bench.driver.look()
    assert bench.driver.wake_at == AT_ONCE
    assert bench.run(0.0) == [PrinterIs(PrinterState.OUT)]


# --- printing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [FINE, NEAR_END])
def test_a_ticket_is_printed(answers: bytes) -> None:
    bench = ready(Far(answers))
    bench.driver.print(TICKET)
    assert bench.driver.wake_at == AT_ONCE
    assert bench.run(0.0) == [Printed("000813")]
    assert bench.far.got == [TICKET_BYTES]
    assert bench.driver.wake_at == bench.now + 30.0


def test_every_step_of_a_ticket() -> None:
    driver = EscPosPrinter(42, leftover=False)
    driver.print(TICKET)

    def look(now: float) -> bytes:
        for n in (2, 3, 4):
            assert driver.receive(b"\x12", now) == bytes([0x10, 0x04, n])
        return driver.receive(b"\x12", now)

    assert driver.wake(0.0) == b"\x10\x04\x01"
    assert look(0.1) == TICKET_BYTES
    assert driver.take() == [PrinterIs(PrinterState.OK)]
    assert driver.wake_at == 1.1
    assert driver.wake(1.1) == b"\x10\x04\x01"  # a look a second
    assert look(1.2) == b""
    assert driver.wake_at == 2.2
    assert driver.receive(PROCESSED, 1.5) == b""
    assert driver.take() == []  # processed, but is there still paper?
    assert driver.wake_at == AT_ONCE
    assert driver.wake(1.5) == b"\x10\x04\x01"
    assert look(1.6) == b""
    assert driver.take() == [Printed("000813")]
    assert driver.wake_at == 31.6


def test_a_look_begun_before_the_end_does_not_prove_it() -> None:
    bench = ready()
    bench.far.prints = False
    bench.driver.print(TICKET)
    bench.run(0.0)
    assert bench.driver.wake(bench.now + 1.0) == b"\x10\x04\x01"
    bench.driver.receive(b"\x12", bench.now + 1.0)
    bench.driver.receive(b"\x12", bench.now + 1.0)
    bench.driver.receive(PROCESSED + b"\x12", bench.now + 1.0)
    assert bench.driver.receive(b"\x12", bench.now + 1.0) == b"\x10\x04\x01"
    assert bench.driver.take() == []
    bench.carry(b"\x10\x04\x01")
    assert bench.said[-1][1] == Printed("000813")


def test_tickets_one_after_the_other() -> None:
    bench = ready()
    for number in range(20):
        bench.driver.print(Ticket(str(number), (TicketLine("x"), TicketCode("abc"))))
        assert bench.run(2.0) == [Printed(str(number))]
    assert CLEAR not in bench.far.got


def test_a_second_ticket_must_wait_and_does_not_disturb_the_first() -> None:
    bench = ready()
    bench.driver.print(TICKET)
    with pytest.raises(ValueError, match="ticket 000814 must wait: 000813"):
        bench.driver.print(NEXT)
    assert bench.run(5.0) == [Printed("000813")]


def test_a_ticket_that_cannot_be_encoded_is_refused_before_anything_starts() -> None:
    bench = ready()
    with pytest.raises(ValueError, match="ticket 7"):
        bench.driver.print(Ticket("7", (TicketCode(""),)))
    bench.driver.print(TICKET)
    assert bench.run(0.0) == [Printed("000813")]


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_a_printer_that_cannot_print_is_sent_nothing(state: PrinterState, answers: bytes) -> None:
    bench = ready(Far(answers))
    bench.driver.print(TICKET)
    assert bench.run(30.0) == [NotPrinted("000813", state)]
    assert bench.far.got == []


def test_a_printer_found_unable_only_when_asked_is_sent_nothing() -> None:
    bench = ready()
    bench.far.status = UNABLE[PrinterState.OUT]
    bench.driver.print(TICKET)
    assert bench.run(0.0) == [PrinterIs(PrinterState.OUT), NotPrinted("000813", PrinterState.OUT)]
    assert bench.far.got == []


def test_a_silent_printer_is_sent_nothing() -> None:
    bench = Bench(Far(status=b""))
    bench.driver.print(TICKET)
    assert bench.run(30.0) == [PrinterIs(PrinterState.SILENT), NotPrinted("000813", PrinterState.SILENT)]
    assert bench.said[-1][0] == 1003.0
    assert bench.far.got == []


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_trouble_while_printing_ends_it_within_a_second_and_clears(state: PrinterState, answers: bytes) -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.far.status = answers
    assert bench.run(0.5) == [PrinterIs(state), NotPrinted("000813", state)]
    assert bench.far.got == [TICKET_BYTES, CLEAR]
    assert bench.run(100.0) == []
    assert bench.far.got == [TICKET_BYTES, CLEAR]
    bench.far.status = FINE
    assert bench.run(100.0) == [PrinterIs(PrinterState.OK)]
    assert bench.far.got == [TICKET_BYTES, CLEAR, CUT_OFF]


@pytest.mark.parametrize(("state", "answers"), UNABLE.items())
def test_trouble_right_after_the_last_byte_is_not_printed(state: PrinterState, answers: bytes) -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.far.status = answers
    bench.carry(bench.driver.receive(PROCESSED, bench.now))
    assert bench.run(0.0) == [PrinterIs(state), NotPrinted("000813", state)]
    assert bench.far.got == [TICKET_BYTES, CLEAR]


def test_silence_while_printing_ends_it_and_clears_now_and_on_return() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.far.status = b""
    start = bench.now
    assert bench.run(10.0) == [PrinterIs(PrinterState.SILENT), NotPrinted("000813", PrinterState.SILENT)]
    assert bench.said[-1][0] == start + 3.5
    assert bench.far.got == [TICKET_BYTES, CLEAR]
    bench.far.status = FINE
    assert bench.run(30.0) == [PrinterIs(PrinterState.OK)]
    assert bench.far.got == [TICKET_BYTES, CLEAR, CLEAR]
    assert bench.run(100.0) == []
    assert bench.far.got == [TICKET_BYTES, CLEAR, CLEAR, CUT_OFF]


def test_what_is_left_is_remembered_through_a_ticket_that_was_never_sent() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.far.status = b""
    bench.run(10.0)
    bench.driver.print(NEXT)
    assert bench.run(10.0) == [NotPrinted("000814", PrinterState.SILENT)]
    bench.far.status, bench.far.prints, bench.far.got = FINE, True, []
    bench.driver.print(TICKET)
    assert bench.run(5.0) == [PrinterIs(PrinterState.OK), Printed("000813")]
    assert bench.far.got == [CLEAR, CUT_OFF + TICKET_BYTES]


def test_a_healthy_printer_that_keeps_the_ticket_is_given_twenty_seconds() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    start = bench.now
    assert bench.run(60.0) == [NotPrinted("000813", PrinterState.OFFLINE)]
    assert bench.said[-1][0] == start + 20.0
    assert bench.far.got == [TICKET_BYTES, CLEAR, CUT_OFF]


def test_the_next_ticket_waits_until_the_rest_of_the_last_is_cleared() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.far.status = UNABLE[PrinterState.OUT]
    bench.far.knows_clear = False
    bench.run(0.5)
    bench.far.status, bench.far.prints = FINE, True
    bench.driver.print(NEXT)
    bench.run(0.5)
    assert bench.far.got == [TICKET_BYTES, CLEAR]
    assert bench.driver.receive(CLEARED[:1], bench.now) == b""
    assert bench.driver.receive(CLEARED[1:2], bench.now) == b""
    bench.carry(bench.driver.receive(CLEARED[2:], bench.now))
    bench.run(0.0)
    assert bench.far.got == [TICKET_BYTES, CLEAR, CUT_OFF + NEXT_BYTES]
    assert bench.said[-1][1] == Printed("000814")


def test_a_printer_that_does_not_know_the_clear_command_still_prints_the_next_ticket() -> None:
    bench = ready(Far(prints=False, knows_clear=False))
    bench.driver.print(TICKET)
    bench.run(25.0)
    bench.far.prints = True
    bench.driver.print(NEXT)
    assert bench.run(5.0) == [Printed("000814")]
    assert bench.far.got == [TICKET_BYTES, CLEAR, CUT_OFF + NEXT_BYTES]


def test_the_look_that_would_have_proved_one_ticket_does_not_prove_the_next() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.0)
    bench.driver.receive(PROCESSED, bench.now)
    bench.far.status = b"\x12"  # answers DLE EOT 1 only: every second look begins and is void
    bench.now += 19.5
    bench.carry(bench.driver.wake(bench.now))
    bench.now += 0.5
    assert bench.driver.wake(bench.now) == b""
    assert bench.driver.take() == [NotPrinted("000813", PrinterState.OFFLINE)]
    bench.far.status, bench.far.got = FINE, []
    bench.driver.print(NEXT)
    for _ in range(3):
        bench.carry(bench.driver.receive(b"\x12", bench.now))
    assert Printed("000814") not in [event for _, event in bench.said]
    assert bench.far.got == [CLEAR, CUT_OFF + NEXT_BYTES]


def test_a_loop_that_comes_late_finds_everything_due_at_once() -> None:
    bench = ready(Far(prints=False, knows_clear=False))
    bench.driver.print(TICKET)
    bench.run(19.5)
    bench.driver.look()
    assert bench.driver.wake(bench.now) == b"\x10\x04\x01"
    bench.driver.wake(bench.now + 0.5)  # twenty seconds: given up while a look is under way
    bench.driver.print(NEXT)
    bench.driver.wake(bench.now + 0.5)
    bench.now += 20.0
    bench.carry(b"\x10\x04\x01")  # the answers, after a long pause
    assert bench.far.got == [TICKET_BYTES, CLEAR]
    bench.now += 1.0
    assert bench.driver.wake(bench.now) == b"\x10\x04\x01"  # late for the clear response, the second ticket and a look
    assert bench.driver.take() == [NotPrinted("000814", PrinterState.OFFLINE)]
    assert bench.driver.wake_at > bench.now


def test_an_answer_from_before_the_ticket_was_sent_proves_nothing() -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    assert bench.driver.receive(PROCESSED, bench.now) == b""
    assert bench.driver.wake(bench.now) == b"\x10\x04\x01"
    assert bench.driver.receive(PROCESSED + b"\x12", bench.now) == b"\x10\x04\x02"
    bench.carry(b"\x10\x04\x02")
    bench.run(15.0)
    assert [event for _, event in bench.said] == [PrinterIs(PrinterState.OK)]
    assert bench.far.got == [TICKET_BYTES]


@pytest.mark.parametrize("noise", ["11", "13", "12", "1e", "7e", "ff", "10", "01", "80", "37", "37 25", "37 25 00"])
def test_what_is_not_the_answer_to_gs_r_does_not_prove_a_ticket(noise: str) -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    assert bench.driver.receive(bytes.fromhex(noise), bench.now) == b""
    assert bench.run(10.0) == []


@pytest.mark.parametrize("paper", ["00", "03", "0c", "0f"])
def test_paper_status_of_any_kind_is_the_answer_to_gs_r(paper: str) -> None:
    bench = ready(Far(prints=False))
    bench.driver.print(TICKET)
    bench.run(0.5)
    bench.carry(bench.driver.receive(bytes.fromhex(paper), bench.now))
    assert bench.run(0.0) == [Printed("000813")]


# --- laws ---------------------------------------------------------------------------------------------------------

ANSWERS = st.sampled_from([b"\x12", b"\x1a", b"\x16", b"\x1e", b"\x7e", b"\x00", b"\x03", CLEARED, b"\x37", b"\x25", b"\x11"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["wake", "due", "print", "look"]) | ANSWERS | st.binary(max_size=12),
        st.sampled_from([0.0, 0.01, 0.4, 1.0, 5.0, 40.0]) | st.floats(0, 100),
    ),
    max_size=60,
)


@given(STEPS)
def test_law_nothing_on_the_wire_breaks_it_and_every_ticket_ends_once(steps: list[tuple[str | bytes, float]]) -> None:
    driver, now = EscPosPrinter(32, leftover=False), 0.0
    asked: list[str] = []
    events: list[DeviceEvent] = []

    def wake() -> None:
        driver.wake(now)
        assert driver.wake_at > now

    for step, wait in steps:
        if step == "print":
            if len(asked) == len(endings(events)):
                asked.append(str(len(asked)))
                driver.print(Ticket(asked[-1], (TicketLine("x"),)))
        elif step == "look":
            driver.look()
        elif step == "due" and driver.wake_at != NEVER:
            now = max(now, driver.wake_at)
            wake()
        elif isinstance(step, bytes):
            driver.receive(step, now)
        else:
            now += wait
            wake()
        events += driver.take()
        assert endings(events) in (asked, asked[:-1])
    wake()
    now += 20.0
    wake()
    events += driver.take()
    assert endings(events) == asked


@given(STEPS)
def test_law_a_state_is_told_only_when_it_changes(steps: list[tuple[str | bytes, float]]) -> None:
    driver, now = EscPosPrinter(32, leftover=False), 0.0
    states: list[PrinterState] = []
    for step, wait in steps:
        now += wait
        if isinstance(step, bytes):
            driver.receive(step, now)
        driver.wake(now)
        states += [event.state for event in driver.take() if isinstance(event, PrinterIs)]
    assert all(a is not b for a, b in pairwise(states))


Fault = Callable[[Far], None]


def mute(far: Far) -> None:
    far.status = b""


def out(far: Far) -> None:
    far.status = UNABLE[PrinterState.OUT]


def jam(far: Far) -> None:
    far.prints, far.status = False, UNABLE[PrinterState.OFFLINE]


def stall(far: Far) -> None:
    far.prints = False


def mend(far: Far) -> None:
    far.prints, far.status = True, FINE


@given(st.lists(st.tuples(st.sampled_from([mute, out, jam, stall, mend]), st.floats(0, 40)), max_size=8))
def test_law_no_ticket_follows_a_failed_one_uncleared_and_a_mended_printer_prints(faults: list[tuple[Fault, float]]) -> None:
    bench = ready()
    for number, (fault, wait) in enumerate([*faults, (mend, 100.0), (mend, 100.0)]):
        bench.driver.print(Ticket(str(number), (TicketLine(f"no{number}"),)))
        bench.run(min(wait, 0.9))
        fault(bench.far)
        bench.run(60.0)
    events = [event for _, event in bench.said]
    assert endings(events) == [str(number) for number in range(len(faults) + 2)]
    assert bench.said[-1][1] == Printed(str(len(faults) + 1))
    failed = {event.number for event in events if isinstance(event, NotPrinted)}
    buffer = slot = ""  # whose ticket, of those that failed
    for data in bench.far.obeyed:
        if data == CLEAR:
            buffer = ""
            continue
        assert buffer == "", "something was sent on top of a failed ticket"
        slot = "" if data.startswith(CUT_OFF) else slot
        if data != CUT_OFF:
            assert slot == "", "a ticket was printed under a failed one"
            sent = data.split(b"no")[1].split(b"\n")[0].decode()
            buffer = slot = sent if sent in failed else ""


def endings(events: list[DeviceEvent]) -> list[str]:
    return [event.number for event in events if isinstance(event, Printed | NotPrinted)]


def test_what_a_power_cut_left_in_the_printer_is_thrown_away_before_the_first_ticket() -> None:
    bench = Bench(driver=EscPosPrinter(42))
    bench.run(0.0)
    assert bench.far.got == [CLEAR]
    bench.driver.print(TICKET)
    bench.run(5.0)
    assert bench.far.got == [CLEAR, CUT_OFF + TICKET_BYTES]


def test_nothing_is_cut_while_the_printer_cannot_print_at_the_start() -> None:
    bench = Bench(Far(UNABLE[PrinterState.COVER_OPEN]), EscPosPrinter(42))
    bench.run(100.0)
    assert CUT_OFF not in bench.far.got
    bench.far.status = FINE
    bench.run(60.0)
    assert bench.far.got[-1] == CUT_OFF
