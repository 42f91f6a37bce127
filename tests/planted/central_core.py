"""Defects planted in central/core/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a key that everybody can read is used",
        "central/core/signing.py",
        "if mode & 0o077:",
        "if mode & 0o007:",
        "tests/central/test_cli.py::test_a_key_others_can_read_is_not_used",
    ),
)
