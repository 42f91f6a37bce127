"""Authentication and rate limits of the HTTP API: every route with every wrong token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits, Rate
from central.access.tokens import ROLES, Scope, find_bearer, revoke_token, token_id
from central.db.tables import metadata
from firmware.protocol.messages import PullRequest, pull_of
from tests.central.api_client import CHECK, NO_LIMITS, Client, client_of
from tests.central.signing_station import STATION, THERE, SigningStation, count, key_of

OPEN = {
    ("POST", "/v1/stations/{station}/entries"),
    ("POST", "/v1/stations/{station}/publications"),
    ("POST", "/v1/quotes"),
    ("GET", "/v1/tariffs"),
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/v1/key"),
    ("GET", "/v1/sectors"),
    ("GET", "/v1/apds/places"),
    ("GET", "/v1/apds/rates"),
    ("GET", "/v1/apds/rates/{id}"),
    ("GET", "/v1/datex2/parking"),
    ("GET", "/v1/public/notices/{number}"),
    ("GET", "/v1/public/notices/{number}/pdf"),
    ("POST", "/v1/public/notices/{number}/appeals"),
    *((method, f"/v1/public/notices/{{number}}/appeals{rest}") for method, rest in (("GET", ""), ("POST", "/documents"))),
    ("GET", "/notices"),
    ("GET", "/v1/stations.geojson"),
    ("GET", "/v1/public/nearest-working"),
    ("POST", "/v1/payments/notifications"),
}
"""What asks for no token: a station's or a bank's signature proves it; prices and the server's health are no secret."""
SCOPES = {
    ("POST", "/v1/checks"): Scope.CHECK,
    ("POST", "/v1/checks/batch"): Scope.CHECK,
    ("GET", "/v1/agents/copy"): Scope.CHECK,
    ("POST", "/v1/notices"): Scope.AGENT,
    ("GET", "/v1/notices/proposed-cancellations"): Scope.NOTICES,
    ("POST", "/v1/notices/{number}/steps"): Scope.NOTICES,
    ("GET", "/v1/notices/{number}/pdf"): Scope.NOTICES,
    ("POST", "/v1/notices/{number}/letter-code"): Scope.NOTICES,
    ("POST", "/v1/notices/{number}/payments"): Scope.PAYMENTS,
    ("POST", "/v1/notices/{number}/refunds"): Scope.PAYMENTS,
    ("POST", "/v1/notices/{number}/appeals"): Scope.APPEALS,
    ("GET", "/v1/notices/{number}/appeals"): Scope.APPEALS,
    ("POST", "/v1/notices/{number}/court-cases"): Scope.APPEALS,
    ("GET", "/v1/court-cases/{id}"): Scope.APPEALS,
    ("POST", "/v1/court-cases/{id}/judgment"): Scope.APPEALS,
    ("GET", "/v1/appeals"): Scope.APPEALS,
    ("GET", "/v1/appeals-report"): Scope.APPEALS,
    ("GET", "/v1/appeals-report.csv"): Scope.APPEALS,
    ("GET", "/v1/appeals-report.html"): Scope.APPEALS,
    ("GET", "/v1/appeals/{id}"): Scope.APPEALS,
    ("POST", "/v1/appeals/{id}/documents"): Scope.APPEALS,
    ("POST", "/v1/appeals/{id}/requests"): Scope.APPEALS,
    ("POST", "/v1/appeals/{id}/decision"): Scope.APPEALS,
    ("GET", "/v1/appeals/{id}/evidence"): Scope.APPEALS,
    ("GET", "/v1/appeals/{id}/evidence.pdf"): Scope.APPEALS,
    ("GET", "/v1/appeals/{id}/corrective-notice.pdf"): Scope.APPEALS,
    ("PUT", "/v1/appeals-report/figures"): Scope.PUBLISH,
    ("GET", "/v1/stations"): Scope.FLEET,
    ("POST", "/v1/stations"): Scope.ENROL,
    ("POST", "/v1/stations/{station}/revoke"): Scope.ENROL,
    ("GET", "/v1/dead-letters"): Scope.WAITING,
    ("POST", "/v1/stations/{station}/journals/{generation}/close"): Scope.ENROL,
    ("POST", "/v1/dead-letters/{station}/{seq}/clear"): Scope.WAITING,
    ("GET", "/v1/incidents"): Scope.WAITING,
    ("POST", "/v1/incidents/{id}/clear"): Scope.WAITING,
    ("PUT", "/v1/rights/{series}"): Scope.RIGHTS,
    ("PUT", "/v1/tariffs"): Scope.PUBLISH,
    ("PUT", "/v1/configuration/{station}"): Scope.PUBLISH,
    ("GET", "/v1/tokens"): Scope.TOKENS,
    ("POST", "/v1/tokens"): Scope.TOKENS,
    ("DELETE", "/v1/tokens/{id}"): Scope.TOKENS,
    ("POST", "/v1/checks/by-position"): Scope.CHECK,
    ("PUT", "/v1/sectors"): Scope.PUBLISH,
    ("GET", "/v1/rights/{series}/{id}"): Scope.RIGHTS,
    ("PUT", "/v1/rights/{series}/{id}"): Scope.RIGHTS,
    ("DELETE", "/v1/rights/{series}/{id}"): Scope.RIGHTS,
    ("GET", "/v1/parkings"): Scope.AUDIT,
    ("GET", "/v1/apds/rights/assigned"): Scope.PARTNER,
    ("GET", "/v1/apds/sessions"): Scope.PARTNER,
    ("GET", "/v1/webhooks"): Scope.WEBHOOKS,
    ("POST", "/v1/webhooks"): Scope.WEBHOOKS,
    ("DELETE", "/v1/webhooks/{id}"): Scope.WEBHOOKS,
    ("GET", "/v1/webhooks/deliveries/dead"): Scope.WEBHOOKS,
    ("POST", "/v1/webhooks/deliveries/{id}/retry"): Scope.WEBHOOKS,
    ("GET", "/v1/operators"): Scope.FLEET,
    ("POST", "/v1/operators"): Scope.ENROL,
    ("POST", "/v1/operators/{operator}/revoke"): Scope.ENROL,
    ("PUT", "/v1/operators/{operator}/parkings/{id}"): Scope.SELL,
    ("PUT", "/v1/operators/{operator}/complete-until"): Scope.SELL,
    ("GET", "/v1/audit"): Scope.AUDIT,
    ("GET", "/v1/checks"): Scope.AUDIT,
    ("GET", "/v1/checks/{id}/evidence"): Scope.AUDIT,
    ("GET", "/v1/checks/{id}/evidence.pdf"): Scope.AUDIT,
    ("GET", "/v1/reopened"): Scope.AUDIT,
    ("GET", "/v1/requests"): Scope.APPLICANT,
    ("POST", "/v1/requests"): Scope.APPLICANT,
    ("PUT", "/v1/requests/{id}"): Scope.APPLICANT,
    ("POST", "/v1/requests/{id}/documents"): Scope.APPLICANT,
    ("POST", "/v1/requests/{id}/submit"): Scope.APPLICANT,
    ("POST", "/v1/requests/{id}/withdraw"): Scope.APPLICANT,
    ("POST", "/v1/requests/{id}/pay"): Scope.APPLICANT,
    ("GET", "/v1/cards"): Scope.APPLICANT,
    ("GET", "/v1/requests-to-decide"): Scope.CLERK,
    ("GET", "/v1/requests-to-decide.csv"): Scope.CLERK,
    ("POST", "/v1/requests/{id}/ask"): Scope.CLERK,
    ("POST", "/v1/requests/{id}/decide"): Scope.CLERK,
    ("POST", "/v1/requests/{id}/send"): Scope.CLERK,
}
EITHER = {
    ("GET", "/v1/requests/{id}"): (Scope.APPLICANT, Scope.CLERK),
    ("GET", "/v1/requests/{id}/documents/{seq}"): (Scope.APPLICANT, Scope.CLERK),
    ("GET", "/v1/notices/{number}"): (Scope.AGENT, Scope.NOTICES, Scope.PAYMENTS),
}
"""What an applicant reads of their own and a clerk of everybody's; what all who work on notices read."""
PLACES = {
    "operator": "parkphone",
    "number": "1" * 26,
    "station": STATION,
    "generation": "1",
    "seq": "1",
    "id": "1",
    "series": "cmi",
}
FEW = Limits(bearer=Rate(1, 3), station=Rate(1, 3), public=Rate(1, 3), failures=Rate(0.1, 3))


