"""The card terminal's driver: no ACK before the disk, amounts as answered, refusals that name no payment."""

from __future__ import annotations

import pytest

from hal.drivers.card_answers import LATEST_ANSWER
from hal.drivers.concert import ConcertTerminal
from hal.ports import AT_ONCE, Approved, Declined, DeviceEvent, Reason, Unanswered
from tests.hal.terminal_line import (
    ACCEPTED,
    ACK,
    EARLIER,
    ENQ,
    EOT,
    NOT_VERIFIED,
    OTHER_AMOUNT,
    REFERENCE,
    REFUSED,
    REQUEST,
    RecordedTerminal,
    asked,
    ready,
    sent,
    unanswered,
    wakes,
)

BLANK_ACCEPTED = b"\x02010000002401978          \x03\x33"
BLANK_REFUSED = b"\x02017000002401978          \x03\x34"
BLANK_REFUSED_OTHER_AMOUNT = b"\x02017000004801978          \x03\x3e"
BLANK_REFUSED_OTHER_TILL = b"\x02027000002401978          \x03\x37"


def waiting() -> ConcertTerminal:
    """As `asked`, the station's disk not yet heard of."""
    terminal = ConcertTerminal()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ACK, 1.0) == REQUEST
    assert terminal.receive(ACK, 2.0) == EOT
    terminal.take()
    return terminal


# --- no ACK before the disk ---


@pytest.mark.parametrize("answer", [ACCEPTED, REFUSED, NOT_VERIFIED, OTHER_AMOUNT, EARLIER])
def test_an_answer_is_acknowledged_when_it_is_on_disk_and_not_before(answer: bytes) -> None:
    terminal = waiting()
    assert terminal.receive(ENQ, 30.0) == ACK
    assert terminal.receive(answer, 30.1) == b""
    (event,) = terminal.take()
    assert isinstance(event, Approved | Declined | Unanswered)
    assert terminal.wake_at > 30.1
    terminal.acknowledge(event.reference)
    assert terminal.wake_at == AT_ONCE
    assert terminal.wake(30.1) == ACK
    assert terminal.receive(EOT, 30.2) == b""


def test_an_answer_that_cannot_be_written_down_is_not_acknowledged_however_often_it_comes() -> None:
    terminal = waiting()
    assert terminal.receive(ENQ, 30.0) == ACK
    for now in (30.1, 33.1, 36.1):
        assert terminal.receive(ACCEPTED, now) == b""
    assert terminal.take() == [Approved(REFERENCE, 240)]
    assert terminal.receive(EOT, 39.1) == b""
    assert terminal.receive(ENQ + ACCEPTED, 50.0) == ACK
    terminal.acknowledge(REFERENCE)
    assert terminal.wake(50.1) == ACK
    assert terminal.take() == []


def test_an_ack_that_comes_too_late_waits_for_the_next_repetition() -> None:
    terminal = waiting()
    terminal.receive(ENQ + ACCEPTED, 30.0)
    terminal.take()
    assert wakes(terminal, 34.0) == []
    terminal.acknowledge(REFERENCE)
    assert wakes(terminal, 40.0) == []
    assert terminal.receive(ENQ + ACCEPTED, 41.0) == ACK + ACK


def test_the_ack_of_one_payment_is_not_that_of_another() -> None:
    terminal = waiting()
    terminal.receive(ENQ + EARLIER, 30.0)
    terminal.acknowledge(REFERENCE)
    assert terminal.wake_at == 33.0


def test_an_answer_that_says_nothing_new_waits_for_no_disk() -> None:
    terminal = waiting()
    assert terminal.receive(ENQ + BLANK_REFUSED_OTHER_TILL + EOT, 30.0) == ACK + ACK
    assert terminal.receive(ENQ + b"\x02019000003601978T000000041\x03\x58" + EOT, 30.0) == ACK + ACK
    assert terminal.take() == []


def test_a_refusal_that_names_no_payment_waits_for_the_disk_too() -> None:
    terminal = waiting()
    for start in (30.0, 40.0):
        assert terminal.receive(ENQ, start) == ACK
        assert terminal.receive(BLANK_REFUSED, start + 0.1) == b""
        assert terminal.receive(BLANK_REFUSED, start + 3.1) == b""
        terminal.receive(EOT, start + 3.2)
    assert terminal.take() == [Declined(REFERENCE, Reason.REFUSED)]
    terminal.acknowledge(REFERENCE)
    assert terminal.receive(ENQ + BLANK_REFUSED, 50.0) == ACK + ACK
    assert terminal.take() == []


