"""Defects planted in firmware/station/write_failure.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a payment that could not begin begins when the disk works again, and no bank is asked",
        "firmware/station/write_failure.py",
        "_HAPPENED = (\n    Started",
        "_HAPPENED = (\n    Fact",
        "tests/firmware/test_app_write_failure.py::test_a_payment_that_could_not_begin_does_not_begin_when_the_disk_works_again",
    ),
    Defect(
        "money that comes back at a full disk is still said to be debited",
        "firmware/station/write_failure.py",
        "_END = RightSold | InDoubt | PaymentRefused | RightGivenBack",
        "_END = RightSold | InDoubt | PaymentRefused",
        "tests/firmware/test_app_write_failure.py::test_money_that_comes_back_while_nothing_can_be_written_is_said",
    ),
    Defect(
        "another amount is told as not confirmed while it cannot be written",
        "firmware/station/write_failure.py",
        "other_amount=why == MISMATCHED",
        "other_amount=False",
        "tests/firmware/test_app_write_failure.py::test_the_outcome_is_written_as_soon_as_the_disk_works_again",
    ),
    Defect(
        "after a full disk a refusal is told as cancelled, whatever it was",
        "firmware/station/write_failure.py",
        "return Cancelled(right) if refused in (None, Reason.WITHDRAWN) else PaymentFailed(right, refused)",
        "return Cancelled(right)",
        "tests/firmware/test_app_write_failure.py::test_a_refusal_that_cannot_be_written_is_said_with_its_doubt_and_denies_no_debit_until_it_is",
    ),
    Defect(
        "after a full disk and a restart nobody reads how the payment ended",
        "firmware/station/write_failure.py",
        "return Idle(recalls=RECALLS, cut=right.reference)",
        "return Idle()",
        "tests/firmware/test_app_write_failure.py::test_after_it_a_terminal_that_can_be_asked_is_and_whoever_still_stands_there_reads_the_end",
    ),
    Defect(
        "a free right that was never written passes for given",
        "firmware/station/write_failure.py",
        "    if isinstance(before, _OVER) and before.right.reference in ledger.receipts.kept:",
        "    if isinstance(before, _OVER):",
        "tests/firmware/test_app_journal_full.py::test_a_free_right_that_could_not_be_written_is_not_given",
    ),
)
