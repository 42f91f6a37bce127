"""Serial ports: what came damaged is dropped, and nothing else."""

from __future__ import annotations

import contextlib
import os
import select
import termios
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from hal.cable import LineErrors, SerialCable

BREAK = b"\xff\x00\x00"


def marked(byte: int) -> bytes:
    """A good byte as the kernel hands it over under PARMRK."""
    return b"\xff\xff" if byte == 0xFF else bytes([byte])


def test_a_break_and_a_damaged_byte_are_dropped_and_the_bytes_around_them_stay() -> None:
    assert LineErrors().without(b"\x12" + BREAK + b"\x1e\xff\x00\x37\x00\xff\xff\x7e") == b"\x12\x1e\x00\xff\x7e"


good = st.integers(0, 255).map(lambda byte: (marked(byte), bytes([byte])))
bad = st.integers(0, 255).map(lambda byte: (b"\xff\x00" + bytes([byte]), b""))


@given(st.lists(good | bad), st.lists(st.integers(1, 5)))
def test_law_where_the_reads_are_cut_changes_nothing(items: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    line, errors = b"".join(raw for raw, _ in items), LineErrors()
    edges = [0, *(edge for edge in accumulate(cuts) if edge < len(line)), len(line)]
    read = b"".join(errors.without(line[start:end]) for start, end in pairwise(edges))
    assert read == b"".join(clean for _, clean in items)


def test_a_port_is_opened_so_that_line_errors_are_marked_and_every_byte_passes() -> None:
    master, slave = os.openpty()
    with contextlib.closing(SerialCable(os.ttyname(slave), 19200)) as cable:
        settings = termios.tcgetattr(cable.fileno())[0]
        assert settings & termios.PARMRK
        assert settings & termios.INPCK
        assert not settings & (termios.IGNPAR | termios.IGNBRK | termios.BRKINT | termios.ISTRIP)
        every = bytes(range(256)) + b"\xff\xff\x00"
        os.write(master, every)
        read = b""
        while len(read) < len(every):
            assert select.select([cable], [], [], 5.0)[0]
            read += cable.read()
        assert read == every
    os.close(master)
    os.close(slave)
