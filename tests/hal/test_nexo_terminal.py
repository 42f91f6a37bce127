"""The nexo driver, message by message: what it says to the terminal, and what an answer says of money."""

from __future__ import annotations

import json

import pytest

from hal.ports import Approved, Declined, Reason, TerminalIs, Unanswered
from tests.hal.nexo_messages import (
    REFERENCE,
    SUCCESS,
    NexoTalk,
    approval,
    asked_of_us,
    charged,
    event,
    failure,
    found,
    framed,
    lost,
    ready,
    response,
    service_id,
)

PAID = Approved(REFERENCE, 240, True, "EUR", "X001@2026-11-28T12:00:09+00:00", "A1B2")


def test_it_dials_logs_in_unattended_and_probes() -> None:
    talk = NexoTalk()
    assert talk.wake() == []
    assert talk.link.dialled == 1
    [(category, login)] = asked = talk.connect()
    assert category == "Login"
    assert '"TerminalEnvironment": "Unattended"' in json.dumps(login)
    [(category, _)] = talk.answer(asked, SUCCESS)
    assert category == "Diagnosis"


def test_a_terminal_without_login_is_used_without() -> None:
    talk = NexoTalk()
    talk.wake()
    assert [category for category, _ in talk.answer(talk.connect(), failure("UnavailableService"))] == ["Diagnosis"]


def test_a_payment_is_asked_for_once_and_its_number_is_the_reference() -> None:
    talk = ready()
    talk.terminal.charge(240, REFERENCE)
    [(category, payment)] = talk.wake()
    assert (category, service_id(payment)) == ("Payment", REFERENCE)
    assert talk.wake(119.0) == []
    talk.hear(response("Payment", REFERENCE, approval()))
    assert talk.take() == [PAID]


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (approval(amount="2.4e0"), PAID),
        (approval(amount="2.90"), Approved(REFERENCE, 290, True, "EUR", PAID.transaction, "A1B2")),
        (approval(amount="1.20", result="Partial"), Approved(REFERENCE, 120, True, "EUR", PAID.transaction, "A1B2")),
        (failure("Refusal"), Declined(REFERENCE, Reason.BANK)),
        (failure("WrongPIN"), Declined(REFERENCE, Reason.WRONG_PIN)),
        (failure("InvalidCard"), Declined(REFERENCE, Reason.CARD)),
        (failure("PaymentRestriction"), Declined(REFERENCE, Reason.CARD)),
        (failure("Cancel"), Declined(REFERENCE, Reason.NO_CARD)),
        (failure("Aborted"), Declined(REFERENCE, Reason.CANCELLED)),
        (failure("UnreachableHost"), Declined(REFERENCE, Reason.NO_BANK)),
        (failure("Busy"), Declined(REFERENCE, Reason.BUSY)),
        (failure("MessageFormat"), Declined(REFERENCE, Reason.NOT_TAKEN)),
        (failure("SomethingNew"), Declined(REFERENCE, Reason.REFUSED)),
    ],
)
def test_the_answer_ends_the_payment(body: str, ending: Approved | Declined) -> None:
    talk = charged()
    talk.hear(response("Payment", REFERENCE, body))
    talk.hear(response("Payment", REFERENCE, body))
    assert talk.take() == [ending]


IN, OUT = "CardInserted", "CardRemoved"


@pytest.mark.parametrize(
    ("told", "error", "reason"),
    [
        ((), "Cancel", Reason.NO_CARD),
        ((IN,), "Cancel", Reason.CANCELLED),
        ((IN, OUT), "Cancel", Reason.CANCELLED),
        ((), "Refusal", Reason.BANK),
        ((IN,), "InvalidCard", Reason.CARD),
        ((IN, OUT), "InvalidCard", Reason.CARD_OUT),
        ((IN, OUT, IN), "InvalidCard", Reason.CARD),
        ((IN, OUT), "Refusal", Reason.BANK),
        ((IN, OUT), "WrongPIN", Reason.WRONG_PIN),
    ],
)
def test_what_it_told_of_the_card_tells_ends_apart_that_have_one_word(
    told: tuple[str, ...], error: str, reason: Reason
) -> None:
    """`Cancel` is the red key and nobody; `InvalidCard` a card it cannot read and one that was pulled out."""
    talk = charged()
    for name in told:
        talk.hear(event(name))
    talk.hear(response("Payment", REFERENCE, failure(error)))
    assert talk.take()[-1] == Declined(REFERENCE, reason)


