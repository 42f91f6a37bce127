"""Defects planted in central/core/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a sign of full width begins a formula",
        "central/core/spreadsheet_cells.py",
        '"\\n", "＝", "＋", "－", "＠")',
        '"\\n")',
        "tests/central/test_operator_pages.py::test_what_would_be_a_formula_is_text_in_both_files",
    ),
    Defect(
        "a key that everybody can read is used",
        "central/core/signing.py",
        "if mode & 0o077:",
        "if mode & 0o007:",
        "tests/central/test_cli.py::test_a_key_others_can_read_is_not_used",
    ),
    Defect(
        "the register alone tells every code",
        "central/core/signing.py",
        ".derive(key.private_bytes_raw())",
        '.derive(b"secret")',
        "tests/central/test_letter_codes.py::test_each_notice_has_its_own_and_the_register_keeps_none_of_them",
    ),
    Defect(
        "the same line fills the log",
        "central/core/logs.py",
        "if 0 <= record.created - written < REPEAT_S:",
        "if 0 <= record.created - written < 0:",
        "tests/central/test_slow_clients.py::test_what_is_said_again_and_again_is_written_once_and_counted",
    ),
    Defect(
        "what was read once is remembered for ever",
        "central/core/remembered.py",
        "return at is not None and timedelta(0) <= now - at < LAG",
        "return at is not None",
        "tests/central/test_remembered.py::test_it_is_read_again_after_a_second_and_not_before",
    ),
)
