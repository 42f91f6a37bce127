"""Defects planted in simulator/desk/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a cable that says everything twice says it once",
        "simulator/desk/cables.py",
        'duplicated="duplicated" in on,',
        "duplicated=False,",
        "tests/visits/test_fault_catalogue.py::test_a_row_is_what_its_visit_shows",
    ),
    Defect(
        "a write that fails succeeds",
        "simulator/desk/disk.py",
        "sorted(self._on & _REASONS.keys())",
        'sorted(self._on & {"full"})',
        "tests/visits/test_fault_catalogue.py::test_a_row_is_what_its_visit_shows",
    ),
)
