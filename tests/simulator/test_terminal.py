"""The simulated card terminal: probes, payments by every card, refusals."""

from __future__ import annotations

import re

import pytest

from hal.ports import NEVER
from simulator.devices.terminal import ConcertDevice
from tests.simulator.till import ACCEPTED, ACK, ENQ, EOT, LONG, MANUAL_EXAMPLE, REFUSED, SHORT, ask, sleep_until


def test_probe() -> None:
    device = ConcertDevice()
    assert device.receive(ENQ, 0.0) == ACK
    assert device.receive(EOT, 0.1) == b""
    assert sleep_until(device, 10.0) == b""
    assert device.receive(ENQ, 10.0) == ACK


def test_accepted_short_answer_byte_for_byte() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.core.display == ("INSEREZ CARTE", "2,40 EUR")
    assert device.core.present("approved", 5.0)
    assert device.core.display[0] == "CODE ?"
    assert sleep_until(device, 8.4) == b""
    assert device.core.display[0] == "PATIENTEZ"
    assert sleep_until(device, 8.5) == ENQ
    assert device.core.display == ("PAIEMENT ACCEPTE", "2,40 EUR")
    assert [(debit.reference, debit.cents, debit.at) for debit in device.core.ledger] == [("REF0000001", 240, 8.5)]
    assert device.receive(ACK, 8.6) == ACCEPTED
    assert device.core.acknowledged == set()
    assert device.receive(ACK, 8.7) == EOT
    assert device.core.acknowledged == {"REF0000001"}
    assert sleep_until(device, 20.0) == b""
    assert device.core.display == ("BONJOUR", "")


def test_long_answer_has_eighty_characters_and_no_card_number() -> None:
    device = ConcertDevice()
    ask(device, LONG)
    device.core.present("contactless", 0.0)
    assert sleep_until(device, 0.8) == ENQ
    answer = device.receive(ACK, 1.0)
    assert (answer[:1], answer[-2:]) == (b"\x02", b"\x03\x64")
    body = answer[1:-2]
    assert len(body) == 80
    assert body[:12] == b"010000002401"
    assert body[67:] == b"978REF0000001"
    assert not re.search(rb"\d{8,}", body[12:67])


def test_manual_example_is_taken() -> None:
    device = ConcertDevice()
    ask(device, MANUAL_EXAMPLE)
    assert device.core.display == ("INSEREZ CARTE", "2,40 EUR")


@pytest.mark.parametrize(
    ("card", "seconds", "debited"),
    [
        ("approved", 3.5, True),
        ("contactless", 0.8, True),
        ("declined", 3.7, False),
        ("wrong_pin", 8.2, False),
        ("removed", 2.2, False),
        ("cancelled", 0.5, False),
        ("late", 150.0, True),
    ],
)
def test_each_card(card: str, seconds: float, debited: bool) -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.core.present(card, 0.0)
    assert sleep_until(device, seconds - 0.01) == b""
    assert device.core.ledger == []
    assert sleep_until(device, seconds + 0.01) == ENQ
    assert device.receive(ACK, seconds + 0.02) == (ACCEPTED if debited else REFUSED)
    assert len(device.core.ledger) == debited


def test_mute_card_never_answers_nor_debits() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.core.present("mute", 0.0)
    assert sleep_until(device, 1000.0) == b""
    assert device.core.ledger == []
    assert device.receive(ENQ, 1000.0) == ACK


def test_no_card_in_thirty_seconds() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert sleep_until(device, 29.9) == b""
    assert sleep_until(device, 30.5) == ENQ
    assert device.receive(ACK, 31.0) == REFUSED


def test_card_without_request_is_ignored() -> None:
    device = ConcertDevice()
    assert not device.core.present("approved", 0.0)
    assert device.wake_at == NEVER


def test_a_card_is_taken_once() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.core.present("approved", 0.0)
    assert not device.core.present("approved", 0.1)
