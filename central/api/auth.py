"""Who is let in, and how often. Everything a route needs beside its own question comes from here.

A token is looked up anew for each request. Who shows a bad one ten times in a minute is not even looked at for a while: counted
by address and by the id the token claims, so that neither a neighbour behind the same address nor a thief elsewhere can lock a
holder out. A rate limit is not a secret keeper: 32 random bytes are.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from central.access import tokens
from central.access.rate_limits import BucketKey, Buckets, Limits, Rate
from central.access.tokens import Bearer, Scope
from central.core.city import City
from central.operations.metrics import Counted


@dataclass(frozen=True)
class AuthState:
    """What one application serves, and what its process remembers of who came."""

    city: City
    clock: Callable[[], datetime]
    """Gives aware dates."""
    limits: Limits
    buckets: Buckets
    counted: Counted

    def pass_one(self, key: BucketKey, rate: Rate) -> None:
        """Count this request. Raises HTTPException 429 if it comes too soon."""
        _unless_waiting(self.buckets.take(key, rate, self.clock()))

    def look_at(self, kind: str, address: str, claimed: str) -> None:
        """Raises HTTPException 429 while too many of these have given no good proof lately."""
        _unless_waiting(self.buckets.wait(("refused", kind, address, claimed), self.limits.failures, self.clock()))

    def remember_refused(self, kind: str, address: str, claimed: str) -> None:
        """Somebody who claims to be this gave no good proof."""
        self.counted.refused.labels(kind).inc()
        self.buckets.take(("refused", kind, address, claimed), self.limits.failures, self.clock())


async def auth_state_of(connection: HTTPConnection) -> AuthState:
    """The gate of the application that answers."""
    gate: AuthState = connection.app.state.gate
    return gate


Auth = Annotated[AuthState, Depends(auth_state_of)]
SCHEME = HTTPBearer(
    auto_error=False, scheme_name="token", description="`hdt_<id>_<secret>`, as `horodateur-central token new` shows it once"
)
GivenToken = Annotated[HTTPAuthorizationCredentials | None, Depends(SCHEME)]


def needs(scope: Scope) -> Callable[[Request, AuthState, HTTPAuthorizationCredentials | None], Bearer]:
    """A dependency: whoever asks has a good token with this scope."""

    def admitted(request: Request, gate: Auth, given: GivenToken) -> Bearer:
        bearer = _bearer(request, gate, given.credentials if given else "")
        gate.pass_one(("token", bearer.id), gate.limits.bearer)
        if scope not in bearer.scopes:
            asked = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise HTTPException(HTTPStatus.FORBIDDEN, f"this token is not good for {scope}", asked)
        return bearer

    return admitted


async def anyone(request: Request, gate: Auth) -> None:
    """A dependency: no token is asked for, and nobody asks too often. Raises HTTPException 429."""
    gate.pass_one(("public", address_of(request)), gate.limits.public)


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from: an IPv4 address, or the /64 an IPv6 address is in, for one host has all of it."""
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((int(address), 64), strict=False))


def _bearer(request: Request, gate: AuthState, text: str) -> Bearer:
    address, claimed = address_of(request), tokens.id_in(text)
    request.state.claims = claimed or None
    gate.look_at("token", address, claimed)
    bearer = tokens.bearer(gate.city.store, text, gate.clock())
    if bearer is None:
        gate.remember_refused("token", address, claimed)
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED, "a good token is needed: Authorization: Bearer hdt_…", {"WWW-Authenticate": "Bearer"}
        )
    request.state.who = bearer.id
    return bearer


def _unless_waiting(seconds: float) -> None:
    if seconds:
        whole = math.ceil(seconds)
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, f"too many requests; again in {whole} s", {"Retry-After": str(whole)})
