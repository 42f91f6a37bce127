"""The simulated printer's text, codes and cuts."""

from __future__ import annotations

import pytest

from simulator.devices.paper import CodeRow, Style, TextRow
from simulator.devices.printer import PrinterDevice
from tests.simulator.paper_strip import FEED_AND_CUT, INIT, PAGE_1252, QR_HELLO, printed, run

# --- text ---


def test_initialise_brings_back_code_page_0() -> None:
    assert printed(INIT + PAGE_1252 + b"\xe9 6,00 \x80\n").text == "é 6,00 €\n"
    assert printed(PAGE_1252 + INIT + b"\x82\n").text == "é\n"


@pytest.mark.parametrize(("page", "code"), [(0, b"\x82"), (2, b"\x82"), (16, b"\xe9"), (19, b"\x82")])
def test_code_pages_of_the_manual(page: int, code: bytes) -> None:
    assert printed(b"\x1bt" + bytes([page]) + code + b"\n").text == "é\n"


def test_alignment_is_obeyed_at_the_start_of_a_line_only() -> None:
    ticket = printed(b"\x1ba\x01ab\x1ba\x02\n\x1ba\x02cd\n\x1ba\x00ef\n")
    assert ticket.lines[:3] == (" " * 15 + "ab", " " * 30 + "cd", "ef")


def test_a_full_line_prints_and_goes_on() -> None:
    assert printed(b"x" * 33 + b"\n").lines[:2] == ("x" * 32, "x")
    assert printed(b"x" * 49 + b"\n", dots=576).lines[:2] == ("x" * 48, "x")
    assert printed(b"\x1d!\x11" + b"x" * 17 + b"\n").rows[0].text == "x" * 16


@pytest.mark.parametrize(
    ("command", "style"),
    [
        (b"\x1bE\x01", Style(bold=True)),
        (b"\x1b-\x02", Style(underline=2)),
        (b"\x1bM\x01", Style(small=True)),
        (b"\x1d!\x11", Style(wide=2, high=2)),
        (b"\x1d!\x70", Style(wide=8)),
        (b"\x1b!\x30", Style(wide=2, high=2)),
        (b"\x1b!\x08", Style(bold=True)),
        (b"\x1b!\x81", Style(small=True, underline=1)),
        (b"\x1b \x03", Style(spacing=3)),
        (b"\x1dB\x01", Style(inverse=True)),
        (b"\x1b!\xff\x1b!\x00", Style()),
    ],
)
def test_styles(command: bytes, style: Style) -> None:
    row = printed(command + b"a\n").rows[0]
    assert isinstance(row, TextRow)
    assert row.pieces == (("a", style),)


def test_feeds() -> None:
    rows = printed(b"a\n" + b"\x1b3\x40b\n" + b"\x1b2c\n" + b"\x1d!\x11d\n" + b"\x1bd\x03").rows
    assert [row.feed for row in rows] == [30, 64, 30, 48, 30, 30, 30]


def test_ten_lines_are_37_millimetres_and_a_half_after_the_blade() -> None:
    device = PrinterDevice()
    before = device.paper_left_mm
    device.receive(b"\n" * 10, 0.0)
    run(device, 10.0)
    assert before - device.paper_left_mm == 37.5
    assert device.current.millimetres == 12 + 37.5


# --- codes ---


def test_native_qr() -> None:
    row = printed(b"\x1ba\x01" + QR_HELLO).rows[0]
    assert isinstance(row, CodeRow)
    assert (row.data, row.module, row.align, row.text) == ("HELLO", 4, "centre", "[QR: HELLO]")
    assert len(row.matrix) == 21
    assert row.feed == 84
    assert row.matrix[0][:9] == (True,) * 7 + (False, row.matrix[0][8])


def test_codes_that_cannot_print_print_nothing() -> None:
    assert printed(b"before\n\x1d(k\x03\x001Q0").text == "before\n"
    long = b"x" * 3000
    too_long = b"\x1d(k" + (len(long) + 3).to_bytes(2, "little") + b"1P0" + long
    assert printed(b"before\n" + too_long + b"\x1d(k\x03\x001Q0").text == "before\n"
    wide = b"\x1d(k\x03\x001C\x10" + b"\x1d(k\x43\x001P0" + b"y" * 64
    assert printed(b"before\n" + wide + b"\x1d(k\x03\x001Q0").text == "before\n"


def test_a_blank_stub_is_no_ticket() -> None:
    device = PrinterDevice()
    device.receive(FEED_AND_CUT, 0.0)
    run(device, 60.0)
    assert device.tickets == []


# --- the cutter ---


def test_a_cut_without_feed_goes_through_the_ticket() -> None:
    device = PrinterDevice()
    device.receive(b"un\ndeux\ntrois\nquatre\ncinq\n\x1dV\x00" + b"six\n" + FEED_AND_CUT, 0.0)
    run(device, 10.0)
    assert [ticket.text for ticket in device.tickets] == ["un\n", "deux\ntrois\nquatre\ncinq\nsix\n"]


def test_a_cut_after_six_lines_is_whole() -> None:
    device = PrinterDevice()
    device.receive(b"un\n\x1bd\x06\x1dV\x00", 0.0)
    run(device, 10.0)
    assert device.tickets[0].text == "un\n"
    assert device.tickets[0].cut
