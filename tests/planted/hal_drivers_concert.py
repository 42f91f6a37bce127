"""Defects planted in the Concert driver, hal/drivers/concert*.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a request is said again to a terminal that may have it",
        "hal/drivers/concert.py",
        "case Sending():\n                return self._await_result(now)\n            case Receiving(acknowledge=True):",
        "case Sending(tries=tries):\n                return self._send(tries + 1, now)\n            case Receiving(acknowledge=True):",
        "tests/hal/test_card.py::test_after_silence_the_request_is_never_sent_again_and_its_result_is_unknown",
    ),
    Defect(
        "a request that has left is called withdrawn",
        "hal/drivers/concert.py",
        "if self._payment is not None and self._payment.reference == reference and not self._payment.sent:\n",
        "if self._payment is not None and self._payment.reference == reference:\n",
        "tests/hal/conformance/test_port_calls.py::test_a_request_that_has_left_is_taken_back_where_the_protocol_can",
    ),
    Defect(
        "an approval in another currency is told as euros",
        "hal/drivers/concert_answers.py",
        "return Approved(answer.reference, answer.cents, currency=currency)",
        "return Approved(answer.reference, answer.cents)",
        "tests/hal/test_card.py::test_the_answer_ends_the_payment",
    ),
    Defect(
        "the terminal may forget an answer that no disk has",
        "hal/drivers/concert.py",
        "if not self._answers.holds(answer.reference):",
        "if answer.reference is not None:",
        "tests/hal/test_card_answers.py::test_an_answer_is_acknowledged_when_it_is_on_disk_and_not_before",
    ),
    Defect(
        "a late approval of another amount is dropped",
        "hal/drivers/concert.py",
        "elif not isinstance(ending, Unanswered) and (answer.reference or answer.result != REFUSED):",
        "elif isinstance(ending, Declined) and answer.reference:",
        "tests/hal/test_card_answers.py::test_a_late_approval_of_another_amount_is_told_with_it",
    ),
    Defect(
        "a refusal without our private field becomes free parking",
        "hal/drivers/concert.py",
        "if alike and self._payment.sent and not self._answers.awaits_late(now):",
        "if alike and not self._payment.sent and not self._answers.awaits_late(now):",
        "tests/hal/test_card_answers.py::test_a_refusal_that_names_no_payment_is_of_the_only_one_there_is",
    ),
    Defect(
        "a refusal of an earlier payment ends the one under way",
        "hal/drivers/concert.py",
        "if alike and self._payment.sent and not self._answers.awaits_late(now):",
        "if alike and self._payment.sent:",
        "tests/hal/test_card_answers.py::test_a_refusal_that_names_no_payment_may_be_of_an_earlier_one",
    ),
    Defect(
        "a busy terminal is called silent",
        "hal/drivers/concert.py",
        "self._give_up_asking(Reason.BUSY if naks else Reason.NOT_ASKED, now)",
        "self._give_up_asking(Reason.NOT_ASKED, now)",
        "tests/hal/test_card.py::test_a_terminal_that_stays_busy_is_called_busy_and_not_silent",
    ),
    Defect(
        "a request that the terminal refused is called never sent",
        "hal/drivers/concert.py",
        "self._give_up_asking(Reason.NOT_TAKEN, now)",
        "self._give_up_asking(Reason.NOT_ASKED, now)",
        "tests/hal/test_card.py::test_a_request_never_received_whole_was_not_taken",
    ),
    Defect(
        "an answer to another payment ends the one under way",
        "hal/drivers/concert.py",
        "if self._payment is not None and answer.reference == self._payment.reference:\n            self._end(ending, now)",
        "if self._payment is not None:\n            self._end(structs.replace(ending, reference=self._payment.reference), now)",
        "tests/hal/conformance/test_payments.py::test_an_approval_of_another_payment_is_never_taken_for_ours",
    ),
    Defect(
        "a Concert driver promises an end before its wait has begun",
        "hal/drivers/concert_line.py",
        "return payment.until if payment.sent else payment.until",
        "return payment.until if payment.sent else payment.until - answer_within",
        "tests/hal/conformance/test_mishaps.py::test_whatever_is_wrong_with_it_at_whatever_step_a_payment_ends_in_time_and_as_its_money_did",
    ),
)
