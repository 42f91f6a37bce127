"""Defects planted in central/api/page_routes.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a document that is too long leaves no line",
        "central/api/page_routes.py",
        "            await run_in_threadpool(_note_sender, request)\n",
        "            pass\n",
        "tests/central/test_counter_pages.py::test_what_is_too_long_or_no_form_leaves_a_line_of_whoever_is_signed_in",
    ),
    Defect(
        "a form needs no token",
        "central/api/page_routes.py",
        '    if not is_form_token(request.cookies.get(COOKIE, ""), said):\n        raise HTTPException(HTTPStatus.FORBIDDEN, "stale form")\n',
        "    _ = said\n",
        "tests/central/test_page_access.py::test_no_form_is_taken_without_its_token",
    ),
    Defect(
        "another site sends our forms",
        "central/api/page_routes.py",
        "return origin is None or urlsplit(origin).netloc in ours",
        "return True or bool(ours)",
        "tests/central/test_sessions.py::test_a_form_that_another_site_sends_does_nothing",
    ),
    Defect(
        "a page is for whoever is signed in, whatever they may do",
        "central/api/page_routes.py",
        "if scope is not None and scope not in who.scopes:",
        "if scope is not None and not who.name:",
        "tests/central/test_page_access.py::test_every_page_lets_in_whom_the_table_says",
    ),
)
