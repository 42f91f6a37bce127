"""Requests with missing, forged and insufficient tokens. Sends nothing itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from central.access.tokens import Scope
from firmware.protocol.envelope import public_key_text
from tests.central.forged_requests import FORBIDDEN, PLATE, REFUSED, UNPROVEN, Request
from tests.central.signing_station import STATION, THERE, key_of


@dataclass(frozen=True)
class ProtectedRoute:
    """A route that needs a scope, and a request it accepts."""

    scope: Scope
    request: Request
    answers: frozenset[int] = frozenset({200, 201, 204})
    """Statuses that whoever has the scope is answered with."""


NOTHING_THERE = frozenset({404, 422})
"""What the request is about is not in the register."""


def route(
    scope: Scope, method: str, url: str, content: bytes | dict[str, object] = b"", answers: frozenset[int] | None = None
) -> ProtectedRoute:
    """A protected route; content is bytes, or a dictionary sent as JSON."""
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    made = ProtectedRoute(scope, Request(method, url, body))
    return made if answers is None else replace(made, answers=answers)


def _appeal_routes(notice: str) -> Iterator[ProtectedRoute]:
    appeal, case = f"/v1/appeals/{10**6}", f"/v1/court-cases/{10**6}"
    document = {"kind": "notice", "name": "avis.pdf", "size": 1, "sha256": "0" * 64}
    referral: dict[str, object] = {"against": "refusal", "referred_on": "2026-03-04", "reference": "26-1"}
    bodies: dict[str, dict[str, object]] = {
        f"{notice}/appeals": {"resident": True, "statement": "Payé."},
        f"{notice}/court-cases": referral,
        f"{appeal}/documents": {"documents": [document]},
        f"{appeal}/requests": {"until": "2026-03-20"},
        f"{appeal}/decision": {"outcome": "refused", "reason": "x"},
        f"{case}/judgment": {"judgment": "annulled", "judged_on": "2026-03-04"},
    }
    yield from (route(Scope.APPEALS, "POST", url, content, NOTHING_THERE) for url, content in bodies.items())
    yield from (route(Scope.APPEALS, "GET", url, answers=NOTHING_THERE) for url in (f"{notice}/appeals", appeal, case))
    yield route(Scope.APPEALS, "GET", "/v1/appeals")
    yield from (route(Scope.APPEALS, "GET", f"/v1/appeals-report{kind}?year=2026") for kind in ("", ".csv", ".html"))


def protected_routes(spare: str) -> tuple[ProtectedRoute, ...]:
    """Every route that needs a token, with a request it accepts. `spare`: the id of a token to revoke."""
    key = public_key_text(key_of("another").public_key())
    rows = f"plate,holding,sectors,valid_from,valid_until\n{PLATE},cmi_s,,2026-01-01T00:00:00+01:00,\n"
    later = "effective_from=2027-01-01T00:00:00%2B01:00"
    note: dict[str, object] = {"note": "looked at"}
    notice, at = f"/v1/notices/{'1' * 26}", "2026-03-05T10:00:00+01:00"
    paid: dict[str, object] = {"cents": 5250, "at": at, "reference": "TX-1"}
    return (
        route(Scope.CHECK, "POST", "/v1/checks", {"plate": PLATE, "zone": 1, "sector": "11D"}),
        route(Scope.CHECK, "POST", "/v1/checks/batch", {"checks": [{"plate": PLATE, "zone": 1, "sector": "11D"}]}),
        route(Scope.CHECK, "GET", "/v1/agents/copy?sector=11D"),
        route(Scope.AGENT, "POST", "/v1/notices", {"check": 10**6, "agent": "A-1234"}, NOTHING_THERE),
        route(Scope.AGENT, "GET", notice, answers=NOTHING_THERE),
        route(Scope.AGENT, "GET", f"{notice}/pdf", answers=NOTHING_THERE),
        route(Scope.NOTICES, "POST", f"{notice}/steps", {"step": "sent", "at": at}, NOTHING_THERE),
        route(Scope.PAYMENTS, "POST", f"{notice}/payments", paid, NOTHING_THERE),
        route(Scope.PAYMENTS, "POST", f"{notice}/refunds", paid, NOTHING_THERE),
        route(Scope.FLEET, "GET", "/v1/stations"),
        route(Scope.ENROL, "POST", "/v1/stations", {"station": "75011-0099", "zone": 1, "sector": "11D", "public_key": key}),
        route(Scope.ENROL, "POST", f"/v1/stations/{THERE}/revoke"),
        route(Scope.ENROL, "POST", f"/v1/stations/{STATION}/journals/1/close", {"because": "lost", "number": 0}),
        route(Scope.WAITING, "GET", "/v1/dead-letters"),
        route(Scope.WAITING, "POST", f"/v1/dead-letters/{STATION}/3/clear", note),
        route(Scope.WAITING, "GET", "/v1/incidents"),
        route(Scope.WAITING, "POST", "/v1/incidents/1/clear", note),
        route(Scope.RIGHTS, "PUT", "/v1/rights/residents", rows.encode()),
        route(Scope.PUBLISH, "PUT", f"/v1/tariffs?{later}", (Path(__file__).parents[2] / "tariffs.json").read_bytes()),
        route(Scope.PUBLISH, "PUT", f"/v1/configuration/{STATION}?{later}", {"address": "12 rue Oberkampf"}),
        route(Scope.TOKENS, "GET", "/v1/tokens"),
        route(Scope.TOKENS, "POST", "/v1/tokens", {"who": "a friend", "scopes": ["check"]}),
        route(Scope.TOKENS, "DELETE", f"/v1/tokens/{spare}"),
        *_appeal_routes(notice),
        route(Scope.AUDIT, "GET", "/v1/audit"),
        route(Scope.AUDIT, "GET", "/v1/checks"),
        route(Scope.AUDIT, "GET", f"/v1/checks/{10**6}/evidence", answers=NOTHING_THERE),
        route(Scope.AUDIT, "GET", f"/v1/checks/{10**6}/evidence.pdf", answers=NOTHING_THERE),
        route(Scope.AUDIT, "GET", "/v1/reopened?since=2026-01-01T00:00:00%2B01:00"),
    )


@dataclass(frozen=True)
class Tokens:
    """The tokens of a test: valid, expired, revoked, and of single scopes."""

    good: str
    """For everything."""
    other: str
    """For checks; somebody else's."""
    expired: str
    revoked: str
    single: Mapping[Scope, str]
    """Good for this alone."""
    lacking: Mapping[Scope, str]
    """Good for everything but this."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every one."""
        return (self.good, self.other, self.expired, self.revoked, *self.single.values(), *self.lacking.values())