@pytest.fixture
def client(store: Engine) -> Client:
    """A city where nobody is held back for asking often."""
    return client_of(store, limits=NO_LIMITS)


@pytest.fixture
def slow(store: Engine) -> Client:
    """A city where three in a row are enough."""
    return client_of(store, STATION, THERE, limits=FEW)


def asked(client: Client) -> Iterator[tuple[str, str, Scope]]:
    """Every route that wants a token, at an address it could have."""
    for (method, path), scope in SCOPES.items():
        yield method, path.format(**PLACES), scope


def everything(client: Client) -> list[int]:
    """How many rows each table has."""
    return [count(client.city, table) for table in metadata.sorted_tables]


def test_every_route_is_open_or_asks_for_its_scope(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    routes = {
        (method.upper(), path): "security" in operation
        for path, each in paths.items()
        for method, operation in each.items()
        if operation.get("tags") != ["people"]  # pages: test_page_access.py
    }
    assert {route for route, secured in routes.items() if secured} == {*SCOPES, *EITHER}
    assert {route for route, secured in routes.items() if not secured} == OPEN


def test_no_route_takes_a_token_that_is_not_good(client: Client) -> None:
    good = client.with_token(*Scope)
    revoked, expired = client.with_token(*Scope), client.with_token(*Scope, lifetime=timedelta(seconds=1))
    revoke_token(client.city.store, token_id(revoked.token), "the test", client.clock())
    client.clock.at += timedelta(seconds=1)
    before = everything(client)
    wrong = ["", "nonsense", good.token[:-1] + "!", good.token[:17] + "A" * 43, revoked.token, expired.token]
    for method, url, _ in asked(client):
        for token in wrong:
            answer = replace(client, token=token).request(method, url, {})
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), (method, url)
            assert answer.headers["www-authenticate"] == "Bearer"
    assert everything(client) == before


