"""The simulated printer's paper: pace, paper end, power cuts, and the picture of a ticket."""

from __future__ import annotations

import pytest

from hal.ports import NEVER
from simulator.devices.printer import PrinterDevice
from tests.simulator.paper_strip import FEED_AND_CUT, PAGE_1252, printed, run, status

# --- time ---


def test_it_slides_out_line_by_line() -> None:
    device = PrinterDevice(millimetres_a_second=75.0)
    device.receive(b"a\nb\nc\n", 10.0)
    lengths = []
    while device.wake_at < NEVER:
        lengths.append((round(device.wake_at, 3), device.current.millimetres))
        device.wake(device.wake_at)
    assert lengths == [(10.05, 12.0), (10.1, 15.75), (10.15, 19.5)]
    assert device.current.millimetres == 23.25


def test_the_same_ticket_takes_the_same_time_however_late_it_is_woken() -> None:
    punctual, lazy = PrinterDevice(), PrinterDevice()
    for device in (punctual, lazy):
        device.receive(b"a\nb\nc\nd\n", 0.0)
    run(punctual, 0.1)
    lazy.wake(0.1)
    assert (punctual.current, punctual.wake_at) == (lazy.current, lazy.wake_at)


def test_slow() -> None:
    device = PrinterDevice(millimetres_a_second=75.0)
    device.fault("slow", True)
    device.wake(0.0)
    device.receive(b"a\n", 0.0)
    assert device.wake_at == 0.25


def test_what_the_receive_buffer_cannot_hold_is_lost() -> None:
    device = PrinterDevice()
    device.fault("cover_open", True)
    device.receive(b"a" * 5000, 0.0)
    assert device.lost == 904
    assert device.receive(b"\x10\x04\x01", 0.0) == b"\x1a"


# --- paper ---


def test_paper_ends_in_mid_ticket_and_the_rest_waits_for_the_new_roll() -> None:
    device = PrinterDevice()
    device.fault("paper_out_mid", True)
    device.receive(b"".join(b"ligne %d\n" % n for n in range(8)) + FEED_AND_CUT, 0.0)
    run(device, 10.0)
    assert device.current.lines == ("ligne 0", "ligne 1", "ligne 2", "ligne 3", "ligne 4")
    assert device.tickets == []
    assert status(device, 10.0) == "1a 32 12 7e"
    device.fault("paper_out_mid", False)
    run(device, 20.0)
    torn, rest = device.tickets
    assert (torn.cut, torn.text) == (False, "ligne 0\nligne 1\nligne 2\nligne 3\nligne 4\n")
    assert (rest.cut, rest.text) == (True, "ligne 5\nligne 6\nligne 7\n")


@pytest.mark.parametrize("fault", ["cover_open", "jam", "paper_out"])
def test_a_stop_keeps_the_ticket_and_goes_on_after(fault: str) -> None:
    device = PrinterDevice()
    device.receive(b"a\nb\nc\n" + FEED_AND_CUT, 0.0)
    device.fault(fault, True)
    run(device, 5.0)
    assert device.current.lines == ("a",)
    device.fault(fault, False)
    run(device, 10.0)
    assert "".join(ticket.text for ticket in device.tickets) == "a\nb\nc\n"


def test_the_roll_runs_down_by_itself() -> None:
    device = PrinterDevice()
    device.paper_left_mm = 3_003.0
    assert status(device) == "12 12 12 12"
    device.receive(b"\n", 0.0)
    run(device, 1.0)
    assert status(device, 1.0) == "12 12 12 1e"


def test_mute_neither_answers_nor_prints() -> None:
    device = PrinterDevice()
    device.fault("mute", True)
    device.receive(b"a\n" + FEED_AND_CUT, 0.0)
    assert run(device, 10.0) == b""
    assert device.tickets == []


def test_power_cut_forgets_buffers_and_keeps_what_is_printed() -> None:
    device = PrinterDevice()
    device.receive(PAGE_1252 + b"a\nb\nc\n", 0.0)
    run(device, 0.05)
    device.power_cut()
    assert run(device, 10.0) == b""
    assert device.current.lines == ("a",)


# --- the picture ---


def test_picture_is_as_wide_as_the_paper() -> None:
    assert printed(b"a\n").picture().width == 464
    assert printed(b"a\n", dots=576).picture().width == 640


def test_picture_height_is_the_length_of_the_paper() -> None:
    ticket = printed(b"a\n" * 10)
    assert ticket.picture().height == ticket.millimetres * 8 + 16


def test_ink_is_where_the_text_is() -> None:
    def ink(data: bytes) -> tuple[int, int, int, int]:
        picture = printed(data).picture().point(lambda grey: 255 if grey < 120 else 0)
        box = picture.getbbox()
        assert box is not None
        return box

    left, right = ink(b"HH\n"), ink(b"\x1ba\x02HH\n")
    assert 40 <= left[0] < left[2] <= 40 + 24
    assert 464 - 40 - 24 <= right[0] < right[2] <= 464 - 40
    double = ink(b"\x1d!\x11HH\n")
    assert double[2] - double[0] >= 1.9 * (left[2] - left[0])
    assert double[3] - double[1] >= 1.9 * (left[3] - left[1])
