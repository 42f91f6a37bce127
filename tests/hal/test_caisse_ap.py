"""Caisse-AP driver: what an answer, a refused connection, a lost one and a silence say about money."""

from __future__ import annotations

import pytest

from hal.drivers.caisse_ap import CaisseApTerminal
from hal.ports import (
    AT_ONCE,
    Approved,
    Declined,
    Reason,
    TerminalIs,
    Unanswered,
)
from tests.hal.caisse_ap_rig import ACCEPTED, ECHO, REFERENCE, REFUSED, REQUEST, HandLink, Rig, asked, dialled, ready

APPROVED = Approved(REFERENCE, 240, contactless=True, authorisation="123456")
NOT_ASKED = Declined(REFERENCE, Reason.NOT_ASKED)

# --- a payment and its connection ---


def test_a_payment_is_a_connection_a_request_and_an_answer() -> None:
    rig = asked()
    rig.answer(ACCEPTED, 30.0)
    assert rig.terminal.take() == [APPROVED]
    assert rig.link.take() == ["hang up"]


def test_an_answer_is_whole_when_nothing_follows_it_wherever_it_is_cut() -> None:
    for cut in range(1, len(ACCEPTED)):
        rig = asked()
        rig.terminal.receive(ACCEPTED[:cut], 30.0)
        assert rig.pass_until(30.2) == b""
        rig.answer(ACCEPTED[cut:], 30.2)
        assert rig.terminal.take() == [APPROVED]


def test_the_end_of_the_connection_is_the_end_of_the_answer() -> None:
    rig = asked()
    rig.terminal.receive(ACCEPTED, 30.0)
    rig.lose(30.0)
    assert rig.terminal.take() == [APPROVED]


def test_half_an_answer_waits_for_the_rest() -> None:
    rig = asked()
    rig.answer(ACCEPTED[:40], 30.0)
    assert rig.terminal.take() == []
    rig.answer(ACCEPTED[40:], 60.0)
    assert rig.terminal.take() == [APPROVED]


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        *((b"", Reason.REFUSED), (b"AF00200", Reason.REFUSED), (b"AF00202", Reason.BANK), (b"AF00204", Reason.REFUSED)),
        *((b"AF00205", Reason.REFUSED), (b"AF00206", Reason.CANCELLED), (b"AF00207", Reason.REFUSED)),
        *((b"AF00208", Reason.NO_CARD), (b"AF00209", Reason.NOT_TAKEN), (b"AF00210", Reason.REFUSED)),
        *((b"AF00211", Reason.CANCELLED), (b"AF00212", Reason.NOT_TAKEN), (b"AF00213", Reason.NOT_TAKEN)),
        *((b"AF00299", Reason.REFUSED),),
    ],
)
def test_a_refusal_says_what_the_terminal_reports(report: bytes, reason: Reason) -> None:
    rig = asked()
    rig.answer(ECHO + b"AE00201" + report, 30.0)
    assert rig.terminal.take() == [Declined(REFERENCE, reason)]
    rig = asked()
    rig.answer(b"CZ0040300AE00201" + report, 30.0)
    assert rig.terminal.take() == [Declined(REFERENCE, reason)], "a request that was not understood is not echoed"


@pytest.mark.parametrize(
    "answer",
    [
        *(ACCEPTED.replace(b"CA00201", b"CA00202"), ACCEPTED.replace(b"CA00201", b""), ACCEPTED.replace(b"CD0010", b"CD0011")),
        *(ACCEPTED.replace(b"CD0010", b""), ACCEPTED.replace(b"CE003978", b""), ACCEPTED.replace(b"CB012000000000240", b"")),
        *(ACCEPTED.replace(b"CB012000000000240", b"CB00200"), ACCEPTED.replace(b"CB012000000000240", b"CB003-24")),
        *(ACCEPTED.replace(b"AE00210", b"AE00211"), ACCEPTED.replace(b"AE00210", b"AE00201AF00201"), ACCEPTED + REFUSED),
        *(ACCEPTED + b"AF00204", REFUSED.replace(b"CA00201", b"CA00202"), REFUSED.replace(b"CD0010", b"CD0011")),
        *(REFUSED.replace(b"240CD", b"480CD"), REFUSED.replace(b"CE003978", b"CE003840"), b"HTTP/1.1 400 Bad Request\r\n"),
    ],
)
def test_an_answer_that_is_not_of_this_payment_or_says_yes_and_no_leaves_it_in_doubt(answer: bytes) -> None:
    rig = asked()
    rig.answer(answer, 30.0)
    assert rig.terminal.take() == [Unanswered(REFERENCE)]


