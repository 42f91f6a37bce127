"""Defects planted in central/api/head_requests.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "who asks with HEAD is refused",
        "central/api/head_requests.py",
        'asked = {**scope, "method": "GET"}',
        "asked = {**scope}",
        "tests/central/test_api_border.py::test_head_is_answered_as_get_without_a_body",
    ),
    Defect(
        "the route of a HEAD is not logged",
        "central/api/head_requests.py",
        'scope.update(asked, method="HEAD")',
        "pass",
        "tests/central/test_access_log.py::test_a_head_is_logged_with_its_route_and_without_a_body",
    ),
)
