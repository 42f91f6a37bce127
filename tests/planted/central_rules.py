"""Defects planted in central/rules/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "who paid ahead in the evening has nothing for the free night before",
        "central/rules/coverage.py",
        "(right for right in rights if right.since <= at < right.end)",
        "(right for right in rights if right.start <= at < right.end)",
        "tests/central/test_checks.py::test_a_right_that_starts_tomorrow_covers_the_free_night_before_it",
    ),
    Defect(
        "two keys in the wrong order are not thought of",
        "central/rules/plate_match.py",
        ", *_with_two_swapped(folded)",
        "",
        "tests/central/test_near.py::test_no_single_slip_is_overlooked",
    ),
    Defect(
        "a resident's right is good in every sector",
        "central/rules/coverage.py",
        'if regime.places == "everywhere":',
        "if regime.places:",
        "tests/central/test_checks_asked.py::test_where_a_right_bought_in_11d_counts",
    ),
    Defect(
        "the tolerance comes before the free hours",
        "central/rules/coverage.py",
        "if not tariffs.calendar.is_paid(at):",
        "if not expired and not tariffs.calendar.is_paid(at):",
        "tests/central/test_checks.py::test_the_strongest_reason_is_told",
    ),
)
