"""Defects planted in tests/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a ticket without the end of the paid period passes",
        "tests/receipt_rules.py",
        "END: _says_the_end(lines, right, context),",
        "END: bool(lines),",
        "tests/firmware/paper/test_receipt_rules.py::test_no_line_the_law_wants_can_go_unnoticed",
    ),
)
