"""Printer answers decoded from status bytes, however the line cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import PrinterState
from hal.wire.escpos_answers import (
    AutomaticStatus,
    Cleared,
    Echo,
    Processed,
    RealTimeStatus,
    decode_answers,
    printer_state,
)

# --- status -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("12 12 12 12", PrinterState.OK),
        ("16 12 12 12", PrinterState.OK),  # n=1 bit 2: the drawer connector, which a kiosk leaves open
        ("52 12 12 12", PrinterState.OK),  # n=1 bit 6: feed button
        ("12 12 12 1e", PrinterState.NEAR_END),  # n=4 bits 2, 3
        ("1a 32 12 7e", PrinterState.OUT),  # n=1 offline, n=2 bit 5 paper-end stop, n=4 bits 5, 6
        ("12 12 12 72", PrinterState.OUT),  # the end sensor alone
        ("1a 32 12 12", PrinterState.OUT),  # the paper-end stop alone
        ("1a 16 12 12", PrinterState.COVER_OPEN),  # n=2 bit 2
        ("1a 36 12 7e", PrinterState.COVER_OPEN),  # ... and the sensors see no paper
        ("1a 12 12 12", PrinterState.OFFLINE),  # n=1 bit 3, no cause given
        ("1a 1a 12 12", PrinterState.OFFLINE),  # n=2 bit 3: somebody holds the feed button
        ("1a 52 1a 12", PrinterState.OFFLINE),  # n=2 bit 6 error, n=3 bit 3 cutter
        ("12 52 12 12", PrinterState.OFFLINE),  # n=2 bit 6 alone
        ("12 12 1a 12", PrinterState.OFFLINE),  # n=3 bit 3 alone
        ("12 12 32 12", PrinterState.OFFLINE),  # n=3 bit 5: not recoverable
        ("12 12 52 12", PrinterState.OFFLINE),  # n=3 bit 6: head too hot
        ("1a 52 1a 1e", PrinterState.OFFLINE),  # worse than near end
    ],
)
def test_four_answers_are_one_state(answers: str, expected: PrinterState) -> None:
    assert printer_state(*bytes.fromhex(answers)) is expected


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_law_any_four_bytes_are_a_state_but_never_silent(answers: tuple[int, int, int, int]) -> None:
    assert printer_state(*answers) is not PrinterState.SILENT


def test_answers_are_told_apart_by_their_fixed_bits() -> None:
    def one(byte: int) -> object:
        return decode_answers(bytes([byte]))

    for byte in range(256):
        bits = f"{byte:08b}"
        if bits[0] == "0" and bits[3] == "1" and bits[6:] == "10":
            assert one(byte) == ((RealTimeStatus(byte),), b"")
        elif bits[0] == "0" and bits[3] == "0" and bits[4:6] in ("00", "11") and bits[6:] in ("00", "11"):
            assert one(byte) == ((Processed(byte),), b"")
        elif byte == 0x37:
            assert one(byte) == ((), b"\x37")  # perhaps the header of an echo, or of a clear response
        elif bits[0] == "0" and bits[3] == "1" and bits[6:] == "00":
            assert one(byte) == ((), bytes([byte]))  # perhaps the first byte of an automatic status
        else:
            assert one(byte) == ((), b"")


def test_flow_control_is_not_an_answer_even_inside_one() -> None:
    assert decode_answers(b"\x11\x13\x12\x11") == ((RealTimeStatus(0x12),), b"")
    assert decode_answers(b"\x37\x13\x25\x11\x00") == ((Cleared(),), b"")


def test_clear_response_is_one_answer_and_not_a_paper_status() -> None:
    assert decode_answers(b"\x37\x25\x00") == ((Cleared(),), b"")
    assert decode_answers(b"\x12\x37\x25\x00\x00") == ((RealTimeStatus(0x12), Cleared(), Processed(0)), b"")


def test_broken_clear_response_gives_way_to_what_follows() -> None:
    assert decode_answers(b"\x37\x12") == ((RealTimeStatus(0x12),), b"")
    assert decode_answers(b"\x37\x25\x12") == ((RealTimeStatus(0x12),), b"")
    assert decode_answers(b"\x37\x37\x25\x00") == ((Cleared(),), b"")


def test_an_echo_is_one_answer_with_its_characters() -> None:
    assert decode_answers(b"\x37\x220042\x00") == ((Echo("0042"),), b"")
    assert decode_answers(b"\x12\x37\x22 ~09\x00\x03") == ((RealTimeStatus(0x12), Echo(" ~09"), Processed(0x03)), b"")
    assert decode_answers(b"\x37\x22004") == ((), b"\x37\x22004")
    assert Echo("0042") not in decode_answers(b"\x37\x220042\x01")[0]


@pytest.mark.parametrize("first", [0x10, 0x14, 0x18, 0x1C, 0x30, 0x34, 0x50, 0x7C])
@pytest.mark.parametrize("rest", ["00 00 00", "03 0f 60", "0f 00 6f"])
def test_an_automatic_status_is_one_report_and_no_paper_status(first: int, rest: str) -> None:
    report = bytes([first]) + bytes.fromhex(rest)
    assert decode_answers(report) == ((AutomaticStatus(),), b"")
    assert decode_answers(report[:3]) == ((), report[:3])
    assert decode_answers(report + b"\x12") == ((AutomaticStatus(), RealTimeStatus(0x12)), b"")


@given(
    st.lists(
        st.lists(st.sampled_from([0x00, 0x03, 0x0F, 0x10, 0x12, 0x13, 0x1E, 0x22, 0x25, 0x30, 0x37, 0x7E, 0xFF])).map(bytes)
    )
)
def test_law_where_the_line_cuts_the_bytes_changes_nothing(chunks: list[bytes]) -> None:
    collected: list[object] = []
    rest = b""
    for chunk in chunks:
        answers, rest = decode_answers(rest + chunk)
        collected += answers
        assert len(rest) <= 6
    assert (tuple(collected), rest) == decode_answers(b"".join(chunks))
