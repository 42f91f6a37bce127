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
    Defect(
        "the sheet prints the names of the keys",
        "workshop/drawings/technician_sheet.py",
        "CAPS = tuple(key.cap for key in",
        "CAPS = tuple(key.value for key in",
        "tests/workshop/drawings/test_manual.py::test_the_sheet_prints_what_is_engraved_on_the_keys",
    ),
)
