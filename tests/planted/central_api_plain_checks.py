"""Defects planted in central/api/plain_checks.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "of a member given twice in a plain check the last counts",
        "central/api/plain_checks.py",
        " or _has_more_texts(body, path, checks)",
        "",
        "tests/central/test_plain_checks.py::test_what_is_plain_is_answered_without_the_route_and_what_is_not_reaches_it_whole",
    ),
    Defect(
        "a plain check takes a token of any scope",
        "central/api/plain_checks.py",
        "bearer_of(request, self.auth, token, Scope.CHECK)",
        "bearer_of(request, self.auth, token, *Scope)",
        "tests/central/test_plain_checks.py::test_both_ways_ask_for_a_token_with_its_scope_and_limit_whoever_asks_too_often",
    ),
    Defect(
        "a plain check is refused without the error handlers",
        "central/api/plain_checks.py",
        "            scope[_RAISED] = error\n            return await self.app(scope, receive, send)\n",
        "            return await Response(str(error), 401)(scope, receive, send)\n",
        "tests/central/test_plain_checks.py::test_both_ways_ask_for_a_token_with_its_scope_and_limit_whoever_asks_too_often",
    ),
    Defect(
        "a body that is longer than it said is read whole",
        "central/api/plain_checks.py",
        " and read <= LONGEST:",
        ":",
        "tests/central/test_plain_checks.py::test_a_body_that_is_longer_than_it_said_is_not_read_to_its_end",
    ),
)
