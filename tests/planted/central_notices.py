"""Defects planted in central/notices/."""

from __future__ import annotations

from tests.planted.defect import Defect

TESTS = "tests/central/test_notices.py"

DEFECTS = (
    Defect(
        "a notice is issued while a sale may be on its way",
        "central/notices/issue.py",
        "if state is RefusalState.INCONCLUSIVE:",
        "if state is None:",
        f"{TESTS}::test_as_long_as_a_sale_may_be_on_its_way_the_notice_is_only_proposed",
    ),
    Defect(
        "a sale that came before the notice does not stop it",
        "central/notices/issue.py",
        "if state is RefusalState.CONTRADICTED or state is None:",
        "if state is None:",
        f"{TESTS}::test_a_sale_that_arrives_before_the_data_is_complete_makes_no_notice",
    ),
    Defect(
        "a receipt does not move the end of the stay that a notice buys",
        "central/notices/issue.py",
        ", receipt_at=last.start if last else None",
        "",
        f"{TESTS}::test_receipt_at_noon_control_at_three_no_second_notice_before_six",
    ),
    Defect(
        "a second notice is issued within the stay of the first",
        "central/notices/issue.py",
        "_check_stay(connection, check, amounts)\n        proposal",
        "proposal",
        f"{TESTS}::test_no_second_notice_before_the_stay_is_over_whichever_control_came_first",
    ),
    Defect(
        "a notice is sent again and again to who holds a card",
        "central/notices/steps.py",
        "if step.kind is NoticeEventKind.SENT and not step.reason and is_suspicious(connection, stored):",
        "if step.kind is NoticeEventKind.SENT and is_suspicious(connection, stored) and step.reason:",
        f"{TESTS}::test_a_second_notice_within_a_week_on_a_plate_that_holds_something_waits_for_a_reason",
    ),
    Defect(
        "a late sale does not withdraw a notice before it is sent",
        "central/notices/store.py",
        "kind = NoticeEventKind.CONTRADICTED if sent else NoticeEventKind.WITHDRAWN",
        "kind = NoticeEventKind.CONTRADICTED",
        f"{TESTS}::test_a_late_sale_withdraws_a_notice_that_was_not_sent",
    ),
    Defect(
        "one reference pays two notices",
        "central/notices/payments.py",
        'raise FieldError("reference", "is that of a payment of another notice")',
        "return",
        f"{TESTS}::test_the_same_payment_twice_is_one_and_another_under_its_reference_is_refused",
    ),
    Defect(
        "the plate of another notice opens this one",
        "central/notices/public.py",
        "if known and same and keyed else None",
        "if known and keyed else None",
        f"{TESTS}::test_whoever_has_number_and_plate_reads_it_and_nobody_else",
    ),
    Defect(
        "after a thousand notices a device has no number left",
        "central/notices/numbers.py",
        "range(device, LAST_DEVICE + 1)",
        "range(device, device + 1)",
        f"{TESTS}::test_after_a_thousand_the_next_device_number_serves",
    ),
    Defect(
        "a file of the agency that was cut is taken",
        "central/notices/agency_file.py",
        "if len(lines) - 1 != header.count:",
        "if len(lines) - 1 > header.count:",
        "tests/central/test_agency.py::test_a_file_that_was_cut_or_is_another_is_refused",
    ),
    Defect(
        "the agency is not told of what was sent",
        "central/notices/agency.py",
        "told = (NoticeEventKind.SENT.value, NoticeEventKind.CANCELLED.value)",
        "told = (NoticeEventKind.CANCELLED.value,)",
        "tests/central/test_agency.py::test_what_was_sent_is_told_and_nothing_else",
    ),
    Defect(
        "one event that the rules refuse stops the rest of the agency's file",
        "central/notices/agency.py",
        "except (LookupError, FieldError) as error:",
        "except LookupError as error:",
        "tests/central/test_agency.py::test_what_the_rules_refuse_is_told_and_hinders_no_other",
    ),
)
