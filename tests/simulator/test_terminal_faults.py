"""The simulated card terminal's line faults: damaged frames, lost acknowledgements, and every fault it can have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.devices.terminal import FAULTS, ConcertDevice
from simulator.devices.terminal_script import CARDS
from tests.simulator.till import ACCEPTED, ACK, DOLLARS, ENQ, EOT, LONG, NAK, SHORT, ask, sleep_until


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
    assert device.core.present("contactless", 3.1)


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
    assert device.core.ledger == []


def test_refused_answer_is_repeated_three_times_in_all() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    device.core.present("contactless", 0.0)
    assert sleep_until(device, 1.0) == ENQ
    assert device.receive(ACK, 1.0) == ACCEPTED
    assert device.receive(NAK, 1.1) == ACCEPTED
    assert device.receive(NAK, 1.2) == ACCEPTED
    assert device.receive(NAK, 1.3) == EOT


def test_till_that_never_answers_the_call() -> None:
    device = ConcertDevice()
    ask(device, SHORT)
    device.core.present("contactless", 0.0)
    assert sleep_until(device, 100.0) == ENQ + ENQ + ENQ + EOT
    assert len(device.core.ledger) == 1


def test_garbled_answer_comes_right_the_third_time() -> None:
    device = ConcertDevice()
    device.fault("garble", True)
    ask(device, SHORT)
    device.core.present("contactless", 0.0)
    sleep_until(device, 1.0)
    first, second = device.receive(ACK, 1.0), device.receive(NAK, 1.1)
    assert first[:-1] == second[:-1] == ACCEPTED[:-1]
    assert ACCEPTED[-1] not in (first[-1], second[-1])
    assert device.receive(NAK, 1.2) == ACCEPTED
    assert device.core.faults == set()


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
    assert device.core.present("contactless", 1.0) is takes_card


def test_debit_stands_though_nobody_hears_of_it() -> None:
    device = ConcertDevice()
    device.fault("mute_after_card", True)
    ask(device, SHORT)
    device.core.present("approved", 0.0)
    assert sleep_until(device, 60.0) == b""
    assert len(device.core.ledger) == 1
    assert device.receive(ENQ, 60.0) == ACK


def test_unacknowledged_request_is_answered_all_the_same() -> None:
    device = ConcertDevice()
    device.fault("mute_after_request", True)
    device.receive(ENQ, 0.0)
    device.receive(SHORT, 0.0)
    device.core.present("contactless", 0.0)
    assert sleep_until(device, 1.0) == ENQ
    assert device.receive(ACK, 1.0) == ACCEPTED


def test_slow_is_five_times_as_long() -> None:
    device = ConcertDevice()
    device.fault("slow", True)
    ask(device, SHORT)
    device.core.present("approved", 0.0)
    assert sleep_until(device, 17.4) == b""
    assert sleep_until(device, 17.6) == ENQ


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
        device.core.present("library", 0.0)


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
    assert device.core.ledger == []


@given(st.integers(1, 38))
def test_a_frame_cut_anywhere_is_the_same_frame(cut: int) -> None:
    device = ConcertDevice()
    stream = ENQ + SHORT + EOT
    assert device.receive(stream[:cut], 0.0) + device.receive(stream[cut:], 1.0) == ACK + ACK
    assert device.core.present("contactless", 2.0)


def answer(device: ConcertDevice, card: str) -> bytes:
    """The frame that it sends after this card."""
    ask(device, SHORT)
    assert device.core.present(card, 0.1)
    assert sleep_until(device, 8.0).endswith(ENQ)
    return device.receive(ACK, 8.0)


def test_a_terminal_may_give_our_reference_back_with_an_approval_only() -> None:
    device = ConcertDevice()
    device.fault("no_reference", True)
    assert answer(device, "cancelled")[:-1] == b"\x02017000002401978          \x03"
    device = ConcertDevice()
    device.fault("no_reference", True)
    assert answer(device, "contactless") == ACCEPTED


def test_a_terminal_may_debit_ten_times_what_was_asked_and_says_so() -> None:
    device = ConcertDevice()
    device.fault("ten_times", True)
    assert answer(device, "contactless")[:-1] == b"\x02010000024001978REF0000001\x03"
    assert [debit.cents for debit in device.core.ledger] == [2400]