def test_a_card_of_the_payment_before_says_nothing_of_this_one() -> None:
    talk = charged()
    talk.hear(event(IN))
    talk.hear(response("Payment", REFERENCE, failure("Refusal")))
    talk.terminal.acknowledge(REFERENCE)
    talk.terminal.charge(240, "31PA010002")
    talk.wake()
    talk.hear(response("Payment", "31PA010002", failure("Cancel")))
    assert talk.take()[-1] == Declined("31PA010002", Reason.NO_CARD)


def test_a_card_that_was_read_contactless_is_one() -> None:
    """The terminal tells of no card that is not inserted; its answer says how it was read."""
    talk = charged()
    body = approval().replace('"Result":"Success"', '"Result":"Failure","ErrorCondition":"Cancel"')
    talk.hear(response("Payment", REFERENCE, body))
    assert talk.take() == [Declined(REFERENCE, Reason.CANCELLED)]


def test_an_end_that_had_to_be_asked_for_is_told_as_it_was_said() -> None:
    """What it told of the card meanwhile was not heard: it is neither said that there was none, nor that the red key was."""
    talk, [(_, question)] = lost()
    talk.hear(response("TransactionStatus", service_id(question), found("Payment", REFERENCE, failure("Cancel"))))
    assert talk.take()[-1] == Declined(REFERENCE, Reason.REFUSED)


@pytest.mark.parametrize("body", [approval(result="Partial"), approval(amount="2.405"), SUCCESS, failure("InProgress")])
def test_an_approval_that_contradicts_itself_is_asked_after(body: str) -> None:
    talk = charged()
    talk.hear(response("Payment", REFERENCE, body))
    assert talk.take() == []
    assert [category for category, _ in talk.wake(5.0)] == ["TransactionStatus"]


def test_an_approval_for_another_reference_is_told_and_ends_nothing() -> None:
    talk = charged()
    talk.hear(response("Payment", REFERENCE, approval("Z000000001")))
    assert [event for event in talk.take() if isinstance(event, Approved)] == [
        Approved("", 240, True, "EUR", PAID.transaction, "A1B2")
    ]
    talk.hear(response("Payment", REFERENCE, approval()))
    assert talk.take() == [PAID]


# --- the answer does not come ---


def test_a_lost_connection_is_asked_about_with_a_new_number() -> None:
    _, [(category, message)] = lost()
    assert category == "TransactionStatus"
    assert service_id(message) != REFERENCE
    assert f'"ServiceID": "{REFERENCE}"' in json.dumps(message["TransactionStatusRequest"])


def test_silence_is_asked_about_after_two_minutes_and_the_request_never_sent_again() -> None:
    talk = charged()
    assert talk.wake(119.0) == []
    assert [category for category, _ in talk.wake(1.0)] == ["TransactionStatus"]


def test_what_is_found_ended_as_it_says_inside() -> None:
    talk, asked = lost()
    talk.answer(asked, found("Payment", REFERENCE, failure("Refusal")))
    assert talk.take() == [Declined(REFERENCE, Reason.BANK)]
    talk, asked = lost()
    talk.answer(asked, found("Payment", REFERENCE, approval()))
    assert talk.take() == [PAID]


def test_found_with_nothing_inside_is_no_approval() -> None:
    talk, asked = lost()
    talk.answer(asked, SUCCESS)
    assert talk.take() == []
    assert [category for category, _ in talk.wake(5.0)] == ["TransactionStatus"]


def test_a_payment_that_the_terminal_gave_back_itself_is_declined_as_reversed() -> None:
    talk, asked = lost()
    talk.answer(asked, found("Reversal", REFERENCE, SUCCESS))
    assert talk.take() == [Declined(REFERENCE, Reason.REVERSED)]


