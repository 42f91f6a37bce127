"""Laws of the printer driver: every ticket ends once, and none follows a failed one uncleared."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    NEVER,
    DeviceEvent,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Ticket,
    TicketLine,
)
from tests.hal.printer_line import CLEAR, CLEARED, CUT_OFF, FINE, UNABLE, FakePrinter, ready

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


Fault = Callable[[FakePrinter], None]


def mute(far: FakePrinter) -> None:
    far.status = b""


def out(far: FakePrinter) -> None:
    far.status = UNABLE[PrinterState.OUT]


def jam(far: FakePrinter) -> None:
    far.prints, far.status = False, UNABLE[PrinterState.OFFLINE]


def stall(far: FakePrinter) -> None:
    far.prints = False


def mend(far: FakePrinter) -> None:
    far.prints, far.status = True, FINE


@given(st.lists(st.tuples(st.sampled_from([mute, out, jam, stall, mend]), st.floats(0, 40)), max_size=8))
def test_law_no_ticket_follows_a_failed_one_uncleared_and_a_mended_printer_prints(faults: list[tuple[Fault, float]]) -> None:
    line = ready()
    for number, (fault, wait) in enumerate([*faults, (mend, 100.0), (mend, 100.0)]):
        line.driver.print(Ticket(str(number), (TicketLine(f"no{number}"),)))
        line.run(min(wait, 0.9))
        fault(line.far)
        line.run(60.0)
    events = [event for _, event in line.said]
    assert endings(events) == [str(number) for number in range(len(faults) + 2)]
    assert line.said[-1][1] == Printed(str(len(faults) + 1))
    failed = {event.number for event in events if isinstance(event, NotPrinted)}
    buffer = slot = ""  # whose ticket, of those that failed
    for data in line.far.obeyed:
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