def test_no_route_takes_a_token_without_its_scope(client: Client) -> None:
    before = everything(client)
    for method, url, scope in asked(client):
        answer = client.with_token(*set(Scope) - {scope}).request(method, url, {})
        assert answer.status_code == 403, (method, url)
        assert f'scope="{scope}"' in answer.headers["www-authenticate"]
    issued = len(SCOPES)
    assert sum(everything(client)) == sum(before) + 2 * issued  # each token and its line in the audit trail


@pytest.mark.parametrize(("method", "path"), sorted(EITHER))
def test_what_several_read_is_read_by_each_of_them_and_nobody_else(client: Client, method: str, path: str) -> None:
    url, readers = path.format(**PLACES), EITHER[method, path]
    assert client.with_token(*set(Scope) - set(readers)).request(method, url).status_code == 403
    assert {client.with_token(scope).request(method, url).status_code for scope in readers} == {404}


def test_every_route_takes_a_token_with_its_scope(client: Client) -> None:
    for method, url, scope in asked(client):
        answer = client.with_token(scope).request(method, url, {})
        assert answer.status_code in (200, 204, 404, 422), (method, url, answer.text)


def test_what_is_revoked_is_refused_from_the_next_request_on(client: Client) -> None:
    agent = client.as_role("agent")
    assert agent.post("/v1/checks", CHECK).status_code == 200
    assert client.as_role("operator").delete(f"/v1/tokens/{token_id(agent.token)}").status_code == 204
    assert agent.post("/v1/checks", CHECK).status_code == 401