def test_in_progress_is_asked_again() -> None:
    talk, asked = lost()
    assert talk.answer(asked, failure("InProgress")) == []
    assert [category for category, _ in talk.wake(5.0)] == ["TransactionStatus"]
    assert talk.take() == []


def test_not_found_twice_by_a_terminal_that_still_knows_us_is_declined() -> None:
    talk, asked = lost()
    talk.answer(asked, failure("NotFound"))
    assert talk.take() == []
    talk.answer(talk.wake(5.0), failure("NotFound"))
    assert talk.take() == [Declined(REFERENCE, Reason.NOT_TAKEN)]


def test_not_found_by_a_terminal_that_has_started_anew_says_nothing() -> None:
    talk, asked = lost()
    [(category, _)] = asked = talk.answer(asked, failure("LoggedOut"))
    assert category == "Login"
    talk.answer(talk.answer(asked, SUCCESS), failure("NotFound"))
    talk.answer(talk.wake(5.0), failure("NotFound"))
    assert talk.take() == [Unanswered(REFERENCE)]


def test_a_terminal_that_cannot_be_asked_leaves_the_payment_unanswered() -> None:
    talk = charged()
    talk.terminal.disconnected()
    talk.wake(160.0)
    assert talk.take() == [TerminalIs(False), Unanswered(REFERENCE)]


def test_a_damaged_answer_is_asked_after() -> None:
    talk = charged()
    assert [category for category, _ in talk.hear("}{")] == ["TransactionStatus"]


def test_a_terminal_that_takes_no_connection_was_not_asked() -> None:
    talk = NexoTalk()
    talk.terminal.charge(240, REFERENCE)
    for _ in range(3):
        talk.wake(5.0)
        talk.terminal.disconnected()
        talk.wake()
    assert talk.take() == [TerminalIs(False), Declined(REFERENCE, Reason.NOT_ASKED)]


# --- taken back ---


def test_a_request_that_has_left_is_aborted_and_its_answer_awaited() -> None:
    talk = charged()
    talk.terminal.abort(REFERENCE)
    [(category, message)] = talk.wake()
    assert category == "Abort"
    assert f'"ServiceID": "{REFERENCE}"' in json.dumps(message["AbortRequest"])
    assert talk.take() == []
    talk.hear(response("Payment", REFERENCE, failure("Aborted")))
    assert talk.take() == [Declined(REFERENCE, Reason.CANCELLED)]


def test_an_abort_too_late_is_answered_by_the_approval() -> None:
    talk = charged()
    talk.terminal.abort(REFERENCE)
    talk.wake()
    talk.hear(response("Payment", REFERENCE, approval()))
    assert talk.take() == [PAID]


def test_an_abort_without_answer_is_asked_after_soon() -> None:
    talk = charged()
    talk.terminal.abort(REFERENCE)
    talk.wake()
    assert [category for category, _ in talk.wake(10.0)] == ["TransactionStatus"]


def refuse_for(talk: NexoTalk, seconds: int) -> int:
    """The terminal refuses every connection at once; how often it was dialled."""
    before = dialled = talk.link.dialled
    for _ in range(100 * seconds):
        talk.wake(0.01)
        if talk.link.dialled > dialled:
            dialled = talk.link.dialled
            talk.terminal.disconnected()
    return dialled - before


def test_an_abort_is_not_dialled_for_without_pause_and_said_when_the_terminal_is_there_again() -> None:
    talk = charged()
    talk.terminal.abort(REFERENCE)
    talk.terminal.disconnected()
    assert refuse_for(talk, 14) == 3
    assert talk.wake(5.0) == []
    assert [category for category, _ in talk.connect()] == ["Abort", "TransactionStatus"]


def test_what_a_terminal_asked_before_it_went_is_not_dialled_for() -> None:
    talk = ready()
    talk.terminal.receive(framed(asked_of_us("Display")), talk.now)
    talk.terminal.disconnected()
    assert refuse_for(talk, 14) == 2
    talk.wake(10.0)
    assert [category for category, _ in talk.connect()] == ["Login"]
