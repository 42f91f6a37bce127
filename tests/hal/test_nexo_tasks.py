"""The nexo driver beside payments: questions and reversals afterwards, and what the terminal says of itself."""

from __future__ import annotations

import json

import pytest

from hal.ports import Approved, NotReversed, Progress, Reversed, Step, TerminalIs, Unanswered
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
    ready,
    response,
    service_id,
)

PAID = Approved(REFERENCE, 240, True, "EUR", "X001@2026-11-28T12:00:09+00:00", "A1B2")


# --- afterwards ---


def test_an_earlier_payment_is_asked_about_until_the_terminal_says() -> None:
    talk = ready()
    talk.terminal.ask(REFERENCE)
    talk.answer(talk.wake(), failure("InProgress"))
    talk.answer(talk.wake(5.0), found("Payment", REFERENCE, approval()))
    assert talk.take() == [PAID]
    assert talk.wake(30.0) == []


def test_an_earlier_payment_that_is_not_found_stays_unknown() -> None:
    talk = ready()
    talk.terminal.ask(REFERENCE)
    talk.answer(talk.wake(), failure("NotFound"))
    assert talk.take() == [Unanswered(REFERENCE)]


def reverse(talk: NexoTalk) -> list[tuple[str, dict[str, object]]]:
    """What is said once the terminal knows of no reversal yet."""
    talk.terminal.reverse(REFERENCE, 240, PAID.transaction)
    return talk.answer(talk.wake(), failure("NotFound"))


def test_a_debit_is_given_back_by_the_terminals_name_of_it() -> None:
    talk = ready()
    [(category, message)] = asked = reverse(talk)
    assert category == "Reversal"
    assert '"TransactionID": "X001", "TimeStamp": "2026-11-28T12:00:09+00:00"' in json.dumps(message)
    talk.answer(asked, '{"Response":{"Result":"Success"},"ReversedAmount":2.4}')
    assert talk.take() == [Reversed(REFERENCE)]


@pytest.mark.parametrize("body", [failure("NotFound"), '{"Response":{"Result":"Success"},"ReversedAmount":1.0}'])
def test_a_debit_not_given_back_whole_stands(body: str) -> None:
    talk = ready()
    talk.answer(reverse(talk), body)
    assert [type(event) for event in talk.take()] == [NotReversed]


def test_a_reversal_without_answer_is_asked_after_and_not_sent_again() -> None:
    talk = ready()
    [(_, sent)] = reverse(talk)
    talk.terminal.disconnected()
    talk.wake(5.0)
    asked = talk.connect()
    if asked[-1][0] == "Login":
        asked = talk.answer(asked, SUCCESS)
    [(category, _)] = asked
    assert category == "TransactionStatus"
    talk.answer(asked, found("Reversal", service_id(sent), SUCCESS))
    assert Reversed(REFERENCE) in talk.take()


def test_a_reversal_of_before_a_restart_is_asked_after() -> None:
    before, talk = ready(), ready()
    [(_, sent)] = reverse(before)
    talk.terminal.reverse(REFERENCE, 240, PAID.transaction)
    [(category, message)] = asked = talk.wake()
    assert category == "TransactionStatus"
    assert service_id(sent) in json.dumps(message)
    talk.answer(asked, found("Reversal", service_id(sent), SUCCESS))
    assert talk.take() == [Reversed(REFERENCE)]
    assert talk.wake(30.0) == []


def test_a_transaction_that_is_none_cannot_be_reversed() -> None:
    with pytest.raises(ValueError, match="id@timestamp"):
        ready().terminal.reverse(REFERENCE, 240, "X001")


# --- what the terminal says of itself ---


def test_the_card_in_the_slot_is_progress() -> None:
    talk = charged()
    talk.hear(event("CardInserted"))
    assert talk.take() == [Progress(REFERENCE, Step.CARD_IN)]


@pytest.mark.parametrize("name", ["OutOfOrder", "BeginMaintenance", "Shutdown"])
def test_a_terminal_that_goes_away_says_so(name: str) -> None:
    talk = ready()
    talk.hear(event(name))
    assert talk.take() == [TerminalIs(False)]
    assert [category for category, _ in talk.hear(event("EndMaintenance"))] in (["Diagnosis"], ["Login"])


@pytest.mark.parametrize("category", ["Display", "Input", "Print", "Sound"])
def test_what_the_terminal_asks_of_us_is_not_allowed(category: str) -> None:
    talk = charged()
    [(said, message)] = talk.hear(asked_of_us(category))
    assert said == category
    assert message[f"{category}Response"] == {"Response": {"Result": "Failure", "ErrorCondition": "NotAllowed"}}


def test_a_message_cut_anywhere_is_understood() -> None:
    talk = charged()
    for byte in framed(response("Payment", REFERENCE, approval())):
        talk.terminal.receive(bytes([byte]), talk.now)
    assert talk.take() == [PAID]
