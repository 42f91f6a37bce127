"""Defects planted in central/outgoing/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "who answers a byte at a time holds whoever asked",
        "central/outgoing/bounded.py",
        "async with asyncio.timeout(self.within_s), httpx",
        "async with asyncio.timeout(None), httpx",
        "tests/central/test_outgoing.py::test_a_byte_now_and_then_gains_no_time",
    ),
    Defect(
        "an answer is taken however long it is",
        "central/outgoing/bounded.py",
        "            if len(body) > self.most_bytes:\n",
        "            if len(body) < 0:\n",
        "tests/central/test_outgoing.py::test_what_is_too_long_is_not_taken",
    ),
    Defect(
        "a redirect of a webhook is followed",
        "central/outgoing/bounded.py",
        "httpx.AsyncClient(trust_env=self.trust_env)",
        "httpx.AsyncClient(trust_env=self.trust_env, follow_redirects=True)",
        "tests/central/test_webhooks.py::test_a_message_is_posted_to_the_address_that_was_looked_at",
    ),
)
