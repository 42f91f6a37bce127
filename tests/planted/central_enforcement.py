"""Defects planted in central/enforcement/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a plate check leaves no trace",
        "central/enforcement/checks.py",
        "        _record(connection, made, asked_by)\n",
        "",
        "tests/central/test_checks_asked.py::test_every_check_is_recorded_with_who_asked_and_what_was_answered",
    ),
    Defect(
        "a refusal is told as final while a station is silent",
        "central/enforcement/checks.py",
        " and not any(part.silent for part in parts)",
        "",
        "tests/central/test_completeness.py::test_a_refusal_is_conclusive_when_nobody_who_may_have_sold_is_silent",
    ),
    Defect(
        "a look-alike plate passes for the plate itself",
        "central/enforcement/checks.py",
        "[right for right in lately if right.plate == asked.plate]",
        "list(lately)",
        "tests/central/test_checks_asked.py::test_who_may_have_paid_under_another_plate_is_shown_and_lets_nobody_stay",
    ),
    Defect(
        "a silence that is over was never there",
        "central/enforcement/completeness.py",
        "least = func.coalesce(began, columns.complete_until)",
        "least = columns.complete_until",
        "tests/central/test_completeness.py::test_what_was_known_then_is_never_overstated_and_exact_in_a_silence",
    ),
    Defect(
        "a right that came late re-opens no refusal",
        "central/enforcement/reopened.py",
        "if row.plate in rights or row.plate in entitled:",
        "if row.plate in entitled:",
        "tests/central/test_reopened.py::test_a_late_right_re_opens_the_refusal_it_contradicts",
    ),
    Defect(
        "refusals of one instant are skipped where a page ends",
        "central/enforcement/reopened.py",
        "further = or_(columns.checked_at > since, columns.id > last)",
        "further = columns.checked_at > since",
        "tests/central/test_reopened.py::test_every_page_is_turned_though_checks_share_their_moment",
    ),
    Defect(
        "a no is called conclusive while a station is silent",
        "central/enforcement/checks.py",
        "any(part.stations for part in parts[:2]) and not any(part.silent for part in parts)",
        "any(part.stations for part in parts[:2])",
        "tests/central/test_end_to_end.py::test_a_late_sale_reopens_the_refusal_that_was_not_conclusive",
    ),
    Defect(
        "a late sale re-opens nothing",
        "central/enforcement/reopened.py",
        "if found.because and found.because is not AllowedBecause.FREE:",
        "if found.because is AllowedBecause.REGISTER:",
        "tests/central/test_end_to_end.py::test_the_same_with_real_processes",
    ),
    Defect(
        "one station never heard does not spoil what the others say",
        "central/enforcement/completeness.py",
        "_past(row.reach, now) if row.heard == row.stations else None",
        "_past(row.reach, now)",
        "tests/central/test_completeness.py::test_one_that_was_never_heard_to_the_end_is_silent_and_leaves_nothing_complete",
    ),
)
