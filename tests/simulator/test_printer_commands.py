"""The simulated printer's commands: unknown ones, garbage, and streams cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.devices.printer import FAULTS, PrinterDevice
from tests.simulator.paper_strip import FEED_AND_CUT, INIT, PAGE_1252, QR_HELLO, run

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