@pytest.mark.parametrize(
    ("answer", "approved"),
    [
        (ACCEPTED.replace(b"240CD", b"480CD"), Approved(REFERENCE, 480, contactless=True, authorisation="123456")),
        (
            ACCEPTED.replace(b"CE003978", b"CE003840"),
            Approved(REFERENCE, 240, contactless=True, currency="840", authorisation="123456"),
        ),
        (ACCEPTED + b"AF00203", APPROVED),
    ],
)
def test_an_approval_of_another_amount_or_currency_is_told_as_the_terminal_says_it(answer: bytes, approved: Approved) -> None:
    rig = asked()
    rig.answer(answer, 30.0)
    assert rig.terminal.take() == [approved]


# --- connections that are not made ---


def test_a_refused_connection_asked_for_nothing() -> None:
    rig = dialled()
    rig.lose(1.1)
    assert rig.terminal.take() == [TerminalIs(False), NOT_ASKED]
    assert rig.terminal.wake_at == 11.1


def test_a_connection_that_nobody_makes_is_given_up_and_asked_for_nothing() -> None:
    rig = dialled()
    assert rig.pass_until(9.9) == b""
    assert rig.terminal.take() == []
    assert rig.pass_until(10.0) == b""
    assert rig.terminal.take() == [TerminalIs(False), NOT_ASKED]
    assert rig.link.take() == ["hang up"]


def test_a_connection_lost_before_the_request_has_left_asked_for_nothing() -> None:
    rig = dialled()
    rig.terminal.connected()
    rig.lose(1.1)
    assert rig.terminal.take() == [TerminalIs(False), NOT_ASKED]


def test_what_a_terminal_says_before_it_is_asked_is_no_answer() -> None:
    rig = dialled()
    rig.terminal.receive(ACCEPTED, 1.0)
    assert rig.connect(2.0) == REQUEST
    assert rig.pass_until(100.0) == b""
    assert rig.terminal.take() == []


def test_a_payment_takes_the_connection_that_a_probe_is_making() -> None:
    rig = ready()
    assert rig.pass_until(60.0) == b""
    rig.terminal.charge(240, REFERENCE)
    assert rig.link.take() == ["dial"]
    assert rig.connect(60.1) == REQUEST
    assert rig.link.take() == []


# --- the request has left ---


def test_a_connection_lost_after_the_request_leaves_it_in_doubt_and_is_never_asked_again() -> None:
    rig = asked()
    rig.lose(30.0)
    assert rig.terminal.take() == [Unanswered(REFERENCE)]
    assert rig.link.take() == ["hang up", "dial"], "a probe"
    assert rig.connect(31.0) == b""
    assert rig.pass_until(1000.0) == b""


def test_half_an_answer_and_the_end_leave_it_in_doubt() -> None:
    rig = asked()
    rig.terminal.receive(ECHO + b"AE0021", 30.0)
    rig.lose(30.0)
    assert rig.terminal.take() == [Unanswered(REFERENCE)]


def test_silence_leaves_it_in_doubt_and_a_late_answer_is_heard_on_its_connection() -> None:
    rig = asked()
    assert rig.pass_until(121.9) == b""
    assert rig.terminal.take() == []
    assert rig.pass_until(150.0) == b""
    assert rig.terminal.take() == [Unanswered(REFERENCE)]
    assert rig.link.take() == []
    rig.answer(ACCEPTED, 150.0)
    assert rig.terminal.take() == [APPROVED]
    assert rig.link.take() == ["hang up"]


