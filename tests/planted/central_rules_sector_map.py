"""Defects planted in central/rules/sector_map.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a hole in a sector is taken for the sector",
        "central/rules/sector_map.py",
        "and all(_side(hole, point) <= 0 for hole in area.holes)",
        "",
        "tests/central/test_sector_map.py::test_where_a_point_lies",
    ),
    Defect(
        "the first of several sectors is guessed",
        "central/rules/sector_map.py",
        "if len(found) > 1:",
        "if not found:",
        "tests/central/test_sector_map.py::test_a_check_by_coordinates_answers_as_the_one_by_sector",
    ),
)
