"""Requests with missing, forged and insufficient tokens. Sends nothing itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from central.access.tokens import Scope
from tests.central.forged_requests import FORBIDDEN, REFUSED, UNPROVEN, Request
from tests.central.forged_routes import ProtectedRoute


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
    lacking: Mapping[frozenset[Scope], str]
    """Good for everything but these."""

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
    others = [token for scope, token in tokens.single.items() if scope not in route.scopes]
    for token in (tokens.lacking[route.scopes], *others):
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
