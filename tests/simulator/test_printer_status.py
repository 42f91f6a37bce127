"""The simulated printer's status answers."""

from __future__ import annotations

import pytest

from hal.ports import AT_ONCE
from simulator.devices.printer import PrinterDevice
from tests.simulator.paper_strip import FEED_AND_CUT, run, status

# --- DLE EOT ---


@pytest.mark.parametrize(
    ("faults", "answers"),
    [
        ((), "12 12 12 12"),
        (("paper_near_end",), "12 12 12 1e"),
        (("paper_out",), "1a 32 12 7e"),
        (("cover_open",), "1a 16 12 12"),
        (("jam",), "1a 52 1a 12"),
        (("cover_open", "paper_out"), "1a 36 12 7e"),
        (("mute",), "   "),
        (("garble",), "ed ed ed ed"),
        (("slow",), "12 12 12 12"),
    ],
)
def test_status_bytes(faults: tuple[str, ...], answers: str) -> None:
    device = PrinterDevice()
    for fault in faults:
        device.fault(fault, True)
    assert status(device) == answers
    for fault in faults:
        device.fault(fault, False)
    assert status(device) == "12 12 12 12"


def test_status_is_answered_while_printing_and_leaves_no_mark() -> None:
    device = PrinterDevice()
    device.receive(b"un\ndeux\n", 0.0)
    assert device.receive(b"\x10\x04\x01trois\n" + FEED_AND_CUT, 0.001) == b"\x12"
    run(device, 10.0)
    assert device.tickets[0].text == "un\ndeux\ntrois\n"
    assert device.tickets[0].data == b"un\ndeux\ntrois\n" + FEED_AND_CUT


def test_status_request_cut_into_bytes() -> None:
    device = PrinterDevice()
    assert device.receive(b"\x10", 0.0) == b""
    assert device.receive(b"\x04", 0.0) == b""
    assert device.receive(b"\x04", 0.0) == b"\x12"


def test_gs_h_gives_its_characters_back_in_its_turn_and_not_while_offline() -> None:
    device = PrinterDevice()
    assert device.receive(b"ligne\n\x1d(H\x06\x00000042", 0.0) == b""
    assert run(device, 0.046) == b""
    assert run(device, 0.047) == b"\x37\x220042\x00"
    device.fault("jam", True)
    assert device.receive(b"\x1d(H\x06\x00000043", 1.0) + run(device, 2.0) == b""
    assert device.unknown == []


def test_an_older_model_passes_over_gs_h() -> None:
    device = PrinterDevice()
    device.fault("no_echo", True)
    assert device.receive(b"un\x1d(H\x06\x00000042\n\x1dr\x01", 0.0) + run(device, 1.0) == b"\x00"
    assert device.current.text == "un\n"


@pytest.mark.parametrize("wrong", [b"\x1d(H\x06\x001\x300042", b"\x1d(H\x03\x00000", b"\x1d(H\x06\x0000\x00042"])
def test_gs_h_that_is_none_is_refused(wrong: bytes) -> None:
    device = PrinterDevice()
    assert device.receive(wrong, 0.0) + run(device, 1.0) == b""
    assert device.unknown == [wrong]


def test_noise_is_a_nul_for_each_row() -> None:
    device = PrinterDevice()
    device.fault("noise", True)
    assert device.receive(b"un\ndeux\n", 0.0) + run(device, 1.0) == b"\x00\x00"


def test_gs_r_is_answered_in_its_turn_and_not_while_offline() -> None:
    device = PrinterDevice()
    assert device.receive(b"ligne\n\x1dr\x01", 0.0) == b""
    assert run(device, 0.046) == b""
    assert run(device, 0.047) == b"\x00"
    device.fault("cover_open", True)
    assert device.receive(b"\x1dr\x01", 1.0) + run(device, 2.0) == b""
    device.fault("cover_open", False)
    assert device.wake_at == AT_ONCE
    assert device.wake(3.0) == b"\x00"


def test_clear_buffers_answers_37_25_00_and_the_rest_never_prints() -> None:
    device = PrinterDevice()
    device.fault("cover_open", True)
    device.receive(b"vieux ticket\n", 0.0)
    assert device.receive(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", 1.0) == b"\x37\x25\x00"
    device.fault("cover_open", False)
    device.receive(b"neuf\n" + FEED_AND_CUT, 2.0)
    run(device, 10.0)
    assert device.tickets[0].text == "neuf\n"
