"""Defects planted in central/cards/letters.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "an account that was closed is told of its requests",
        "central/cards/letters.py",
        "if account is None or account.closed_at is not None:",
        "if account is None:",
        "tests/central/test_card_letters.py::test_without_a_relay_or_an_open_account_nobody_is_told",
    ),
    Defect(
        "a payment is told by mail like a decision",
        "central/cards/letters.py",
        "if not counter.mail_page or (kind not in DECIDED and kind is not CardEventKind.ASKED):",
        "if not counter.mail_page:",
        "tests/central/test_card_letters.py::test_nothing_else_is_told_and_nothing_that_was_undone",
    ),
)
