"""Defects planted in central/rules/reconciliation.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a statement that nobody vouches for ends a doubt as not debited",
        "central/rules/reconciliation.py",
        "    return statement.complete and payment.at",
        "    return payment.at",
        "tests/central/test_reconciliation.py::test_no_debit_ends_it_only_in_a_statement_that_is_complete",
    ),
    Defect(
        "a payment just before midnight is taken for not debited before the next day's statement is seen",
        "central/rules/reconciliation.py",
        "payment.at + ROUND_MIDNIGHT <= reach",
        "payment.at <= reach",
        "tests/central/test_reconciliation.py::test_just_before_midnight_a_complete_statement_must_go_on_into_the_next_day",
    ),
    Defect(
        "what was debited twice is taken for one debit",
        "central/rules/reconciliation.py",
        "    if len(moved.debits) > 1:",
        "    if len(moved.debits) > 2:",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
    Defect(
        "dollars are taken for euros",
        "central/rules/reconciliation.py",
        "    if debits[0].currency != CURRENCY:",
        "    if not debits[0].currency:",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
    Defect(
        "what the bank debited though the station said refused is not told",
        "central/rules/reconciliation.py",
        "    elif payment.status is not RightStatus.SOLD and payment.status not in IN_DOUBT:",
        "    elif payment.status is RightStatus.STARTED:",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
    Defect(
        "a part that was given back of a debit on the line above is looked for in another day's statement",
        "central/rules/reconciliation.py",
        "known = moved.loose[0].reference and (moved.debits or moved.undone)",
        "known = False",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
    Defect(
        "what was given back twice hides that it was given back",
        "central/rules/reconciliation.py",
        "    elif moved.undone or not moved.loose:",
        "    elif not moved.loose:",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
    Defect(
        "a right whose money came back in halves is sold by the statement",
        "central/rules/reconciliation.py",
        "found = list(_unresolved(found, moved.loose)) if moved.loose else found",
        "found = list(_unresolved(found, moved.loose)) if not moved.debits else found",
        "tests/central/test_reconciliation_credits.py::test_what_came_back_otherwise_than_debited_ends_no_doubt",
    ),
)
