"""Defects planted in central/api/auth.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "any token is good for anything",
        "central/api/auth.py",
        "if bearer.scopes.isdisjoint({scope, *or_scopes}):",
        "if not bearer.scopes:",
        "tests/central/test_api_auth.py::test_no_route_takes_a_token_without_its_scope",
    ),
    Defect(
        "guessing is not counted",
        "central/api/auth.py",
        '        auth.count_failure("token", address, claimed)\n',
        "",
        "tests/central/test_api_auth.py::test_who_guesses_is_soon_not_looked_at",
    ),
    Defect(
        "whoever guesses is let guess all day",
        "central/api/auth.py",
        'auth.buckets.take(("guess", address_of(request)), auth.limits.guesses, now)',
        "pass",
        "tests/central/test_notices_api.py::test_an_address_guesses_so_often_a_day",
    ),
    Defect(
        "whoever guesses from many addresses locks the holder of a letter out",
        "central/api/auth.py",
        "_raise_if_limited(auth.buckets.delay(here, auth.limits.code_tries, now))",
        "_raise_if_limited(auth.buckets.delay(everywhere, auth.limits.codes, now))",
        "tests/central/test_letter_codes.py::test_who_has_the_code_is_not_held_back_by_those_who_guess",
    ),
    Defect(
        "the code of one notice is guessed from as many addresses as there are",
        "central/api/auth.py",
        "auth.buckets.take(everywhere, auth.limits.codes, now)",
        "pass",
        "tests/central/test_letter_codes.py::test_who_has_the_code_is_not_held_back_by_those_who_guess",
    ),
)
