"""Defects planted in hal/board/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a contact on a pin that has another job is accepted",
        "hal/board/header_pins.py",
        'for name, contact in (("door", board.door), ("mains", board.mains)):\n        if isinstance(contact, ContactWiring):\n            yield f"{name}.pin", contact.pin',
        'for name, contact in (("door", board.door),):\n        if isinstance(contact, ContactWiring):\n            yield f"{name}.pin", contact.pin',
        "tests/hal/test_board.py::test_mistake_is_named",
    ),
    Defect(
        "the clock's I2C pins may be given to a driver",
        "hal/board/header_pins.py",
        "    if board.clock:\n        yield from",
        "    if not board.clock:\n        yield from",
        "tests/hal/test_board.py::test_every_line_of_the_header_has_one_job",
    ),
    Defect(
        "a port that one of the computers has not is accepted",
        "hal/board/header_pins.py",
        "if line.port.startswith(KERNEL_PORTS) and line.port not in ports:",
        "if line.port.startswith(KERNEL_PORTS) and not ports:",
        "tests/hal/test_board.py::test_mistake_is_named",
    ),
    Defect(
        "parity is asked of a mini UART",
        "hal/board/header_pins.py",
        'if ports.get(line.port) == MINI and line.parity != "N":',
        'if ports.get(line.port) == MINI and line.parity == "O":',
        "tests/hal/test_board.py::test_a_mini_uart_has_no_parity",
    ),
    Defect(
        "any certificate passes for the terminal's",
        "hal/board/open_devices.py",
        "        tls.check_hostname = False\n",
        "        tls.check_hostname = False\n        tls.verify_mode = ssl.CERT_NONE\n",
        "tests/hal/test_open_card.py::test_with_a_certificate_the_link_is_that_terminals_and_no_others",
    ),
)
