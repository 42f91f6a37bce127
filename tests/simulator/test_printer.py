"""The simulated printer against bytes typed from Epson's ESC/POS reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import AT_ONCE, NEVER
from simulator.devices.paper import CodeRow, PrintedTicket, Style, TextRow
from simulator.devices.printer import FAULTS, PrinterDevice

INIT, PAGE_1252 = b"\x1b@", b"\x1bt\x10"
FEED_AND_CUT = b"\x1dVB\x00"
QR_HELLO = (
    b"\x1d(k\x04\x001A2\x00"  # 165: model 2
    b"\x1d(k\x03\x001C\x04"  # 167: module of 4 dots
    b"\x1d(k\x03\x001E1"  # 169: level M
    b"\x1d(k\x08\x001P0HELLO"  # 180: store
    b"\x1d(k\x03\x001Q0"  # 181: print
)


def run(device: PrinterDevice, until: float) -> bytes:
    """Wake it whenever it asks, until then."""
    out = b""
    while device.wake_at <= until:
        out += device.wake(max(device.wake_at, 0.0))
    return out


def printed(data: bytes, *, dots: int = 384) -> PrintedTicket:
    device = PrinterDevice(dots=dots)
    assert device.receive(data + FEED_AND_CUT, 0.0) == b""
    run(device, 60.0)
    assert device.unknown == []
    assert len(device.tickets) == 1
    return device.tickets[0]


def status(device: PrinterDevice, now: float = 0.0) -> str:
    return " ".join(f"{device.receive(bytes([0x10, 0x04, n]), now).hex()}" for n in (1, 2, 3, 4))


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


# --- what is not understood ---


@pytest.mark.parametrize(
    ("data", "unknown"),
    [
        (b"\x1bZ", b"\x1bZ"),
        (b"\x1bt\xff", b"\x1bt\xff"),
        (b"\x1ba\x07", b"\x1ba\x07"),
        (b"\x1dV\x07", b"\x1dV\x07"),
        (b"\x1d(k\x03\x001C\x20", b"\x1d(k\x03\x001C\x20"),
        (b"\x1d(A\x02\x0000", b"\x1d(A\x02\x0000"),
        (b"\x07", b"\x07"),
    ],
)
def test_unknown_sequences_are_written_down(data: bytes, unknown: bytes) -> None:
    device = PrinterDevice()
    device.receive(data + b"ok\n", 0.0)
    run(device, 1.0)
    assert device.unknown == [unknown]
    assert device.current.lines == ("ok",)


def test_fault_names() -> None:
    assert all(FAULTS.values())
    with pytest.raises(ValueError, match="paper_out_mid"):
        PrinterDevice().fault("fire", True)


@given(st.lists(st.binary(max_size=80), max_size=20), st.sampled_from(["", *FAULTS]))
def test_garbage_never_raises(chunks: list[bytes], fault: str) -> None:
    device = PrinterDevice()
    if fault:
        device.fault(fault, True)
    for now, chunk in enumerate(chunks):
        device.receive(chunk, float(now))
        device.wake(float(now))
        assert device.wake_at > now
    device.current.picture()


TOKENS = st.sampled_from(
    [
        b"Fin 16:00",
        b"\n",
        INIT,
        PAGE_1252,
        b"\x1ba\x01",
        b"\x1bE\x01",
        b"\x1d!\x11",
        b"\x1b!\x30",
        QR_HELLO,
        b"\x1bd\x02",
        b"\r",
    ]
)


@given(st.lists(TOKENS, max_size=15), st.data())
def test_a_stream_cut_anywhere_prints_the_same_ticket(tokens: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(tokens) + b"end\n" + FEED_AND_CUT
    cut = data.draw(st.integers(0, len(stream)))
    whole, halves = PrinterDevice(), PrinterDevice()
    whole.receive(stream, 0.0)
    halves.receive(stream[:cut], 0.0)
    halves.receive(stream[cut:], 0.0)
    run(whole, 600.0)
    run(halves, 600.0)
    assert whole.tickets[0].lines == halves.tickets[0].lines
    assert whole.tickets[0].data == stream


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