def bearing(token: str) -> tuple[tuple[str, str], ...]:
    """The Authorization header of a token."""
    return (("authorization", f"Bearer {token}"),)


def without_good_token(true: Request, tokens: Tokens) -> Iterator[Request]:
    """The request of somebody who cannot show a token that is good for anything."""
    for headers in _bad_headers(tokens):
        yield replace(true, headers=headers, statuses=UNPROVEN)
    mark = "&" if "?" in true.url else "?"
    for name in ("token", "access_token", "authorization"):
        yield replace(true, url=f"{true.url}{mark}{name}={tokens.good}", statuses=REFUSED)


def with_wrong_scope(route: ProtectedRoute, tokens: Tokens) -> Iterator[Request]:
    """The request of somebody who may do everything else, and of those who may do one other thing."""
    others = [token for scope, token in tokens.single.items() if scope is not route.scope]
    for token in (tokens.lacking[route.scope], *others):
        yield replace(route.request, headers=bearing(token), statuses=FORBIDDEN)


def _bad_headers(tokens: Tokens) -> Iterator[tuple[tuple[str, str], ...]]:
    good = tokens.good
    basic = base64.b64encode(f"operator:{good}".encode()).decode()
    yield ()
    for text in ("", "Bearer", "Bearer ", f"Basic {basic}", f"Token {good}", f"Digest {good}", good, f"Bearer: {good}"):
        yield (("authorization", text),)
    for name in ("x-authorization", "proxy-authorization", "x-api-key", "x-forwarded-user"):
        yield ((name, f"Bearer {good}"),)
    yield (("cookie", f"token={good}; authorization=Bearer {good}"),)
    for token in _bad_tokens(tokens):
        yield bearing(token)
    yield (*bearing(tokens.expired), *bearing(good))


def _bad_tokens(tokens: Tokens) -> Iterator[str]:
    good, other = tokens.good, tokens.other
    start, secret = good[:17], good[17:]
    yield from (tokens.expired, tokens.revoked)
    yield from (start + other[17:], other[:17] + secret)
    yield from (good[:-1], good + "A", good.upper(), good.swapcase(), good[4:], secret, start, good.replace("_", "-", 2))
    yield from (f"{start}{hashlib.sha256(secret.encode()).hexdigest()[:43]}", f"{start}{'A' * 43}", f"{start}{secret[::-1]}")
    for position in range(0, 43, 6):
        turned = "B" if secret[position] == "A" else "A"
        yield f"{start}{secret[:position]}{turned}{secret[position + 1 :]}"
    for number in range(4):
        digest = hashlib.sha256(bytes([number])).hexdigest()
        yield f"hdt_{digest[:12]}_{digest[:43]}"
    yield from ("null", "undefined", "eyJhbGciOiJub25lIn0.e30.", "hdt_' OR '1'='1_" + "A" * 43, "A" * 5000, f"{good},{good}")
