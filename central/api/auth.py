"""Authentication and rate limits: the dependencies of every route.

A token is remembered for a second at most. Who shows a bad one ten times in a minute is not even looked at for a while: counted
by address and by the id the token claims, so that neither a neighbour behind the same address nor a thief elsewhere can lock a
holder out. A rate limit is not a secret keeper: 32 random bytes are.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from central.access import tokens
from central.access.rate_limits import BucketKey, Buckets, Limits, Rate
from central.access.sign_in_ways import SignInWays
from central.access.tokens import Bearer, Scope
from central.core.audit import PUBLIC
from central.core.city import City
from central.core.problems import retry_after
from central.operations.metrics import RequestCounters


@dataclass(frozen=True)
class AuthState:
    """The city that one application serves, its clock, limits and counters."""

    city: City
    clock: Callable[[], datetime]
    """Gives aware dates."""
    limits: Limits
    buckets: Buckets
    counters: RequestCounters
    ways: SignInWays = field(default_factory=SignInWays)

    def count_request(self, key: BucketKey, rate: Rate) -> None:
        """Count this request. Raises HTTPException 429 if it comes too soon."""
        _raise_if_limited(self.buckets.take(key, rate, self.clock()))

    def check_failures(self, kind: str, address: str, claimed: str) -> None:
        """Raises HTTPException 429 while too many failures of this kind, address and name are remembered."""
        _raise_if_limited(self.buckets.delay(("refused", kind, address, claimed), self.limits.failures, self.clock()))

    def count_failure(self, kind: str, address: str, claimed: str) -> None:
        """Count an invalid token or signature."""
        self.counters.refused.labels(kind).inc()
        self.buckets.take(("refused", kind, address, claimed), self.limits.failures, self.clock())


async def auth_state_of(connection: HTTPConnection) -> AuthState:
    """The state of the application that answers."""
    auth: AuthState = connection.app.state.auth
    return auth


Auth = Annotated[AuthState, Depends(auth_state_of)]
SCHEME = HTTPBearer(
    auto_error=False, scheme_name="token", description="`hdt_<id>_<secret>`, as `horodateur-central token new` shows it once"
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(SCHEME)]


def needs(
    scope: Scope, *or_scopes: Scope
) -> Callable[[Request, AuthState, HTTPAuthorizationCredentials | None], Awaitable[Bearer]]:
    """A dependency: the holder of a valid token with this scope, or one of the others. Raises HTTPException 401, 403, 429.

    Who is remembered is let in without a thread to wait for the database in.
    """

    async def authenticate(request: Request, auth: Auth, credentials: Credentials) -> Bearer:
        return await bearer_of(request, auth, credentials.credentials if credentials else "", scope, *or_scopes)

    return authenticate


async def bearer_of(request: Request, auth: AuthState, text: str, scope: Scope, *or_scopes: Scope) -> Bearer:
    """The holder of a token with one of these scopes; this request is counted. Raises HTTPException 401, 403, 429."""
    if tokens.is_known(auth.city.store, text, auth.clock()):
        bearer = _find_bearer(request, auth, text)
    else:
        bearer = await run_in_threadpool(_find_bearer, request, auth, text)
    auth.count_request(("token", bearer.id), auth.limits.bearer)
    if bearer.scopes.isdisjoint({scope, *or_scopes}):
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise HTTPException(HTTPStatus.FORBIDDEN, f"token lacks scope {scope}", challenge)
    return bearer


async def limit_public(request: Request, auth: Auth) -> None:
    """A dependency: the rate limit of routes that need no token. Raises HTTPException 429."""
    auth.count_request(("public", address_of(request)), auth.limits.public)


async def limit_notices(request: Request, auth: Auth) -> None:
    """A dependency: the rate limit of public questions about notices. Raises HTTPException 429."""
    auth.count_request(("notice", address_of(request)), auth.limits.notices)
    _raise_if_limited(auth.buckets.delay(("guess", address_of(request)), auth.limits.guesses, auth.clock()))
    request.state.bearer = PUBLIC


@contextmanager
def counted_guess(request: Request, auth: AuthState, number: str) -> Iterator[None]:
    """Count what turns out to be no notice's number, plate and code (LookupError): one address guesses so often a day.

    `number`: whose code was said; empty: none was. Codes of one number are guessed so often a day from wherever; after that an
    address that has not guessed at it may still say one: whoever has the code is not held back by those who have not.
    """
    here, everywhere, now = ("code", number, address_of(request)), ("code", number), auth.clock()
    if number and auth.buckets.delay(everywhere, auth.limits.codes, now):
        _raise_if_limited(auth.buckets.delay(here, auth.limits.code_tries, now))
    try:
        yield
    except LookupError:
        auth.buckets.take(("guess", address_of(request)), auth.limits.guesses, now)
        if number:
            auth.buckets.take(everywhere, auth.limits.codes, now)
            auth.buckets.take(here, auth.limits.code_tries, now)
        raise


def address_of(connection: HTTPConnection) -> str:
    """The address a request is counted under: an IPv4 address, or the /64 of an IPv6 address, for one host has all of it."""
    return _counted_address(connection.client.host if connection.client else "")


@lru_cache(maxsize=1024)
def _counted_address(host: str) -> str:
    """The same host asks again and again, and to read its address takes longer than to look a token up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((int(address), 64), strict=False))


def _find_bearer(request: Request, auth: AuthState, text: str) -> Bearer:
    address, claimed = address_of(request), tokens.token_id(text)
    request.state.claims = claimed or None
    auth.check_failures("token", address, claimed)
    bearer = tokens.find_bearer(auth.city.store, text, auth.clock())
    if bearer is None:
        auth.count_failure("token", address, claimed)
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "missing or invalid bearer token", {"WWW-Authenticate": "Bearer"})
    request.state.who, request.state.bearer = bearer.id, bearer.name
    return bearer


def _raise_if_limited(seconds: float) -> None:
    if seconds:
        headers = retry_after(seconds)
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, f"too many requests; retry in {headers['Retry-After']} s", headers)
