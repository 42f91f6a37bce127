"""Defects planted in central/payments/."""

from __future__ import annotations

from tests.planted.defect import Defect

API = "tests/central/test_cards_api.py"

DEFECTS = (
    Defect(
        "anybody notifies a payment",
        "central/payments/signature.py",
        "if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures):",
        "if not signatures and not expected:",
        f"{API}::test_a_notification_is_the_providers_or_it_is_nothing",
    ),
    Defect(
        "an old notification is played again",
        "central/payments/signature.py",
        "abs(now - datetime.fromtimestamp(int(at), UTC)) > TOLERANCE:",
        "now < datetime.fromtimestamp(0, UTC):",
        f"{API}::test_a_notification_is_the_providers_or_it_is_nothing",
    ),
    Defect(
        "an answer that comes too late is waited for",
        "central/payments/http_provider.py",
        "BoundedTransport(self.timeout_s, LONGEST_ANSWER)\n"
        "            with httpx.Client(transport=transport, timeout=self.timeout_s)",
        "BoundedTransport(60.0, LONGEST_ANSWER)\n            with httpx.Client(transport=transport, timeout=60.0)",
        "tests/central/test_payments.py::test_a_provider_that_does_not_answer_in_time_is_away_and_charges_nothing_twice",
    ),
)
