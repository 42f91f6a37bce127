"""Defects planted in hal/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an unsynchronised clock is called synchronised",
        "hal/clock.py",
        "not status & STA_UNSYNC",
        "status >= 0",
        "tests/hal/test_clock.py::test_what_the_kernel_says_of_its_clock",
    ),
    Defect(
        "a contact on a pin that has another job is accepted",
        "hal/board.py",
        'for name, contact in (("door", board.door), ("mains", board.mains)):\n        if isinstance(contact, ContactWiring):\n            yield f"{name}.pin", contact.pin',
        'for name, contact in (("door", board.door),):\n        if isinstance(contact, ContactWiring):\n            yield f"{name}.pin", contact.pin',
        "tests/hal/test_board.py::test_mistake_is_named",
    ),
    Defect(
        "the clock's I2C pins may be given to a driver",
        "hal/board.py",
        "    if board.clock:\n        yield from",
        "    if not board.clock:\n        yield from",
        "tests/hal/test_board.py::test_every_line_of_the_header_has_one_job",
    ),
    Defect(
        "a port that one of the computers has not is accepted",
        "hal/board.py",
        "if line.port.startswith(KERNEL_PORTS) and line.port not in ports:",
        "if line.port.startswith(KERNEL_PORTS) and not ports:",
        "tests/hal/test_board.py::test_mistake_is_named",
    ),
    Defect(
        "parity is asked of a mini UART",
        "hal/board.py",
        'if ports.get(line.port) == MINI and line.parity != "N":',
        'if ports.get(line.port) == MINI and line.parity == "O":',
        "tests/hal/test_board.py::test_a_mini_uart_has_no_parity",
    ),
    Defect(
        "on a Pi 5 the debug connector passes for the header's port",
        "hal/computers.py",
        'ports={"/dev/ttyAMA0": PL011},',
        "ports=_OLD_PORTS,",
        "tests/hal/test_board.py::test_every_computer_says_where_it_is_from_and_what_was_not_seen",
    ),
)
