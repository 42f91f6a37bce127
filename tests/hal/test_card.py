"""The card terminal's driver, message by message: one payment, late answers, both ends speaking at once."""

from __future__ import annotations

import pytest

from hal.drivers.concert import ConcertTerminal
from hal.ports import (
    Approved,
    Declined,
    DeviceEvent,
    Reason,
    TerminalIs,
    Unanswered,
)
from tests.hal.terminal_line import (
    ACCEPTED,
    ACK,
    EARLIER,
    EARLIER_REFUSED,
    ENQ,
    EOT,
    GARBLED,
    NAK,
    NOT_VERIFIED,
    OTHER_AMOUNT,
    REFERENCE,
    REFUSED,
    REQUEST,
    asked,
    ready,
    sent,
    unanswered,
    wakes,
    wakes_from,
)

# --- one payment ---


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (ACCEPTED, Approved(REFERENCE, 240)),
        (REFUSED, Declined(REFERENCE, Reason.REFUSED)),
        (NOT_VERIFIED, Unanswered(REFERENCE)),
        (OTHER_AMOUNT, Approved(REFERENCE, 480)),
        (b"\x02010000002401840T000000042\x03\x5b", Approved(REFERENCE, 240, currency="840")),
    ],
    ids=["accepted", "refused", "not verified", "another amount", "another currency"],
)
def test_the_answer_ends_the_payment(answer: bytes, ending: DeviceEvent) -> None:
    terminal = asked()
    assert terminal.receive(ENQ, 30.0) == ACK
    assert terminal.receive(answer, 30.1) == ACK
    assert terminal.take() == [ending]
    assert terminal.receive(EOT, 30.2) == b""
    assert terminal.take() == []


def test_a_long_answer_is_understood() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert terminal.receive(b"\x02010000002401" + b" " * 55 + b"978T000000042\x03\x71", 30.1) == ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_the_answer_may_come_byte_by_byte() -> None:
    terminal = asked()
    said = [terminal.receive(bytes([byte]), 30.0) for byte in ENQ + ACCEPTED + EOT]
    assert b"".join(said) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_a_terminal_that_grants_nothing_was_not_asked() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert wakes_from(terminal, 1.0, until=11.0) == [(1.0, ENQ), (4.0, ENQ), (7.0, ENQ)]
    assert terminal.take() == [TerminalIs(False), Declined(REFERENCE, Reason.NOT_ASKED)]


def test_a_busy_terminal_is_asked_again_but_not_in_a_hurry() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(NAK, 1.0) == b""
    assert wakes(terminal, 4.0) == [(4.0, ENQ)]
    assert terminal.receive(ACK, 4.1) == REQUEST


def test_a_terminal_that_stays_busy_is_called_busy_and_not_silent() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    for now in (1.0, 4.0, 7.0):
        assert terminal.wake(now) == ENQ
        assert terminal.receive(NAK, now) == b""
    assert terminal.wake(10.0) == b""
    assert terminal.take() == [TerminalIs(False), Declined(REFERENCE, Reason.BUSY)]


def test_a_request_not_received_whole_is_sent_again() -> None:
    terminal = sent()
    assert terminal.receive(NAK, 1.1) == REQUEST
    assert terminal.receive(NAK, 1.2) == REQUEST
    assert terminal.receive(ACK, 1.3) == EOT
    assert terminal.take() == []


def test_a_request_never_received_whole_was_not_taken() -> None:
    terminal = sent()
    assert terminal.receive(NAK + NAK, 1.1) == REQUEST + REQUEST
    assert terminal.receive(NAK, 1.2) == EOT
    assert terminal.take() == [Declined(REFERENCE, Reason.NOT_TAKEN)]


def test_after_silence_the_request_is_never_sent_again_and_its_result_is_unknown() -> None:
    terminal = sent()
    assert wakes(terminal, 123.9) == [(4.0, EOT)]
    assert wakes(terminal, 124.0) == [(124.0, ENQ)]
    assert terminal.take() == [Unanswered(REFERENCE)]


