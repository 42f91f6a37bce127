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
        "a refusal is told as final while a station is silent",
        "central/rules/verdict.py",
        " and not any(part.silent for part in parts)",
        "",
        "tests/central/test_completeness.py::test_a_refusal_is_conclusive_when_nobody_who_may_have_sold_is_silent",
    ),
    Defect(
        "a look-alike plate passes for the plate itself",
        "central/rules/verdict.py",
        "        if right.plate == vehicle.plate and counts_at(",
        "        if counts_at(",
        "tests/central/test_checks_questions.py::test_who_may_have_paid_under_another_plate_is_shown_and_lets_nobody_stay",
    ),
    Defect(
        "two keys in the wrong order are not thought of",
        "central/rules/plate_match.py",
        ", *_with_two_swapped(folded)",
        "",
        "tests/central/test_plate_match.py::test_no_single_slip_is_overlooked",
    ),
    Defect(
        "a resident's right is good in every sector",
        "central/rules/coverage.py",
        'if regime.places == "everywhere":',
        "if regime.places:",
        "tests/central/test_checks_questions.py::test_where_a_right_bought_in_11d_counts",
    ),
    Defect(
        "the tolerance comes before the free hours",
        "central/rules/verdict.py",
        "if not tariffs.calendar.is_paid(at):",
        "if not expired and not tariffs.calendar.is_paid(at):",
        "tests/central/test_checks.py::test_the_strongest_reason_is_told",
    ),
    Defect(
        "a no is called conclusive while a station is silent",
        "central/rules/verdict.py",
        "any(part.stations for part in parts[:2]) and not any(part.silent for part in parts)",
        "any(part.stations for part in parts[:2])",
        "tests/central/test_end_to_end.py::test_a_late_sale_reopens_the_refusal_that_was_not_conclusive",
    ),
)