# --- amounts as answered ---


@pytest.mark.parametrize("answer", [ENQ + OTHER_AMOUNT + EOT, OTHER_AMOUNT])
def test_a_late_approval_of_another_amount_is_told_with_it(answer: bytes) -> None:
    terminal = unanswered()
    terminal.receive(answer, 123.0)
    assert terminal.take() == [Approved(REFERENCE, 480)]


def test_a_second_approval_of_another_amount_is_a_second_debit() -> None:
    terminal = asked()
    terminal.receive(ENQ + ACCEPTED + EOT + ENQ + OTHER_AMOUNT + EOT + ENQ + OTHER_AMOUNT + EOT, 30.0)
    assert terminal.take() == [Approved(REFERENCE, 240), Approved(REFERENCE, 480)]


def test_an_approval_that_names_no_payment_is_told_and_is_not_ours() -> None:
    terminal = asked()
    assert terminal.receive(ENQ + BLANK_ACCEPTED + BLANK_ACCEPTED + EOT, 30.0) == ACK + ACK + ACK
    assert terminal.take() == [Approved("", 240)]
    assert terminal.receive(ENQ + BLANK_ACCEPTED + EOT, 31.0) == ACK + ACK
    assert terminal.take() == [Approved("", 240)], "another exchange, another debit"
    terminal.receive(ENQ + ACCEPTED + EOT, 40.0)
    assert terminal.take() == [Approved(REFERENCE, 240)]


# --- refusals that name no payment ---


def test_a_refusal_that_names_no_payment_is_of_the_only_one_there_is() -> None:
    terminal = asked()
    assert terminal.receive(ENQ + BLANK_REFUSED, 30.0) == ACK + ACK
    assert terminal.take() == [Declined(REFERENCE, Reason.REFUSED)]
    assert terminal.receive(BLANK_REFUSED + EOT, 31.0) == ACK
    assert terminal.take() == []


def second_after_an_unanswered(now: float) -> RecordedTerminal:
    terminal = unanswered()
    terminal.receive(ACK, 122.0)
    terminal.charge(240, "T000000043")
    assert terminal.wake(now) == ENQ
    assert terminal.receive(ACK, now)[17:27] == b"T000000043"
    terminal.receive(ACK, now)
    terminal.take()
    return terminal


@pytest.mark.parametrize(
    "answer", [BLANK_REFUSED_OTHER_AMOUNT, BLANK_REFUSED_OTHER_TILL], ids=["another amount", "another till"]
)
def test_a_refusal_of_another_amount_or_till_that_names_no_payment_is_not_ours(answer: bytes) -> None:
    terminal = asked()
    assert terminal.receive(ENQ + answer + EOT, 30.0) == ACK + ACK
    assert terminal.take() == []


def test_a_refusal_that_names_no_payment_may_be_of_an_earlier_one() -> None:
    terminal = second_after_an_unanswered(150.5)
    assert terminal.receive(ENQ + BLANK_REFUSED + EOT, 160.0) == ACK + ACK
    assert terminal.take() == []


@pytest.mark.parametrize(
    ("late", "event"), [(ACCEPTED, Approved(REFERENCE, 240)), (REFUSED, Declined(REFERENCE, Reason.REFUSED))]
)
def test_once_the_earlier_one_is_answered_it_is_ours_again(late: bytes, event: DeviceEvent) -> None:
    terminal = second_after_an_unanswered(150.5)
    terminal.receive(ENQ + late + EOT + ENQ + BLANK_REFUSED + EOT, 160.0)
    assert terminal.take() == [event, Declined("T000000043", Reason.REFUSED)]


def test_a_payment_is_not_answered_after_a_quarter_of_an_hour() -> None:
    terminal = second_after_an_unanswered(122.5 + LATEST_ANSWER)
    terminal.receive(ENQ + BLANK_REFUSED + EOT, 123.0 + LATEST_ANSWER)
    assert terminal.take() == [Declined("T000000043", Reason.REFUSED)]


def test_a_refusal_that_names_no_payment_is_not_of_one_that_has_not_left() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.receive(ENQ + BLANK_REFUSED + EOT, 1.0) == ACK + ACK
    assert terminal.take() == []


def test_a_refusal_in_place_of_an_acknowledgement_is_of_the_request_that_left() -> None:
    terminal = sent()
    assert terminal.receive(ENQ + BLANK_REFUSED + EOT, 1.5) == ACK + ACK
    assert terminal.take() == [Declined(REFERENCE, Reason.REFUSED)]
