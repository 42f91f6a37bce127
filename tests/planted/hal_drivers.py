"""Defects planted in hal/drivers/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a request is said again to a terminal that may have it",
        "hal/drivers/card.py",
        "case Sending():\n                return self._await_result(now)\n            case Receiving():",
        "case Sending(tries=tries):\n                return self._send(tries + 1, now)\n            case Receiving():",
        "tests/hal/test_card.py::test_after_silence_the_request_is_never_sent_again_and_its_result_is_unknown",
    ),
    Defect(
        "a request that has left is called withdrawn",
        "hal/drivers/card.py",
        "if self._payment is not None and not self._payment.sent:\n",
        "if self._payment is not None:\n",
        "tests/hal/test_card_requests.py::test_a_request_that_has_left_is_not_withdrawn",
    ),
    Defect(
        "an approval of another amount is an approval",
        "hal/drivers/card.py",
        "if answer.result == ACCEPTED and answer.cents == asked and answer.currency == EURO:",
        "if answer.result == ACCEPTED and answer.currency == EURO:",
        "tests/hal/test_card.py::test_the_answer_ends_the_payment",
    ),
    Defect(
        "an approval after a refusal is not told",
        "hal/drivers/card.py",
        "if knowledge > self._reported.get(ending.reference, 0):",
        "if ending.reference not in self._reported:",
        "tests/hal/test_card.py::test_an_approval_is_told_even_against_an_earlier_refusal_never_the_reverse",
    ),
    Defect(
        "a contact that chatters presses several times",
        "hal/drivers/keypad.py",
        "SAMPLES = 3",
        "SAMPLES = 1",
        "tests/hal/test_keypad.py::test_a_touch_shorter_than_a_bounce_is_nothing",
    ),
    Defect(
        "the fourth corner of three keys is believed",
        "hal/drivers/keypad.py",
        "if len(shared) > 1:",
        "if len(shared) > 7:",
        "tests/hal/test_keypad.py::test_three_corners_at_once_are_all_refused",
    ),
    Defect(
        "a ticket is called printed before the printer was found well after it",
        "hal/drivers/printer.py",
        "elif self._job and self._job.stage is _Stage.DONE and proving:",
        "elif self._job and self._job.stage is _Stage.DONE:",
        "tests/hal/test_printer.py::test_a_look_begun_before_the_end_does_not_prove_it",
    ),
    Defect(
        "what is left of a failed ticket comes out before the next one",
        "hal/drivers/printer.py",
        "self._leftover = self._spoilt = True",
        "self._spoilt = True",
        "tests/hal/test_printer.py::test_trouble_while_printing_ends_it_within_a_second_and_clears",
    ),
    Defect(
        "a contact that chatters is believed at its first edge",
        "hal/drivers/inputs.py",
        "self._due |= {line: now + QUIET for line in data if line in self._wired}",
        "self._due |= {line: now for line in data if line in self._wired}",
        "tests/hal/test_inputs.py::test_chatter_is_one_change",
    ),
    Defect(
        "a spark on the door's wire is an opened door",
        "hal/drivers/inputs.py",
        "        if level != self._believed.get(line):\n",
        "        if True:\n",
        "tests/hal/test_inputs.py::test_a_spark_that_leads_nowhere_says_nothing",
    ),
    Defect(
        "a cut wire reads as a closed door",
        "hal/drivers/inputs.py",
        "events.closed if level == self._gpio.LOW else events.opened",
        "events.closed if level == self._gpio.HIGH else events.opened",
        "tests/hal/test_inputs.py::test_a_cabinet_that_starts_open_and_without_mains_says_so",
    ),
    Defect(
        "a busy terminal is called silent",
        "hal/drivers/card.py",
        "self._give_up_asking(Reason.BUSY if naks else Reason.NOT_ASKED)",
        "self._give_up_asking(Reason.NOT_ASKED)",
        "tests/hal/test_card.py::test_a_terminal_that_stays_busy_is_called_busy_and_not_silent",
    ),
    Defect(
        "a request that the terminal refused is called never sent",
        "hal/drivers/card.py",
        "self._give_up_asking(Reason.NOT_TAKEN)",
        "self._give_up_asking(Reason.NOT_ASKED)",
        "tests/hal/test_card.py::test_a_request_never_received_whole_was_not_taken",
    ),
)
