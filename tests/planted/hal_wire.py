"""Defects planted in hal/wire/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
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
        "of two answers in one the last is believed",
        "hal/wire/caisse_ap.py",
        "        if tag in fields:",
        "        if not tag:",
        "tests/hal/test_caisse_ap_wire.py::test_what_is_no_whole_answer",
    ),
)
