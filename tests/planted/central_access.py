"""Defects planted in central/access/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a request is accepted again when it is replayed",
        "central/access/station_auth.py",
        "if request.request_number <= row.contact:",
        "if request.request_number < row.contact:",
        "tests/central/test_station_auth.py::test_the_same_bytes_are_accepted_once",
    ),
    Defect(
        "an old number that was never used is accepted",
        "central/access/station_auth.py",
        "if request.request_number <= row.contact:",
        "if request.request_number == row.contact:",
        "tests/central/test_station_auth.py::test_a_number_that_is_not_greater_is_refused_though_it_was_never_used",
    ),
    Defect(
        "two requests with one number are both accepted when they come at once",
        "central/access/station_auth.py",
        ".with_for_update()).one_or_none()",
        ").one_or_none()",
        "tests/central/test_intake_failures.py::test_the_same_request_twice_at_once_is_accepted_once",
    ),
    Defect(
        "a revoked station is still accepted",
        "central/access/station_auth.py",
        "if row.revoked_at is not None:",
        "if row.revoked_at is not None and row.revoked_at > now:",
        "tests/central/test_station_auth.py::test_a_revoked_station_is_not_accepted_from_the_next_request_on",
    ),
    Defect(
        "a station can sign for another that has its key",
        "central/access/station_auth.py",
        "if request.station != station:",
        "if not request.station:",
        "tests/central/test_station_auth.py::test_what_was_signed_for_one_station_is_not_accepted_at_the_route_of_another_with_the_same_key",
    ),
    Defect(
        "a token is as good as its id",
        "central/access/tokens.py",
        'if row is None or not hmac.compare_digest(row["digest"], _digest(parts[2])):',
        "if row is None:",
        "tests/central/test_tokens.py::test_of_a_thousand_forged_tokens_none_is_good",
    ),
    Defect(
        "a revoked token is still good",
        "central/access/tokens.py",
        'if row["revoked_at"] is not None or row["expires_at"] <= now:',
        'if row["expires_at"] <= now:',
        "tests/central/test_api_auth.py::test_what_is_revoked_is_refused_from_the_next_request_on",
    ),
    Defect(
        "two who initialise at once are both the first",
        "central/access/tokens.py",
        '        transaction_lock(connection, "first operator")\n',
        "",
        "tests/central/test_tokens.py::test_who_comes_while_the_first_operator_is_made_is_refused",
    ),
    Defect(
        "a long pause earns more than a burst",
        "central/access/rate_limits.py",
        "Bucket(min(rate.burst, bucket.left + passed * rate.per_second), now)",
        "Bucket(bucket.left + passed * rate.per_second, now)",
        "tests/central/test_rate_limits.py::test_a_long_pause_earns_no_more_than_a_burst",
    ),
    Defect(
        "a station that is revoked may still fetch what is published",
        "central/access/station_auth.py",
        "if row.revoked_at is not None:",
        "if row.revoked_at is not None and purpose == STATEMENT:",
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "a token is good for ever",
        "central/access/tokens.py",
        'if row["revoked_at"] is not None or row["expires_at"] <= now:',
        'if row["revoked_at"] is not None:',
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "two servers accept one request",
        "central/access/station_auth.py",
        "where(stations.c.station == station).with_for_update()).one_or_none()",
        "where(stations.c.station == station)).one_or_none()",
        "tests/central/test_many_workers.py::test_one_request_that_reaches_both_is_accepted_once",
    ),
    Defect(
        "a server remembers who was good",
        "central/access/tokens.py",
        "def find_bearer(store: Engine, text: str, now: datetime) -> Bearer | None:",
        "def find_bearer(store: Engine, text: str, now: datetime, seen: dict[str, Bearer | None] = {}) -> Bearer | None:\n    return seen[text] if text in seen else seen.setdefault(text, _looked_up(store, text, now))\n\n\ndef _looked_up(store: Engine, text: str, now: datetime) -> Bearer | None:",
        "tests/central/test_many_workers.py::test_a_token_that_one_issues_or_revokes_is_so_for_the_other_within_a_second",
    ),
)