def test_a_late_answer_is_awaited_for_a_minute() -> None:
    rig = asked()
    assert rig.pass_until(182.0) == b""
    assert rig.link.take() == ["hang up", "dial"]
    assert rig.terminal.take() == [Unanswered(REFERENCE)]
    rig.terminal.receive(ACCEPTED, 182.0)
    assert rig.connect(183.0) == b""
    assert rig.terminal.take() == []


def test_the_next_motorist_does_not_wait_for_the_late_answer_of_another() -> None:
    rig = asked()
    assert rig.pass_until(130.0) == b""
    rig.terminal.receive(ACCEPTED, 129.9)
    rig.terminal.charge(360, "NEXT")
    assert rig.terminal.wake(130.0) == b""
    assert rig.link.take() == ["hang up", "dial"]
    assert rig.terminal.take() == [Unanswered(REFERENCE), APPROVED], "what has come is read first"
    assert b"CB003360" in rig.connect(131.0)
    rig.answer(ACCEPTED, 140.0)
    assert rig.terminal.take() == [Approved("NEXT", 240, contactless=True, authorisation="123456")], "as it says: 240"


def test_a_late_refusal_says_more_than_nothing() -> None:
    rig = asked()
    assert rig.pass_until(130.0) == b""
    rig.answer(REFUSED, 130.0)
    assert rig.terminal.take() == [Unanswered(REFERENCE), Declined(REFERENCE, Reason.REFUSED)]


# --- the port ---


def test_a_till_number_is_two_digits() -> None:
    with pytest.raises(ValueError, match="till"):
        CaisseApTerminal(HandLink(), till="1")


def test_withdrawn_before_the_request_has_left() -> None:
    rig = dialled()
    rig.terminal.abort("OTHER")
    assert rig.terminal.take() == []
    rig.terminal.abort(REFERENCE)
    assert rig.terminal.take() == [Declined(REFERENCE, Reason.WITHDRAWN)]
    assert rig.connect(2.0) == b""
    assert rig.link.take() == ["hang up"]


# --- probes ---


def test_a_terminal_that_is_there_is_probed_every_minute_and_told_of_once() -> None:
    rig = ready()
    assert rig.terminal.wake_at == 60.0
    assert rig.pass_until(60.0) == b""
    assert rig.connect(60.5) == b""
    assert rig.terminal.wake_at == 120.5
    assert rig.terminal.take() == []


def test_a_terminal_that_is_away_is_probed_every_ten_seconds_until_it_is_back() -> None:
    rig = Rig()
    rig.terminal.wake(0.0)
    rig.lose(0.1)
    assert rig.terminal.take() == [TerminalIs(False)]
    assert rig.terminal.wake_at == 10.1
    rig.pass_until(10.1)
    rig.lose(10.2)
    assert rig.terminal.take() == []
    rig.pass_until(20.2)
    assert rig.connect(20.3) == b""
    assert rig.terminal.take() == [TerminalIs(True)]


def test_a_look_is_answered_even_if_nothing_changed() -> None:
    rig = ready()
    rig.terminal.look()
    assert rig.terminal.wake_at == AT_ONCE
    rig.terminal.wake(5.0)
    rig.connect(5.1)
    assert rig.terminal.take() == [TerminalIs(True)]


def test_a_look_while_only_a_late_answer_is_awaited_ends_that() -> None:
    rig = asked()
    rig.terminal.look()
    assert rig.pass_until(121.0) == b""
    assert rig.link.take() == []
    assert rig.pass_until(122.0) == b""
    assert rig.link.take() == ["hang up", "dial"]
    rig.lose(123.0)
    assert rig.terminal.take() == [Unanswered(REFERENCE), TerminalIs(False)]
