"""Defects planted in workshop/drawings/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the page swaps two wires of the display",
        "workshop/drawings/header.py",
        'names = ("CS", "SDIN (D1)", "SCLK (D0)", "D/C", "RES")',
        'names = ("CS", "SDIN (D1)", "SCLK (D0)", "RES", "D/C")',
        "tests/workshop/drawings/test_wiring.py::test_the_page_has_every_wire_where_the_board_file_has_it",
    ),
)
