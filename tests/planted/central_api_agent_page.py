"""Defects planted in central/api/agent_page.py."""

from __future__ import annotations

from tests.planted.defect import Defect

PAGE = "tests/central/test_agent_page.py"

DEFECTS = (
    Defect(
        "a phone keeps the agent's page without what it imports",
        "central/api/agent_page.py",
        'for prefix, inside in (("", folder), (f"../{SHARED}/", folder.parent / SHARED)):',
        'for prefix, inside in (("", folder),):',
        f"{PAGE}::test_nothing_that_the_page_needs_is_missing",
    ),
    Defect(
        "a phone is told sums that no file of the agent's page has, and keeps none",
        "central/api/agent_page.py",
        "KeptFile(_kind(path), _integrity(path.read_bytes()))",
        "KeptFile(_kind(path), _integrity(path.name.encode()))",
        f"{PAGE}::test_what_the_worker_is_told_is_what_is_served",
    ),
)
