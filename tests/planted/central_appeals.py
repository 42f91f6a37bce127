"""Defects planted in central/appeals/."""

from __future__ import annotations

from tests.planted.defect import Defect

TESTS = "tests/central/test_appeals.py"

DEFECTS = (
    Defect(
        "a second appeal is filed against one notice",
        "central/appeals/filing.py",
        "            _check_same(known, filing)\n",
        "",
        f"{TESTS}::test_there_is_one_appeal_for_a_notice_and_the_same_one_again_is_that_one",
    ),
    Defect(
        "a notice of which nothing is due is contested",
        "central/appeals/filing.py",
        "        check_contestable(notice, now)\n",
        "",
        f"{TESTS}::test_a_notice_that_was_not_sent_or_is_cancelled_is_not_contested",
    ),
    Defect(
        "an appeal is accepted and its notice goes on",
        "central/appeals/decisions.py",
        "if decision.outcome is AppealEventKind.ACCEPTED:",
        "if decision.outcome is AppealEventKind.INADMISSIBLE:",
        f"{TESTS}::test_accepted_the_notice_is_cancelled_and_what_was_paid_is_given_back",
    ),
    Defect(
        "who proposed the notice decides the appeal",
        "central/appeals/store.py",
        "frozenset({notice.row.proposed_by, notice.row.issued_by})",
        "frozenset({notice.row.number})",
        f"{TESTS}::test_who_issued_the_notice_does_not_decide",
    ),
    Defect(
        "the list shows what silence has refused",
        "central/appeals/examination.py",
        "return tuple(line for line in lines if line.state in OPEN)",
        "return tuple(lines)",
        f"{TESTS}::test_silence_is_a_refusal_without_anybody_doing_anything",
    ),
    Defect(
        "a card of before the control that has ended hides the one that came after",
        "central/appeals/examination.py",
        "after_control=row.valid_from > control_at or row.known_from > control_at,",
        "after_control=row.valid_from < control_at and row.known_from < control_at,",
        f"{TESTS}::test_a_card_that_came_after_the_control_is_shown_to_whoever_examines",
    ),
    Defect(
        "a judgment that annuls leaves the notice to be paid",
        "central/appeals/court.py",
        "if judged.judgment is Judgment.ANNULLED:",
        "if judged.judgment is Judgment.REDUCED and False:",
        f"{TESTS}::test_an_annulled_notice_is_refunded_and_only_then_is_the_judgment_carried_out",
    ),
    Defect(
        "the notification of the warning is its sending",
        "central/appeals/court.py",
        "notice.notice.day(warned) + days if warned else None",
        "notice.notice.day(warned) if warned else None",
        f"{TESTS}::test_against_the_warning_no_appeal_is_needed",
    ),
    Defect(
        "what the public reads has the statement in it",
        "central/appeals/answers.py",
        "    missing: tuple[DocumentKind, ...]\n    documents: int\n",
        "    missing: tuple[DocumentKind, ...]\n    statement: str\n    documents: int\n",
        f"{TESTS}::test_what_the_public_reads_has_no_statement_in_it",
    ),
    Defect(
        "a year of the report ends when London's does",
        "central/appeals/report.py",
        "if not FIRST_YEAR <= year <= now.astimezone(PARIS).year:",
        "if not FIRST_YEAR <= year <= now.astimezone(PARIS).year + 1:",
        "tests/central/test_appeals_report.py::test_a_year_ends_at_midnight_of_paris",
    ),
)
