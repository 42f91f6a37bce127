"""Simulated Caisse-AP terminal: what it says on the wire, in which order, and when money moves."""

from __future__ import annotations

import pytest

from hal.ports import NEVER, Instant
from simulator.devices.caisse_ap_terminal import CARDS, CaisseApDevice

REQUEST = b"CZ0040300CJ012481853519101CA00201CB003240CD0010CE003978BF0010"
ECHO = b"CZ0040300CJ012481853519101CA00201CB012000000000240CD0010CE003978BF0010"
CARD = b"AC006000001AA016497511######1234AB0042812AI014A0000000421010"


def asked() -> CaisseApDevice:
    """A till has connected and asked for 2,40 euros, at instant 0."""
    device = CaisseApDevice()
    assert device.listens
    device.connected()
    assert device.receive(REQUEST, 0.0) == b""
    assert device.core.display == ("INSEREZ CARTE", "2,40 EUR")
    assert not device.hangs_up
    return device


def wait_for_answer(device: CaisseApDevice, until: Instant = 400.0) -> bytes:
    said = b""
    while (now := device.wake_at) <= until:
        said += device.wake(now)
    return said


def debits(device: CaisseApDevice) -> list[tuple[str, int]]:
    return [(debit.reference, debit.cents) for debit in device.core.ledger]


def test_a_payment_is_debited_answered_and_hung_up() -> None:
    device = asked()
    assert device.core.present("approved", 1.0)
    assert wait_for_answer(device) == ECHO + b"AE00210CC003001CI0011" + CARD
    assert device.hangs_up
    assert debits(device) == [(device.carried("31PA0100SD"), 240)]
    assert device.wake_at == NEVER
    device.connected()
    assert not device.hangs_up


def test_a_contactless_card_is_told_as_one() -> None:
    device = asked()
    device.core.present("contactless", 1.0)
    assert b"CC00300BCI0012" in wait_for_answer(device)


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("declined", b"AE00201AF00204"),
        ("wrong_pin", b"AE00201AF00204"),
        ("removed", b"AE00201AF00207"),
        ("cancelled", b"AE00201AF00206"),
        ("unverified", b"AE00211"),
    ],
)
def test_the_other_cards(card: str, answer: bytes) -> None:
    device = asked()
    device.core.present(card, 1.0)
    assert wait_for_answer(device) == ECHO + answer
    assert bool(debits(device)) is (card == "unverified")


def test_no_card_is_an_input_time_out_and_a_mute_one_is_never_answered() -> None:
    assert wait_for_answer(asked()) == ECHO + b"AE00201AF00208"
    device = asked()
    device.core.present("mute", 1.0)
    assert wait_for_answer(device) == b""
    assert not device.hangs_up
    assert not debits(device)
    assert "yes_after_no" not in CARDS


@pytest.mark.parametrize(
    ("request_", "report"),
    [
        (REQUEST.replace(b"CD0010", b"CD0011"), b"12"),
        (REQUEST.replace(b"CE003978", b"CE003840"), b"13"),
        (REQUEST.replace(b"CB003240", b"CB0015"), b"09"),
        (REQUEST.replace(b"CB003240", b"CB003x40"), b"09"),
        (REQUEST.replace(b"CB003240", b"CB003000"), b"12"),
        (REQUEST[9:], b"09"),
        (b"GET / HTTP/1.1\r\n\r\n", b"09"),
    ],
)
def test_what_cannot_be_paid_is_refused_without_a_card(request_: bytes, report: bytes) -> None:
    device = CaisseApDevice()
    device.connected()
    assert device.receive(request_, 0.0).endswith(b"AE00201AF002" + report)
    assert device.hangs_up
    assert device.core.display == ("BONJOUR", "")


def test_a_request_cut_anywhere_is_the_same_request() -> None:
    for cut in range(1, len(REQUEST)):
        device = CaisseApDevice()
        device.connected()
        assert device.receive(REQUEST[:cut], 0.0) == b""
        device.receive(REQUEST[cut:], 0.1)
        assert device.core.busy


def test_a_payment_goes_on_without_its_connection_and_nobody_is_let_in() -> None:
    device = asked()
    device.core.present("approved", 1.0)
    device.disconnected()
    assert not device.listens
    assert wait_for_answer(device) == b""
    assert device.listens
    assert len(debits(device)) == 1


def test_a_second_request_on_a_connection_is_not_heard() -> None:
    device = asked()
    device.core.present("approved", 1.0)
    assert device.receive(REQUEST, 2.0) == b""
    assert len(debits(device)) == 0
    wait_for_answer(device)
    assert len(debits(device)) == 1


def answer_with(fault: str) -> tuple[CaisseApDevice, bytes]:
    device = CaisseApDevice()
    device.fault(fault, True)
    device.connected()
    said = device.receive(REQUEST, 0.0)
    device.core.present("approved", 1.0)
    return device, said + wait_for_answer(device)


def test_faults() -> None:
    device, said = answer_with("hangs_up")
    assert device.hangs_up
    assert len(debits(device)) == 1
    _, said = answer_with("half")
    assert 0 < len(said) < len(ECHO + b"AE00210")
    _, said = answer_with("other_reference")
    assert b"CA00277" in said
    device, said = answer_with("format")
    assert said.endswith(b"AE00201AF00209")
    assert not debits(device)
    device, said = answer_with("ten_times")
    assert b"CB012000000002400" in said
    assert debits(device)[0][1] == 2400
    device, said = answer_with("mute_after_card")
    assert said == b""
    assert len(debits(device)) == 1
    device, said = answer_with("mute")
    assert said == b""
    assert not debits(device)
    device = CaisseApDevice()
    device.fault("off", True)
    assert not device.listens


def test_a_fault_that_it_cannot_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault 'nak'"):
        CaisseApDevice().fault("nak", True)
