"""Defects planted in simulator/visit_files/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a row of the fault catalogue names another alarm",
        "simulator/visit_files/terminal_faults.py",
        'FaultRow("card", "nak", "refused", "T5",',
        'FaultRow("card", "nak", "refused", "T1",',
        "tests/visits/test_fault_catalogue.py::test_a_row_is_what_its_visit_shows",
    ),
    Defect(
        "the faults of the clock are not in the catalogue",
        "simulator/visit_files/fault_catalogue.py",
        "*_SUPPLY, *_CLOCK, *_DISK,",
        "*_SUPPLY, *_DISK,",
        "tests/visits/test_fault_catalogue.py::test_every_fault_of_a_desk_has_one_row_and_every_row_is_a_fault",
    ),
    Defect(
        "the page of a visit lacks its screens",
        "simulator/visit_files/index_page.py",
        "*_screens(folder), ",
        "",
        "tests/visits/test_visit_command.py::test_out_writes_a_page_that_shows_what_came",
    ),
)
