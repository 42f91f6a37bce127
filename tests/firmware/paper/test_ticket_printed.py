"""Tickets as they come out of the printer, on both widths of paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from firmware.paper.receipt_signing import sign_receipt
from firmware.paper.ticket import ticket
from hal.key_file import create_key_file
from hal.ports import NEVER, Ticket, TicketCode, TicketLine
from hal.wire.escpos import MODULE_DOTS, encode
from simulator.devices.paper import CodeRow
from simulator.devices.printer import PrinterDevice
from tests.builders import PARIS, ladder
from tests.firmware.paper.tickets import HERE, PLACING, REMINDER, RIGHT, right_of

WIDTHS = {32: 384, 48: 576}
"""Columns of the paper and dots of its head."""


def on_paper(data: bytes, dots: int) -> str:
    """What a printer makes of the bytes."""
    printer = PrinterDevice(dots=dots)
    printer.receive(data, 0.0)
    while printer.wake_at < NEVER:
        printer.wake(printer.wake_at)
    assert printer.unknown == []
    assert printer.lost == 0
    (fallen,) = printer.tickets
    assert fallen.cut
    return str(fallen.text)


# --- on paper -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Ed25519PrivateKey:
    return create_key_file(tmp_path_factory.mktemp("key") / "station.key")


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_ticket_on_paper(signing_key: Ed25519PrivateKey, columns: int) -> None:
    code = sign_receipt(RIGHT, signing_key)
    text = on_paper(encode(ticket(RIGHT, HERE, code), columns), WIDTHS[columns])
    for said in ("VILLE DE PARIS", "16:00", "AB-123-CD", "6,00 EUR carte", "06/05/2019 14:29:41", "75011-0042-000813", code):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")
    flowing = " ".join(text.split())
    assert REMINDER in flowing
    assert PLACING in flowing
    assert all(len(line) <= columns for line in text.splitlines() if not line.startswith("[QR"))


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_the_longest_ticket_is_short_enough_for_the_line(signing_key: Ed25519PrivateKey, columns: int, language: str) -> None:
    """Ten wide letters, the longest station's name, six hours of a heavy car over a week-end, in doubt: 1 500 bytes at most."""
    offer = ladder(HERE.tariffs, 1, datetime(2026, 9, 26, 19, 30, tzinfo=PARIS), vehicle="heavy")[23]
    right = right_of(offer, plate="WWWWWWWWWW", reference="WWWWWWWWWW-999999")
    made = ticket(right, replace(HERE, language=language), sign_receipt(right, signing_key), doubtful=True)
    data = encode(made, columns)
    assert len(data) <= 1500
    text = on_paper(data, WIDTHS[columns])
    assert "WWWWWWWWWW-999999" in text
    assert "?" not in text


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("data", ["short", "x" * 504])
def test_a_code_has_four_blank_modules_around_it(columns: int, data: str) -> None:
    """ISO/IEC 18004, 5.3.8: measured on the paper, between lines of text full of ink."""
    ink = TicketLine("█" * columns)
    row, paper = picture_of(encode(Ticket("1", (ink, TicketCode(data), ink)), columns), WIDTHS[columns])
    wanted, size = 4 * MODULE_DOTS, row.width
    left, top = corner(paper, row)
    around = paper.crop((left - wanted, top - wanted, left + size + wanted, top + size + wanted))
    around.paste(255, (wanted, wanted, wanted + size, wanted + size))
    assert ink_in(around) == 0


def picture_of(data: bytes, dots: int) -> tuple[CodeRow, Image.Image]:
    """The code and the whole paper, as a printer prints them."""
    printer = PrinterDevice(dots=dots)
    printer.receive(data, 0.0)
    while printer.wake_at < NEVER:
        printer.wake(printer.wake_at)
    (fallen,) = printer.tickets
    (row,) = (row for row in fallen.rows if isinstance(row, CodeRow))
    return row, fallen.picture()


def ink_in(paper: Image.Image) -> int:
    """Dots that are dark."""
    return sum(paper.histogram()[:128])


def corner(paper: Image.Image, row: CodeRow) -> tuple[int, int]:
    """Where the code's upper left module is: the one place where its whole first finder pattern stands."""
    mark = Image.new("L", (7 * row.module, 7 * row.module), 0)
    mark.paste(255, (row.module, row.module, 6 * row.module, 6 * row.module))
    mark.paste(0, (2 * row.module, 2 * row.module, 5 * row.module, 5 * row.module))
    left = (paper.width - row.width) // 2
    wanted = mark.point(lambda dot: dot > 127, "1").tobytes()
    for top in range(paper.height - row.width):
        found = paper.crop((left, top, left + mark.width, top + mark.height)).point(lambda dot: dot > 127, "1")
        if found.tobytes() == wanted:
            return left, top
    raise AssertionError("no code on the paper")