def test_nobody_gives_what_he_has_not_got(client: Client) -> None:
    clerk = client.with_token(Scope.TOKENS, Scope.CHECK)
    refused = clerk.post("/v1/tokens", {"who": "Durand", "scopes": ["check", "audit"]})
    assert refused.status_code == 403
    assert "audit" in refused.json()["detail"]
    given = clerk.post("/v1/tokens", {"who": "Durand", "scopes": ["check"]})
    assert (given.status_code, given.headers["cache-control"]) == (201, "no-store")
    known = find_bearer(client.city.store, given.json()["token"], client.clock())
    assert known
    assert (known.who, known.scopes) == ("Durand", frozenset({Scope.CHECK}))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_it_is_for_and_no_more(client: Client, role: str) -> None:
    somebody = client.as_role(role)
    allowed = {scope for method, url, scope in asked(client) if somebody.request(method, url, {}).status_code != 403}
    assert allowed == ROLES[role]
    assert ROLES["auditor"] == {Scope.AUDIT, Scope.FLEET}


# --- how often -------------------------------------------------------------------------------------------------------


def statuses(client: Client, count: int, method: str = "POST", url: str = "/v1/checks", body: object = CHECK) -> list[int]:
    return [client.request(method, url, body).status_code for _ in range(count)]


def test_a_token_that_asks_too_often_waits_and_its_neighbour_does_not(slow: Client) -> None:
    hasty, patient = slow.as_role("agent"), slow.as_role("agent")
    assert statuses(hasty, 4) == [200, 200, 200, 429]
    assert hasty.post("/v1/checks", CHECK).headers["retry-after"] == "1"
    assert patient.post("/v1/checks", CHECK).status_code == 200
    slow.clock.at += timedelta(seconds=1)
    assert statuses(hasty, 2) == [200, 429]


def test_who_guesses_is_soon_not_looked_at(slow: Client) -> None:
    holder = slow.as_role("agent")
    guess = replace(slow, token=holder.token[:17] + "A" * 43)
    assert statuses(guess, 4) == [401, 401, 401, 429]
    assert statuses(replace(holder, address=guess.address), 1) == [429]
    assert statuses(replace(holder, address="198.51.100.9"), 1) == [200]
    assert statuses(slow.as_role("agent"), 1) == [200]
    slow.clock.at += timedelta(seconds=10)
    assert statuses(holder, 1) == [200]


def test_all_addresses_of_one_ipv6_host_count_as_one(slow: Client) -> None:
    holder = slow.as_role("agent")
    for last in range(3):
        guess = replace(slow, token=holder.token[:17] + "A" * 43, address=f"2001:db8::{last}")
        assert statuses(guess, 1) == [401]
    assert statuses(replace(holder, address="2001:db8::ffff"), 1) == [429]
    assert statuses(replace(holder, address="2001:db8:0:1::1"), 1) == [200]


def test_a_station_that_asks_too_often_waits_and_its_neighbour_does_not(slow: Client) -> None:
    def spoken(station: SigningStation, address: str = "203.0.113.7") -> int:
        url = f"/v1/stations/{station.station}/entries"
        return replace(slow, address=address).post(url, content=station.request([])).status_code

    hasty, patient = SigningStation(slow.city), SigningStation(slow.city, THERE)
    assert [spoken(hasty) for _ in range(4)] == [200, 200, 200, 429]
    assert spoken(patient) == 200
    assert spoken(hasty, "198.51.100.9") == 200
    slow.clock.at += timedelta(seconds=1)
    assert [spoken(hasty), spoken(hasty)] == [200, 429]


def test_a_forger_elsewhere_does_not_silence_a_station(slow: Client) -> None:
    url, forged = f"/v1/stations/{STATION}/publications", pull_of(PullRequest(STATION, 1, {}), key_of(THERE))
    forger = replace(slow, address="198.51.100.9")
    assert [forger.post(url, content=forged).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert slow.post(url, content=pull_of(PullRequest(STATION, 1, {}), key_of(STATION))).status_code == 200


def test_what_is_open_is_not_open_without_end(slow: Client) -> None:
    quote = {"zone": 1, "at": "2026-03-04T10:00:00+01:00", "quarters": 4}
    assert statuses(slow, 4, url="/v1/quotes", body=quote) == [200, 200, 200, 429]
    assert statuses(slow, 1, "GET", "/metrics") == [429]
    assert statuses(slow, 5, "GET", "/health") == [200] * 5
    assert statuses(replace(slow, address="198.51.100.9"), 1, url="/v1/quotes", body=quote) == [200]