def test_after_silence_the_result_may_still_come() -> None:
    terminal = sent()
    assert wakes(terminal, 60.0) == [(4.0, EOT)]
    assert terminal.receive(ENQ + ACCEPTED, 60.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_the_wait_is_a_parameter() -> None:
    terminal = ConcertTerminal("03", answer_within=10.0)
    terminal.charge(100, "A")
    terminal.wake(0.0)
    assert terminal.receive(ACK, 0.0)[:3] == b"\x0203"
    terminal.receive(ACK, 0.0)
    terminal.take()
    wakes(terminal, 10.0)
    assert terminal.take() == [Unanswered("A")]


def test_a_garbled_answer_is_asked_for_again_three_times() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert [terminal.receive(GARBLED, 30.0 + step) for step in range(4)] == [NAK, NAK, NAK, b""]
    assert terminal.take() == []
    assert terminal.receive(ENQ + ACCEPTED, 60.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_a_garbled_answer_then_a_right_one() -> None:
    terminal = asked()
    terminal.receive(ENQ, 30.0)
    assert terminal.receive(GARBLED, 30.1) == NAK
    assert terminal.receive(ACCEPTED, 30.2) == ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


@pytest.mark.parametrize("again", [ACCEPTED, EOT + ENQ + ACCEPTED, ENQ + ACCEPTED])
def test_an_answer_repeated_is_acknowledged_again_and_told_once(again: bytes) -> None:
    terminal = asked()
    terminal.receive(ENQ + ACCEPTED, 30.0)
    assert terminal.receive(again, 31.0).endswith(ACK)
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_noise_on_a_quiet_line_draws_no_answer() -> None:
    terminal = asked()
    assert terminal.receive(b"\xff\x00\x15\x06\x04" + GARBLED, 30.0) == b""
    assert terminal.take() == []


def test_the_next_payment_after_an_answer() -> None:
    terminal = asked()
    terminal.receive(ENQ + REFUSED + EOT, 30.0)
    terminal.charge(240, "T000000043")
    assert terminal.wake(31.0) == ENQ
    assert terminal.receive(ACK, 31.0)[17:27] == b"T000000043"


# --- answers that are not the one awaited ---


def test_an_earlier_payment_may_be_answered_while_ours_waits() -> None:
    terminal = asked()
    assert terminal.receive(ENQ + EARLIER + EOT, 30.0) == ACK + ACK
    assert terminal.take() == [Approved("T000000041", 360)]
    assert terminal.receive(ENQ + ACCEPTED + EOT, 40.0) == ACK + ACK
    assert terminal.take() == [Approved(REFERENCE, 240)]


def test_an_earlier_refusal_is_told_too() -> None:
    terminal = asked()
    terminal.receive(ENQ + EARLIER_REFUSED + EOT, 30.0)
    assert terminal.take() == [Declined("T000000041", Reason.REFUSED)]


@pytest.mark.parametrize(
    ("answer", "event"), [(ACCEPTED, Approved(REFERENCE, 240)), (REFUSED, Declined(REFERENCE, Reason.REFUSED))]
)
def test_a_late_answer_is_told_with_its_reference(answer: bytes, event: DeviceEvent) -> None:
    terminal = unanswered()
    wakes(terminal, 3600.0)
    terminal.take()
    assert terminal.receive(ENQ, 3601.0) == ACK
    assert terminal.receive(answer, 3601.0) == ACK
    assert terminal.receive(EOT + ENQ + answer, 3602.0) == ACK + ACK
    assert terminal.take() == [event]


def test_a_late_answer_that_settles_nothing_is_not_told() -> None:
    terminal = unanswered()
    assert terminal.receive(ENQ + NOT_VERIFIED + EOT, 123.0) == ACK + ACK
    assert terminal.take() == []


def test_an_approval_is_told_even_against_an_earlier_refusal_never_the_reverse() -> None:
    terminal = asked()
    terminal.receive(ENQ + REFUSED + EOT + ENQ + ACCEPTED + EOT + ENQ + REFUSED + EOT, 30.0)
    assert terminal.take() == [Declined(REFERENCE, Reason.REFUSED), Approved(REFERENCE, 240)]


# --- both speak at once ---


def test_when_both_bid_the_result_goes_first() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ENQ, 1.0) == ACK
    assert terminal.receive(EARLIER, 1.1) == ACK
    assert terminal.receive(EOT, 1.2) == b""
    assert terminal.take() == [Approved("T000000041", 360)]
    assert terminal.wake(1.2) == ENQ
    assert terminal.receive(ACK, 1.3) == REQUEST


def test_a_result_in_place_of_an_acknowledgement_is_heard_and_the_request_not_repeated() -> None:
    terminal = sent()
    assert terminal.receive(ENQ + EARLIER + EOT, 1.5) == ACK + ACK
    assert wakes(terminal, 121.0) == []
    assert terminal.receive(ENQ + ACCEPTED, 121.0) == ACK + ACK
    assert terminal.take() == [Approved("T000000041", 360), Approved(REFERENCE, 240)]


def test_a_bid_in_place_of_an_acknowledgement_still_ends_the_payment_in_time() -> None:
    terminal = sent()
    terminal.receive(ENQ + EOT, 1.5)
    assert wakes(terminal, 121.5) == [(121.5, ENQ)]
    assert terminal.take() == [Unanswered(REFERENCE)]


def test_a_request_sent_late_is_given_its_full_time() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    for now in range(1, 30):
        assert terminal.wake(float(now)) == ENQ
        assert terminal.receive(ENQ + EOT, float(now)) == ACK
    assert terminal.wake(30.0) == ENQ
    assert terminal.receive(ACK, 30.0) == REQUEST
    assert wakes(terminal, 152.9) == [(33.0, EOT)]
    assert terminal.take() == []


def test_a_terminal_that_bids_without_end_cannot_hold_a_payment_for_ever() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    now = 1.0
    while now < 40.0:
        terminal.wake(now)
        terminal.receive(ENQ, now)
        now += 1.0
    assert terminal.take() == [Declined(REFERENCE, Reason.BUSY)]
