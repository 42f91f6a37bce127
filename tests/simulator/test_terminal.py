"""The simulated card terminal against frames typed from the Concert protocol."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import NEVER
from simulator.devices.terminal import CARDS, FAULTS, ConcertDevice

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
MANUAL_EXAMPLE = b"\x020100000240110978          A010B010\x03\x01"  # 2.40 EUR, long answer
LONG = b"\x020100000240110978REF0000001A010B010\x03\x61"
SHORT = b"\x020100000240010978REF0000001A010B010\x03\x60"
DOLLARS = b"\x020100000240110840REF0000001A010B010\x03\x6b"
ACCEPTED = b"\x02010000002401978REF0000001\x03\x53"
REFUSED = b"\x02017000002401978REF0000001\x03\x54"


def ask(device: ConcertDevice, frame: bytes, now: float = 0.0) -> None:
    """The till's half of a request, up to the card."""
    assert device.receive(ENQ, now) == ACK
    assert device.receive(frame, now) == ACK
    assert device.receive(EOT, now) == b""


def sleep_until(device: ConcertDevice, instant: float) -> bytes:
    """Wake it whenever it asks, until then."""
    out = b""
    while device.wake_at <= instant:
        out += device.wake(device.wake_at)
    return out


def test_probe() -> None:
    device = ConcertDevice()
    assert device.receive(ENQ, 0.0) == ACK
    assert device.receive(EOT, 0.1) == b""
    assert sleep_until(device, 10.0) == b""
    assert device.receive(ENQ, 10.0) == ACK


def test_accepted_short_answer_byte_for_byte() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.display == ("INSEREZ CARTE", "2,40 EUR")
    assert device.present("approved", 5.0)
    assert device.display[0] == "CODE ?"
    assert sleep_until(device, 8.4) == b""
    assert device.display[0] == "PATIENTEZ"
    assert sleep_until(device, 8.5) == ENQ
    assert device.display == ("PAIEMENT ACCEPTE", "2,40 EUR")
    assert [(debit.reference, debit.cents, debit.at) for debit in device.ledger] == [("REF0000001", 240, 8.5)]
    assert device.receive(ACK, 8.6) == ACCEPTED
    assert device.receive(ACK, 8.7) == EOT
    assert sleep_until(device, 20.0) == b""
    assert device.display == ("BONJOUR", "")


def test_long_answer_has_eighty_characters_and_no_card_number() -> None:
    device = ConcertDevice()
    ask(device, LONG)
    device.present("contactless", 0.0)
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
    assert device.display == ("INSEREZ CARTE", "2,40 EUR")


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
    assert device.present(card, 0.0)
    assert sleep_until(device, seconds - 0.01) == b""
    assert device.ledger == []
    assert sleep_until(device, seconds + 0.01) == ENQ
    assert device.receive(ACK, seconds + 0.02) == (ACCEPTED if debited else REFUSED)
    assert len(device.ledger) == debited


def test_mute_card_never_answers_nor_debits() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.present("mute", 0.0)
    assert sleep_until(device, 1000.0) == b""
    assert device.ledger == []
    assert device.receive(ENQ, 1000.0) == ACK


def test_no_card_in_thirty_seconds() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert sleep_until(device, 29.9) == b""
    assert sleep_until(device, 30.5) == ENQ
    assert device.receive(ACK, 31.0) == REFUSED


def test_card_without_request_is_ignored() -> None:
    device = ConcertDevice()
    assert not device.present("approved", 0.0)
    assert device.wake_at == NEVER


def test_a_card_is_taken_once() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    assert device.present("approved", 0.0)
    assert not device.present("approved", 0.1)


def test_wrong_lrc_is_refused_and_the_repeat_taken() -> None:
    device = ConcertDevice()
    device.receive(ENQ, 0.0)
    assert device.receive(SHORT[:-1] + b"\x61", 0.0) == NAK
    assert device.receive(SHORT, 0.1) == ACK


@pytest.mark.parametrize("frame", [b"\x02\x03\x03", b"\x0201\x03\x02"])
def test_a_whole_frame_that_is_no_request_is_refused(frame: bytes) -> None:
    device = ConcertDevice()
    device.receive(ENQ, 0.0)
    assert device.receive(frame, 0.0) == NAK


def test_lost_acknowledgement_is_given_again() -> None:
    device = ConcertDevice()
    device.receive(ENQ, 0.0)
    assert device.receive(SHORT, 0.0) == ACK
    assert device.receive(SHORT, 1.0) == ACK


def test_request_without_its_end_is_carried_out_all_the_same() -> None:
    device = ConcertDevice()
    device.receive(ENQ, 0.0)
    device.receive(SHORT, 0.0)
    assert sleep_until(device, 3.0) == b""
    assert device.present("contactless", 3.1)


def test_half_a_frame_is_forgotten_after_three_seconds() -> None:
    device = ConcertDevice()
    device.receive(ENQ, 0.0)
    device.receive(SHORT[:20], 0.0)
    assert sleep_until(device, 3.0) == b""
    assert device.receive(SHORT[20:], 3.1) == b""
    assert device.receive(ENQ, 4.0) == ACK
    assert device.receive(SHORT, 4.0) == ACK


