"""Defects planted in workshop/common/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a GPT's copy is written before the proof",
        "workshop/common/partitions.py",
        'return (head, Region(size - BACKUP, size)) if self.kind == "gpt" else (head,)',
        "return (head,)",
        "tests/workshop/flash/test_write.py::test_what_makes_it_boot_comes_only_after_the_proof",
    ),
)
