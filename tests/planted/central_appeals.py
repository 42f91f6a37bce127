"""Defects planted in central/appeals/."""

from __future__ import annotations

from tests.planted.defect import Defect

TESTS = "tests/central/test_appeals.py"

DEFECTS = (
    Defect(
        "a stranger's documents use up the places of the holder's",
        "central/appeals/filing.py",
        "columns.seq > appeal.documents_before, ",
        "",
        f"{TESTS}::test_an_appeal_of_somebody_who_is_not_concerned_takes_nobodys_place",
    ),
    Defect(
        "documents that came online leave no place for those that came by post",
        "central/appeals/filing.py",
        "online if by == PUBLIC else ~online",
        "columns.seq > 0",
        f"{TESTS}::test_documents_that_came_online_take_no_place_from_those_that_the_city_records",
    ),
    Defect(
        "whoever has counted up to a number reads where the vehicle stood",
        "central/appeals/public.py",
        "made = PublicStatus if code is None else PublicDetails",
        "made = PublicDetails",
        "tests/central/test_notices_api.py::test_without_the_code_nothing_personal_is_told",
    ),
    Defect(
        "the key of an old letter is taken for a code",
        "central/appeals/public.py",
        "coded = is_opened_by(connection, city, number, code)[1]",
        "coded = is_opened_by(connection, city, number, code)[0]",
        "tests/central/test_appeals_that_give_way.py::test_the_key_of_an_old_letter_is_no_code_and_a_new_letter_has_one",
    ),
    Defect(
        "an appeal that was found inadmissible vanishes from the yearly report",
        "central/appeals/report.py",
        "FILINGS.c.received_at < end)",
        "FILINGS.c.received_at < end, FILINGS.c.events_until.is_(None))",
        "tests/central/test_appeals_report.py::test_every_appeal_that_was_filed_counts_with_its_own_end_and_ground",
    ),
    Defect(
        "what was decided of one appeal is told of the one before",
        "central/appeals/store.py",
        "tuple(events[row.id][row.events_before : row.events_until]),",
        "tuple(events[row.id][row.events_before :]),",
        "tests/central/test_appeals_report.py::test_every_appeal_that_was_filed_counts_with_its_own_end_and_ground",
    ),
    Defect(
        "the agent whom a notice names decides its appeal",
        "central/appeals/store.py",
        "notice.row.checked_by, notice.row.agent, ",
        "",
        "tests/central/test_notice_controls.py::test_whom_a_notice_names_and_who_checked_do_not_decide_its_appeal",
    ),
    Defect(
        "a second appeal is filed against one notice",
        "central/appeals/filing.py",
        "if known and not gives_way(known.appeal, filing.coded, now):",
        "if False:",
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
        "frozenset({notice.row.checked_by, notice.row.agent, notice.row.proposed_by, notice.row.issued_by})",
        "frozenset({notice.row.number})",
        f"{TESTS}::test_who_issued_the_notice_does_not_decide",
    ),
    Defect(
        "the list shows what silence has refused",
        "central/appeals/examination.py",
        "columns.received_at >= since, ~decided",
        "~decided",
        f"{TESTS}::test_silence_is_a_refusal_without_anybody_doing_anything",
    ),
    Defect(
        "what silence has refused takes the places of what is open",
        "central/appeals/examination.py",
        "since = datetime.combine(open_since(now.astimezone(zone).date()), time.min, zone)",
        "since = datetime.combine(open_since(now.astimezone(zone).date()).replace(day=1), time.min, zone)",
        f"{TESTS}::test_what_silence_has_refused_hides_no_appeal_that_is_open",
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
        "central/appeals/report_figures.py",
        "if not FIRST_YEAR <= year <= now.astimezone(PARIS).year:",
        "if not FIRST_YEAR <= year <= now.astimezone(PARIS).year + 1:",
        "tests/central/test_appeals_report.py::test_a_year_ends_at_midnight_of_paris",
    ),
)
