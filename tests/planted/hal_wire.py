"""Defects planted in hal/wire/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the sum of a panel's frame is not checked",
        "hal/wire/panel.py",
        'if len(body) < 6 or struct.unpack("<I", body[-4:])[0] != crc32(body[:-4]) & 0xFFFFFFFF:',
        "if len(body) < 6:",
        "tests/hal/test_panel_wire.py::test_no_single_bit_of_a_session_makes_a_frame_that_was_not_sent",
    ),
    Defect(
        "a frame of the panel that is repeated is taken twice",
        "hal/wire/panel.py",
        "new = seq == self._expected",
        "new = (seq - self._expected) & 255 in (0, 255)",
        "tests/hal/test_panel_wire.py::test_whatever_the_line_does_each_frame_is_taken_once_and_in_order",
    ),
    Defect(
        "the check character of an answer is not checked",
        "hal/wire/concert.py",
        "if lrc(body) != check:",
        "if check is None:",
        "tests/hal/test_concert.py::test_one_flipped_bit_is_never_taken_for_an_answer",
    ),
    Defect(
        "no paper is taken for nearly no paper",
        "hal/wire/escpos_answers.py",
        "if paper & 0b0110_0000 or offline & 0b0010_0000:",
        "if paper & 0b0001_0000 and offline & 0b0001_0000:",
        "tests/hal/test_escpos_status.py::test_four_answers_are_one_state",
    ),
    Defect(
        "a report nobody asked for reads as three paper statuses",
        "hal/wire/escpos_answers.py",
        "for pattern in (_CLEARED, _ECHO, _AUTOMATIC) if",
        "for pattern in (_CLEARED, _ECHO) if",
        "tests/hal/test_escpos_status.py::test_an_automatic_status_is_one_report_and_no_paper_status",
    ),
    Defect(
        "an amount that is no whole number of cents is rounded",
        "hal/wire/nexo/answers.py",
        "traps=[Inexact, InvalidOperation]",
        "traps=[InvalidOperation]",
        "tests/hal/test_nexo.py::test_amounts_are_exact",
    ),
    Defect(
        "an answer for another payment is taken for this one",
        "hal/wire/nexo/answers.py",
        'reference=service_id if said in ("", service_id) else ""',
        "reference=service_id",
        "tests/hal/test_nexo.py::test_a_message_that_names_two_references_names_none",
    ),
    Defect(
        "the till says yes to what the terminal asks of it",
        "hal/wire/nexo/requests.py",
        'result: str = "Failure"',
        'result: str = "Success"',
        "tests/hal/test_nexo_tasks.py::test_what_the_terminal_asks_of_us_is_not_allowed",
    ),
    Defect(
        "the terminal is told that a cashier stands by",
        "hal/wire/nexo/requests.py",
        '"Unattended"',
        '"Attended"',
        "tests/hal/test_nexo.py::test_golden_requests",
    ),
    Defect(
        "a length that no message has is waited for",
        "hal/wire/nexo/framing.py",
        "self._broken = length > LONGEST\n",
        "self._broken = length > LONGEST << 12\n",
        "tests/hal/test_nexo.py::test_a_length_that_no_message_has_breaks_the_connection",
    ),
    Defect(
        "an answer is cut where the server says that it will close",
        "hal/wire/nexo/framing.py",
        "return self._broken or (self._connection.our_state is h11.MUST_CLOSE and whole)",
        "return self._broken or self._connection.our_state is h11.MUST_CLOSE",
        "tests/hal/test_nexo_http.py::test_each_question_has_a_connection_of_its_own",
    ),
    Defect(
        "of two answers in one that contradict each other the first is believed",
        "hal/wire/caisse_ap.py",
        "if fields.setdefault(tag, value) != value:",
        'if fields.setdefault(tag, value) != value and tag != "AE":',
        "tests/hal/test_caisse_ap_wire.py::test_what_is_no_whole_answer",
    ),
    Defect(
        "an answer that is given twice in one breath is believed to contradict itself",
        "hal/wire/caisse_ap.py",
        "if fields.setdefault(tag, value) != value:",
        "if tag in fields or fields.setdefault(tag, value) != value:",
        "tests/hal/conformance/test_payments.py::test_an_answer_that_is_given_twice_is_told_once",
    ),
    Defect(
        "a code on paper has text against its edge",
        "hal/wire/escpos.py",
        'return b"\\n" + paper.output',
        "return paper.output",
        "tests/firmware/paper/test_ticket_printed.py::test_a_code_has_four_blank_modules_around_it",
    ),
    Defect(
        "a euro sign leaves the printer as a question mark",
        "hal/wire/escpos.py",
        '.encode("cp1252", "replace")',
        '.encode("latin-1", "replace")',
        "tests/hal/test_escpos_library.py::test_our_letters_are_the_library_s",
    ),
)
