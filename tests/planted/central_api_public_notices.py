"""Defects planted in central/api/public_notices.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a motorist who asks too often reads a problem document in English",
        "central/api/public_notices.py",
        "pages = APIRouter(route_class=NoticePageRoute)",
        "pages = APIRouter(route_class=NotedRoute)",
        "tests/central/test_notices_api.py::test_people_are_told_to_wait_by_a_page_in_french",
    ),
)
