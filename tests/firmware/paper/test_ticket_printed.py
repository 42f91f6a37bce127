"""Tickets as they come out of the printer, on both widths of paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.paper.receipt_signing import sign_receipt
from firmware.paper.ticket import ticket
from hal.key_file import create_key_file
from hal.ports import NEVER
from hal.wire.escpos import encode
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
@pytest.mark.parametrize("language", ["fr", "en"])
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
