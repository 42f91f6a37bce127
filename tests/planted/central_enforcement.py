"""Defects planted in central/enforcement/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a plate check leaves no trace",
        "central/enforcement/checks.py",
        "return record_checks(connection, drafts, asked_by)",
        "return drafts",
        "tests/central/test_checks_questions.py::test_every_check_is_recorded_with_who_asked_and_what_was_answered",
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
        "central/enforcement/present_state.py",
        "if completeness or row.plate in rights or row.plate in entitled:",
        "if completeness or row.plate in entitled:",
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
        "a late sale re-opens nothing",
        "central/enforcement/present_state.py",
        "if verdict.because and verdict.because is not AllowedBecause.FREE:",
        "if verdict.because is AllowedBecause.REGISTER:",
        "tests/central/test_end_to_end.py::test_the_same_with_real_processes",
    ),
    Defect(
        "an incident counts after somebody has looked",
        "central/enforcement/completeness.py",
        "if then else still",
        "if then else columns.first_seen.is_not(None)",
        "tests/central/test_conclusive.py::test_an_open_incident_makes_a_refusal_inconclusive_at_once",
    ),
    Defect(
        "a refusal in the log stays what it was when it was made",
        "central/enforcement/present_state.py",
        "read_completeness(connection, inquiry, everywhere=bool(held)) if completeness else Completeness()",
        "Completeness()",
        "tests/central/test_conclusive.py::test_a_recorded_refusal_becomes_conclusive_by_itself_or_contradicted",
    ),
    Defect(
        "the log listed by state ends with its first page",
        "central/enforcement/check_log.py",
        "if state is None or len(found) >= limit:",
        "if state is None or len(found) < limit:",
        "tests/central/test_conclusive.py::test_refusals_are_listed_by_their_state_page_after_page",
    ),
    Defect(
        "sales of a revoked station that are missing are forgotten",
        "central/enforcement/completeness.py",
        "case((columns.unsettled, null()), else_=columns.revoked_at)",
        "columns.revoked_at",
        "tests/central/test_closing.py::test_a_revoked_station_makes_refusals_inconclusive_until_its_journals_are_closed",
    ),
    Defect(
        "a batch is answered in another order than it was asked",
        "central/enforcement/checks.py",
        "for number, (inquiry, answer) in enumerate(zip(inquiries, present, strict=True))",
        "for number, (inquiry, answer) in enumerate(zip(inquiries, reversed(present), strict=True))",
        "tests/central/test_checks_batch.py::test_a_batch_is_what_its_checks_are_one_by_one",
    ),
    Defect(
        "the plates of a batch share a look-back",
        "central/enforcement/evidence.py",
        "if right.end > inquiry.vehicle.at - look_back",
        "if right.end > between[1]",
        "tests/central/test_checks_batch.py::test_a_batch_is_what_its_checks_are_one_by_one",
    ),
    Defect(
        "a batch with an error in it is answered without it",
        "central/enforcement/checks.py",
        "        if errors:\n            raise SeveralFieldsError(errors)\n",
        "",
        "tests/central/test_checks_batch.py::test_every_wrong_element_is_named_and_nothing_is_stored",
    ),
    Defect(
        "a holding of one instant counts at the other instants of a batch",
        "central/enforcement/evidence.py",
        " if each.is_valid_at(inquiry.vehicle.at))",
        ")",
        "tests/central/test_checks_batch.py::test_a_batch_is_what_its_checks_are_one_by_one",
    ),
    Defect(
        "a station that falls silent between two plates of a batch is silent for both, or for none",
        "central/enforcement/completeness.py",
        '(steady & _late(reach, "first_late"), _SILENT)',
        '(steady & _late(reach, "last_late"), _SILENT)',
        "tests/central/test_checks_batch.py::test_a_batch_is_what_its_checks_are_one_by_one",
    ),
    Defect(
        "evidence of a control tells what is known now as what was known then",
        "central/enforcement/evidence_packs.py",
        "replace(inquiry, known_at=check.checked_at)",
        "inquiry",
        "tests/central/test_evidence_packs.py::test_a_sale_that_arrived_late_is_known_now_and_was_not_then",
    ),
    Defect(
        "the notice of a control is evidence against itself",
        "central/enforcement/evidence_packs.py",
        "for stay in stays if stay.number != own",
        "for stay in stays",
        "tests/central/test_evidence_packs.py::test_the_pdf_of_a_control_without_a_sale_and_with_a_notice",
    ),
    Defect(
        "an alarm of later is shown as one of the control",
        "central/enforcement/evidence_packs.py",
        "up = (since <= check.at) & or_(",
        "up = or_(",
        "tests/central/test_evidence_packs.py::test_the_alarms_of_the_sector_are_those_that_were_up_then",
    ),
    Defect(
        "evidence is read without a trace",
        "central/enforcement/evidence_packs.py",
        """        audit.note(connection, now, by, "evidence read", f"check {check}")\n""",
        "",
        "tests/central/test_evidence_packs.py::test_over_http_for_auditors_and_noted",
    ),
)
