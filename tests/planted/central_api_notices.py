"""Defects planted in central/api/notices.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an agent reads the letter, and so the code that opens the notice",
        "central/api/notices.py",
        "def read_pdf(officer: Officer,",
        "def read_pdf(officer: NoticeReader,",
        "tests/central/test_notice_letter.py::test_who_issues_or_cashes_does_not_read_the_letter_which_has_the_code",
    ),
    Defect(
        "a notice is issued in another agent's name",
        "central/api/notices.py",
        "_check_own_number(agent, asked.agent)",
        "pass",
        "tests/central/test_notice_controls.py::test_an_agent_issues_in_the_own_name_and_office_staff_in_none",
    ),
)
