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
        " and all(part.goes_to(at) for part in parts)",
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
        "a no is called conclusive while a station is late, three heartbeats forgiven",
        "central/rules/verdict.py",
        "all(part.goes_to(at) for part in parts)",
        "not any(part.silent for part in parts)",
        "tests/central/test_end_to_end.py::test_a_late_sale_reopens_the_refusal_that_was_not_conclusive",
    ),
    Defect(
        "what was written at the very instant asked about is not waited for",
        "central/rules/evidence.py",
        "self.complete_until is not None and self.complete_until > at",
        "self.complete_until is not None and self.complete_until >= at",
        "tests/central/test_conclusive.py::test_about_now_nobody_can_be_complete",
    ),
    Defect(
        "an open incident accuses as if nothing had happened",
        "central/rules/evidence.py",
        "not self.stations or (not self.incidents and self.complete_until",
        "not self.stations or (self.complete_until",
        "tests/central/test_conclusive.py::test_an_open_incident_makes_a_refusal_inconclusive_at_once",
    ),
    Defect(
        "who has only begun to pay may stay",
        "central/rules/coverage.py",
        "return right.status is not RightStatus.STARTED and is_good_at(",
        "return is_good_at(",
        "tests/central/test_conclusive.py::test_an_open_payment_lets_nobody_stay_and_no_refusal_be_concluded",
    ),
    Defect(
        "a motorist whose payment has not ended is accused",
        "central/rules/verdict.py",
        "is_complete(evidence.completeness, at) and not has_open_payment(evidence)",
        "is_complete(evidence.completeness, at)",
        "tests/central/test_checks_laws.py::test_no_refusal_that_was_conclusive_is_contradicted_by_what_arrives_later",
    ),
    Defect(
        "nobody is told when a refusal can become conclusive",
        "central/rules/verdict.py",
        "None if conclusive else at + rules.heartbeat + rules.delivery",
        "None",
        "tests/central/test_conclusive.py::test_about_now_nobody_can_be_complete",
    ),
    Defect(
        "an earlier generation with missing entries is taken for settled",
        "central/rules/journals.py",
        "        and each.end not in continued\n",
        "        and each.generation not in {end.generation for end in continued if end}\n",
        "tests/central/test_journals.py::test_what_an_earlier_generation_still_holds_keeps_the_station_silent",
    ),
    Defect(
        "only the journal heard of last is waited for",
        "central/rules/journals.py",
        "    return earliest(each.complete_until for each in open_ones) if open_ones else before",
        "    return open_ones[-1].complete_until if open_ones else before",
        "tests/central/test_journals.py::test_each_branch_is_waited_for",
    ),
    Defect(
        "a right that was given back is tolerated for five minutes more",
        "central/rules/verdict.py",
        "ended = (right for right in here if right.status is not RightStatus.GIVEN_BACK)",
        "ended = here",
        "tests/central/test_given_back.py::test_a_check_after_it_is_refused_like_one_without_a_right",
    ),
)
