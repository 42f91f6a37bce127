"""Defects planted in central/rules/statement.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "dollars are added to euros",
        "central/rules/statement.py",
        "sign, before = sign_of(each), sums.get(each.currency, Sum())",
        "sign, before = sign_of(each), sums.pop(next(iter(sums), ''), Sum())",
        "tests/central/test_reconcile_cli.py::test_amounts_of_two_currencies_are_never_added",
    ),
    Defect(
        "a debit that was taken back stands",
        "central/rules/statement.py",
        "        debits = [each for each in debits if each is not debit]",
        "        debits = [each for each in debits if each is not None]",
        "tests/central/test_reconciliation.py::test_each_difference_is_named_with_the_lines_that_show_it",
    ),
)
