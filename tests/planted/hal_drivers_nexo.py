"""Defects planted in the nexo driver, hal/drivers/nexo*.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "that a payment was found is taken for its approval",
        "hal/drivers/nexo_answers.py",
        "return ending_of(paid, asked)",
        "return Approved(reference, asked or 0)",
        "tests/hal/test_nexo_terminal.py::test_what_is_found_ended_as_it_says_inside",
    ),
    Defect(
        "what the terminal gave back itself is called paid",
        "hal/drivers/nexo_answers.py",
        "return Declined(reference, Reason.REVERSED)",
        "return Approved(reference, asked or 0)",
        "tests/hal/test_nexo_terminal.py::test_a_payment_that_the_terminal_gave_back_itself_is_declined_as_reversed",
    ),
    Defect(
        "a partial approval of the whole amount is sold",
        "hal/drivers/nexo_answers.py",
        "if not paid.cents or (paid.result is NexoResult.PARTIAL and asked is not None and paid.cents >= asked):",
        "if not paid.cents:",
        "tests/hal/test_nexo_terminal.py::test_an_approval_that_contradicts_itself_is_asked_after",
    ),
    Defect(
        "a reversal of a part is called a reversal",
        "hal/drivers/nexo_answers.py",
        "return back.result is NexoResult.SUCCESS and all_of_it",
        "return back.result is NexoResult.SUCCESS",
        "tests/hal/test_nexo_tasks.py::test_a_debit_not_given_back_whole_stands",
    ),
    Defect(
        "a request that was lost on its way is sent again",
        "hal/drivers/nexo_payments.py",
        "replace(self.current, stage=NexoStage.ASKING, until=until, next_at=now)",
        "replace(self.current, stage=NexoStage.WAITING, until=until, next_at=now)",
        "tests/hal/test_nexo_terminal.py::test_a_lost_connection_is_asked_about_with_a_new_number",
    ),
    Defect(
        "a payment not found once is called certainly not taken",
        "hal/drivers/nexo_payments.py",
        "MISSING = 2",
        "MISSING = 1",
        "tests/hal/test_nexo_terminal.py::test_not_found_twice_by_a_terminal_that_still_knows_us_is_declined",
    ),
    Defect(
        "a terminal that has started anew is believed to know of no payment",
        "hal/drivers/nexo_payments.py",
        "if payment.kept else Unanswered(reference)",
        "if payment.missing else Unanswered(reference)",
        "tests/hal/test_nexo_terminal.py::test_not_found_by_a_terminal_that_has_started_anew_says_nothing",
    ),
    Defect(
        "a nexo request that has left is called withdrawn",
        "hal/drivers/nexo_payments.py",
        "if self.current.stage is NexoStage.WAITING:\n            self._end(Declined(reference, Reason.WITHDRAWN), AT_ONCE)",
        "if self.current.stage is not NexoStage.ASKING:\n            self._end(Declined(reference, Reason.WITHDRAWN), AT_ONCE)",
        "tests/hal/test_nexo_terminal.py::test_a_request_that_has_left_is_aborted_and_its_answer_awaited",
    ),
    Defect(
        "a question about a payment has the number of the payment",
        "hal/drivers/nexo_sender.py",
        'encode_status(self._system, exchange.service_id, "Payment", exchange.about)',
        'encode_status(self._system, exchange.about, "Payment", exchange.about)',
        "tests/hal/test_nexo_terminal.py::test_a_lost_connection_is_asked_about_with_a_new_number",
    ),
    Defect(
        "a reversal whose answer is lost is sent again unasked",
        "hal/drivers/nexo_tasks.py",
        "self._tasks[0] = replace(task, unsent=False)",
        "self._tasks[0] = task",
        "tests/hal/test_nexo_tasks.py::test_a_reversal_without_answer_is_asked_after_and_not_sent_again",
    ),
    Defect(
        "a terminal that may only answer is said to tell the motorist's steps",
        "hal/drivers/nexo.py",
        "progress=not self._line.pairs",
        "progress=True",
        "tests/hal/conformance/test_payments.py::test_it_says_what_it_can_and_is_found_ready",
    ),
    Defect(
        "an abort is taken for its answer",
        "hal/drivers/nexo_payments.py",
        "            self.current = replace(self.current, abort=True)\n",
        "            self._end(Declined(reference, Reason.CANCELLED), AT_ONCE)\n",
        "tests/hal/conformance/test_port_calls.py::test_an_abort_that_comes_too_late_is_answered_by_the_approval",
    ),
    Defect(
        "a reversal that failed is told as done",
        "hal/drivers/nexo_tasks.py",
        'self._give_up(reversal, answer.error or "another amount was reversed")',
        "self._answers.events.append(Reversed(reversal.reference))\n            self._tasks.pop(0)",
        "tests/hal/conformance/test_port_calls.py::test_a_debit_is_given_back_once_where_it_can_be",
    ),
    Defect(
        "a wrong code is called a refusal by the bank",
        "hal/drivers/nexo_answers.py",
        '"WrongPIN": Reason.WRONG_PIN',
        '"WrongPIN": Reason.BANK',
        "tests/hal/conformance/test_payments.py::test_each_refusal_has_the_reason_that_the_protocol_has_a_word_for",
    ),
    Defect(
        "a reversal is sent again after a restart without a question",
        "hal/drivers/nexo_states.py",
        "unsent: bool = False",
        "unsent: bool = True",
        "tests/hal/test_nexo_tasks.py::test_a_reversal_of_before_a_restart_is_asked_after",
    ),
    Defect(
        "a nexo driver promises an end before it has asked what became of the payment",
        "hal/drivers/nexo_payments.py",
        "(0.0 if self.current.stage is NexoStage.ASKING else STATUS_WITHIN)",
        "0.0",
        "tests/hal/conformance/test_mishaps.py::test_the_driver_says_by_when_a_payment_ends_and_a_silence_ends_it_then",
    ),
)