def test_currency_it_does_not_know_is_refused() -> None:
    device = ConcertDevice()
    ask(device, DOLLARS)
    assert sleep_until(device, 1.0) == ENQ
    assert device.receive(ACK, 1.0)[:4] == b"\x02017"
    assert device.ledger == []


def test_refused_answer_is_repeated_three_times_in_all() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    device.present("contactless", 0.0)
    assert sleep_until(device, 1.0) == ENQ
    assert device.receive(ACK, 1.0) == ACCEPTED
    assert device.receive(NAK, 1.1) == ACCEPTED
    assert device.receive(NAK, 1.2) == ACCEPTED
    assert device.receive(NAK, 1.3) == EOT


def test_till_that_never_answers_the_call() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    device.present("contactless", 0.0)
    assert sleep_until(device, 100.0) == ENQ + ENQ + ENQ + EOT
    assert len(device.ledger) == 1


def test_garbled_answer_comes_right_the_third_time() -> None:
    device = ConcertDevice()
    device.fault("garble", True)
    ask(device, SHORT)
    device.present("contactless", 0.0)
    sleep_until(device, 1.0)
    first, second = device.receive(ACK, 1.0), device.receive(NAK, 1.1)
    assert first[:-1] == second[:-1] == ACCEPTED[:-1]
    assert ACCEPTED[-1] not in (first[-1], second[-1])
    assert device.receive(NAK, 1.2) == ACCEPTED
    assert device.faults == set()


@pytest.mark.parametrize(
    ("fault", "to_enq", "to_frame", "takes_card"),
    [
        ("mute", b"", b"", False),
        ("busy", NAK, b"", False),
        ("mute_after_enq", ACK, b"", False),
        ("nak", ACK, NAK, False),
        ("mute_after_request", ACK, b"", True),
        ("mute_after_card", ACK, ACK, True),
    ],
)
def test_each_step_it_can_fail_at(fault: str, to_enq: bytes, to_frame: bytes, takes_card: bool) -> None:
    device = ConcertDevice()
    device.fault(fault, True)
    assert device.receive(ENQ, 0.0) == to_enq
    assert device.receive(SHORT, 0.0) == to_frame
    device.receive(EOT, 0.0)
    assert device.present("contactless", 1.0) is takes_card


def test_debit_stands_though_nobody_hears_of_it() -> None:
    device = ConcertDevice()
    device.fault("mute_after_card", True)
    ask(device, SHORT)
    device.present("approved", 0.0)
    assert sleep_until(device, 60.0) == b""
    assert len(device.ledger) == 1
    assert device.receive(ENQ, 60.0) == ACK


def test_unacknowledged_request_is_answered_all_the_same() -> None:
    device = ConcertDevice()
    device.fault("mute_after_request", True)
    device.receive(ENQ, 0.0)
    device.receive(SHORT, 0.0)
    device.present("contactless", 0.0)
    assert sleep_until(device, 1.0) == ENQ
    assert device.receive(ACK, 1.0) == ACCEPTED


def test_slow_is_five_times_as_long() -> None:
    device = ConcertDevice()
    device.fault("slow", True)
    ask(device, SHORT)
    device.present("approved", 0.0)
    assert sleep_until(device, 17.4) == b""
    assert sleep_until(device, 17.6) == ENQ


def test_reversal() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    device.present("contactless", 0.0)
    sleep_until(device, 1.0)
    assert device.reverse("REF0000001")
    assert device.reversals == device.ledger
    assert not device.reverse("REF0000001")


def test_names_are_described_and_others_refused() -> None:
    device = ConcertDevice()
    assert all(CARDS.values())
    assert all(FAULTS.values())
    for name in FAULTS:
        device.fault(name, True)
        device.fault(name, False)
    with pytest.raises(ValueError, match="mute_after_card"):
        device.fault("fire", True)
    with pytest.raises(ValueError, match="contactless"):
        device.present("library", 0.0)


@given(
    st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([ENQ, ACK, NAK, EOT, SHORT, LONG])), max_size=30),
    st.sampled_from(["", *FAULTS]),
)
def test_garbage_never_raises_and_never_debits_without_a_card(chunks: list[bytes], fault: str) -> None:
    device = ConcertDevice()
    if fault:
        device.fault(fault, True)
    for now, chunk in enumerate(chunks):
        device.receive(chunk, float(now))
        sleep_until(device, float(now))
        assert device.wake_at > now
    assert device.ledger == []


@given(st.integers(1, 38))
def test_a_frame_cut_anywhere_is_the_same_frame(cut: int) -> None:
    device = ConcertDevice()
    stream = ENQ + SHORT + EOT
    assert device.receive(stream[:cut], 0.0) + device.receive(stream[cut:], 1.0) == ACK + ACK
    assert device.present("contactless", 2.0)
