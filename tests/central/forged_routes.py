"""Every route that needs a token, with a request it accepts: what forged tokens are tried at. Sends nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from central.access.tokens import Scope
from firmware.protocol.envelope import public_key_text
from tests.central.forged_requests import PLATE, Request
from tests.central.signing_station import STATION, THERE, key_of


@dataclass(frozen=True)
class ProtectedRoute:
    """A route that needs one of some scopes, mostly of one, and a request it accepts."""

    scopes: frozenset[Scope]
    request: Request
    answers: frozenset[int] = frozenset({200, 201, 204})
    """Statuses that whoever has the scope is answered with."""


NOTICE_READERS = frozenset({Scope.AGENT, Scope.NOTICES, Scope.PAYMENTS})
SQUARE = [[2.37, 48.85], [2.38, 48.85], [2.38, 48.86], [2.37, 48.86], [2.37, 48.85]]
FEATURE = {
    "type": "Feature",
    "properties": {"sector": "11D", "zone": 1},
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
}
MAP = msgspec.json.encode({"type": "FeatureCollection", "features": [FEATURE]})
"""A map of one sector."""
NOTHING_THERE = frozenset({404, 422})
"""What the request is about is not in the register."""


def route(
    scope: Scope | frozenset[Scope],
    method: str,
    url: str,
    content: bytes | dict[str, object] = b"",
    answers: frozenset[int] | None = None,
) -> ProtectedRoute:
    """A protected route; content is bytes, or a dictionary sent as JSON."""
    scopes = frozenset({scope}) if isinstance(scope, Scope) else scope
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    made = ProtectedRoute(scopes, Request(method, url, body))
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
    papers = (f"{appeal}/{name}" for name in ("evidence", "evidence.pdf", "corrective-notice.pdf"))
    yield from (route(Scope.APPEALS, "GET", url, answers=NOTHING_THERE) for url in papers)
    yield route(Scope.APPEALS, "GET", "/v1/appeals")
    yield route(Scope.PUBLISH, "PUT", "/v1/appeals-report/figures?year=2026", {"staff_hundredths": 350})
    yield from (route(Scope.APPEALS, "GET", f"/v1/appeals-report{kind}?year=2026") for kind in ("", ".csv", ".html"))


def _card_routes() -> Iterator[ProtectedRoute]:
    asked, either = f"/v1/requests/{10**6}", frozenset({Scope.APPLICANT, Scope.CLERK})
    applicant = {"name": "Anne Dupont", "address": "15 rue de la Roquette", "postcode": "75011", "sectors": ["11D"]}
    line = {"plate": PLATE, "term": "1 year", "category": "M1", "department": "75"}
    said: dict[str, object] = {"product": "resident", "applicant": applicant, "lines": [line], "dispatch": "simple"}
    yield route(Scope.APPLICANT, "POST", "/v1/requests", said)
    yield from (route(Scope.APPLICANT, "GET", url) for url in ("/v1/requests", "/v1/cards"))
    yield route(Scope.APPLICANT, "PUT", asked, said, NOTHING_THERE)
    yield route(Scope.APPLICANT, "POST", f"{asked}/documents?kind=identity&name=a.pdf", b"%PDF-1.7", NOTHING_THERE)
    yield from (
        route(Scope.APPLICANT, "POST", f"{asked}/{step}", answers=NOTHING_THERE) for step in ("submit", "withdraw", "pay")
    )
    yield from (route(either, "GET", url, answers=NOTHING_THERE) for url in (asked, f"{asked}/documents/1"))
    yield from (route(Scope.CLERK, "GET", f"/v1/requests-to-decide{kind}") for kind in ("", ".csv"))
    yield route(Scope.CLERK, "POST", f"{asked}/ask", {"reason": "illisible"}, NOTHING_THERE)
    yield route(Scope.CLERK, "POST", f"{asked}/decide", {"outcome": "rejected", "reason": "x"}, NOTHING_THERE)
    yield route(Scope.CLERK, "POST", f"{asked}/send", answers=NOTHING_THERE)


def _seller_routes(at: str) -> Iterator[ProtectedRoute]:
    bought: dict[str, object] = {"units": 4, "bought_at": at, "cents": 600, "currency": "EUR"}
    sold = {"plate": PLATE, "zone": 1, "sector": "11D", **bought}
    yield route(Scope.FLEET, "GET", "/v1/operators")
    yield route(Scope.ENROL, "POST", "/v1/operators", {"operator": "parkphone", "name": "Park & Phone SAS"})
    yield route(Scope.ENROL, "POST", "/v1/operators/nobody/revoke", answers=NOTHING_THERE)
    yield route(Scope.SELL, "PUT", "/v1/operators/nobody/parkings/1", sold, NOTHING_THERE)
    yield route(Scope.SELL, "PUT", "/v1/operators/nobody/complete-until", {"until": at}, NOTHING_THERE)


def _webhook_routes() -> Iterator[ProtectedRoute]:
    hook, dead = f"/v1/webhooks/{10**6}", "/v1/webhooks/deliveries"
    yield from (route(Scope.WEBHOOKS, "GET", url) for url in ("/v1/webhooks", f"{dead}/dead"))
    yield route(Scope.WEBHOOKS, "POST", "/v1/webhooks", {"url": "https://partner.example/hooks", "kinds": ["notice.issued"]})
    yield route(Scope.WEBHOOKS, "DELETE", hook, answers=NOTHING_THERE)
    yield route(Scope.WEBHOOKS, "POST", f"{dead}/{10**6}/retry", answers=NOTHING_THERE)


def _register_routes(at: str) -> Iterator[ProtectedRoute]:
    """Rights, one and in series, the map of the sectors, what is valid, and what partners read."""
    rows = f"plate,holding,sectors,valid_from,valid_until\n{PLATE},cmi_s,,2026-01-01T00:00:00+01:00,\n"
    held: dict[str, object] = {"plate": PLATE, "holding": "cmi_s", "valid_from": "2026-01-01T00:00:00+01:00"}
    where: dict[str, object] = {"plate": PLATE, "position": {"latitude": 48.855, "longitude": 2.379}}
    single = "/v1/rights/cmi/1"
    yield route(Scope.RIGHTS, "PUT", "/v1/rights/residents", rows.encode())
    yield route(Scope.RIGHTS, "PUT", single, held)
    yield from (route(Scope.RIGHTS, method, single) for method in ("GET", "DELETE"))
    yield route(Scope.PUBLISH, "PUT", "/v1/sectors", MAP)
    yield route(Scope.CHECK, "POST", "/v1/checks/by-position", where)
    yield route(Scope.AUDIT, "GET", f"/v1/parkings?at={at.replace('+', '%2B')}")
    yield from (route(Scope.PARTNER, "GET", f"/v1/apds/{kind}") for kind in ("rights/assigned", "sessions"))


def _audit_routes() -> Iterator[ProtectedRoute]:
    evidence = f"/v1/checks/{10**6}/evidence"
    yield from (route(Scope.AUDIT, "GET", url) for url in ("/v1/audit", "/v1/checks"))
    yield from (route(Scope.AUDIT, "GET", url, answers=NOTHING_THERE) for url in (evidence, f"{evidence}.pdf"))
    yield route(Scope.AUDIT, "GET", "/v1/reopened?since=2026-01-01T00:00:00%2B01:00")


def _notice_routes(notice: str, at: str) -> Iterator[ProtectedRoute]:
    paid: dict[str, object] = {"cents": 5250, "at": at, "reference": "TX-1"}
    yield route(Scope.AGENT, "POST", "/v1/notices", {"check": 10**6, "agent": "A-1234"}, NOTHING_THERE)
    yield route(NOTICE_READERS, "GET", notice, answers=NOTHING_THERE)
    yield route(Scope.NOTICES, "GET", f"{notice}/pdf", answers=NOTHING_THERE)
    yield route(Scope.NOTICES, "POST", f"{notice}/letter-code", answers=NOTHING_THERE)
    yield route(Scope.NOTICES, "GET", "/v1/notices/proposed-cancellations")
    yield route(Scope.NOTICES, "POST", f"{notice}/steps", {"step": "sent", "at": at}, NOTHING_THERE)
    yield route(Scope.PAYMENTS, "POST", f"{notice}/payments", paid, NOTHING_THERE)
    yield route(Scope.PAYMENTS, "POST", f"{notice}/refunds", paid, NOTHING_THERE)


def protected_routes(spare: str) -> tuple[ProtectedRoute, ...]:
    """Every route that needs a token, with a request it accepts. `spare`: the id of a token to revoke."""
    key = public_key_text(key_of("another").public_key())
    later = "effective_from=2027-01-01T00:00:00%2B01:00"
    note: dict[str, object] = {"note": "looked at"}
    notice, at = f"/v1/notices/{'1' * 26}", "2026-03-05T10:00:00+01:00"
    return (
        route(Scope.CHECK, "POST", "/v1/checks", {"plate": PLATE, "zone": 1, "sector": "11D"}),
        route(Scope.CHECK, "POST", "/v1/checks/batch", {"checks": [{"plate": PLATE, "zone": 1, "sector": "11D"}]}),
        route(Scope.CHECK, "GET", "/v1/agents/copy?sector=11D"),
        route(Scope.FLEET, "GET", "/v1/stations"),
        route(Scope.ENROL, "POST", "/v1/stations", {"station": "75011-0099", "zone": 1, "sector": "11D", "public_key": key}),
        route(Scope.ENROL, "POST", f"/v1/stations/{THERE}/revoke"),
        route(Scope.ENROL, "POST", f"/v1/stations/{STATION}/journals/1/close", {"because": "lost", "number": 0}),
        route(Scope.WAITING, "GET", "/v1/dead-letters"),
        route(Scope.WAITING, "POST", f"/v1/dead-letters/{STATION}/3/clear", note),
        route(Scope.WAITING, "GET", "/v1/incidents"),
        route(Scope.WAITING, "POST", "/v1/incidents/1/clear", note),
        route(Scope.PUBLISH, "PUT", f"/v1/tariffs?{later}", (Path(__file__).parents[2] / "tariffs.json").read_bytes()),
        route(Scope.PUBLISH, "PUT", f"/v1/configuration/{STATION}?{later}", {"address": "12 rue Oberkampf"}),
        route(Scope.TOKENS, "GET", "/v1/tokens"),
        route(Scope.TOKENS, "POST", "/v1/tokens", {"who": "a friend", "scopes": ["check"]}),
        route(Scope.TOKENS, "DELETE", f"/v1/tokens/{spare}"),
        *_notice_routes(notice, at),
        *_appeal_routes(notice),
        *_card_routes(),
        *_seller_routes(at),
        *_webhook_routes(),
        *_register_routes(at),
        *_audit_routes(),
    )
