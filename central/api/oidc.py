"""Pages that sign in through an OpenID provider: authorisation code with PKCE, state and nonce.

The provider says which e-mail address somebody has; the account of that address says what they may do. Nobody gets an account
this way. What travels between the two pages is in a cookie of this browser, so a reply that another browser began is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

import httpx
import msgspec
from authlib.common.security import generate_token  # type: ignore[import-untyped]  # it ships none
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from joserfc import jwt
from joserfc.jwk import KeySet, KeySetSerialization
from starlette.exceptions import HTTPException

from central.access.accounts import APPLICANT, Account, email_in, find_account, keep_language
from central.access.languages import language_in
from central.access.oidc_settings import OidcSettings
from central.access.sessions import open_session
from central.access.sign_in_links import HOME
from central.api.auth import Auth, AuthState, limit_public
from central.api.cookies import drop_cookie, open_in_browser, set_cookie
from central.api.page_routes import PAGE, PageRoute, go_to
from central.api.sign_in import sign_in_page
from central.core.logs import SERVER, log
from central.outgoing.bounded import BoundedTransport
from firmware.domain.base64url import base64url_decode
from firmware.domain.decoding import decode_json

COOKIE = "hdt_oidc"
RETURN = "/sign-in/oidc/return"
TIMEOUT_S, LEEWAY_S, COOKIE_S = 10.0, 60, 600
LONGEST_ANSWER = 1 << 20
ALGORITHMS = ["RS256", "ES256"]
ReplyPart = Annotated[str, Query(max_length=2000)]

routes = APIRouter(tags=["people"], route_class=PageRoute, dependencies=[Depends(limit_public)], responses=PAGE)


class OidcError(Exception):
    """The provider's reply signs nobody in; the reason is for the log."""


@dataclass(frozen=True)
class OidcTrip:
    """What one sign-in through a provider is recognised by when it comes back."""

    state: str
    nonce: str
    verifier: str

    @property
    def text(self) -> str:
        """As the cookie carries it."""
        return ".".join((self.state, self.nonce, self.verifier))


def trip_in(text: str) -> OidcTrip:
    """The sign-in in a cookie. Raises OidcError for what is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise OidcError("no cookie")
    return OidcTrip(*parts)


@routes.get("/sign-in/oidc", response_class=Response)
def start(request: Request, auth: Auth) -> Response:
    """Go to the provider."""
    settings = _settings(auth)
    trip = OidcTrip(*(generate_token(48) for _ in range(3)))
    try:
        with client_of_provider() as http:
            endpoint = discover(http, settings)["authorization_endpoint"]
            client = OAuth2Client(
                http, settings.client_id, scope="openid email", redirect_uri=_back(auth), code_challenge_method="S256"
            )
            address, _ = client.create_authorization_url(endpoint, trip.state, trip.verifier, nonce=trip.nonce)
    except (httpx.HTTPError, KeyError, ValueError, OidcError) as error:
        return _failed(request, auth, error)
    response = go_to(request, HOME)
    response.headers["Location"] = address
    set_cookie(request, response, trip.text, COOKIE, COOKIE_S)
    return response


@routes.get(RETURN, response_class=Response)
def come_back(
    request: Request,
    auth: Auth,
    state: ReplyPart = "",
    code: ReplyPart = "",
    error: ReplyPart = "",
    error_description: ReplyPart = "",
    error_uri: ReplyPart = "",
    iss: ReplyPart = "",
    scope: ReplyPart = "",
    session_state: ReplyPart = "",
    hdt_oidc: Annotated[str, Cookie(max_length=500)] = "",
) -> Response:
    """Sign in whoever the provider sends back; what is not read here, providers add."""
    settings = _settings(auth)
    try:
        trip = trip_in(hdt_oidc)
        if error or not code or state != trip.state or iss not in ("", settings.issuer):
            raise OidcError("refused by the provider" if error else "not the reply that was waited for")
        account = _account_of(auth, email_of(settings, auth, code, trip))
    except (httpx.HTTPError, KeyError, ValueError, OidcError) as failure:
        return _failed(request, auth, failure)
    response = go_to(request, HOME)
    keep_language(auth.city.store, account.id, language_in(request.headers.get("accept-language", "")))
    open_in_browser(request, response, open_session(auth.city.store, account, auth.clock(), "oidc"))
    drop_cookie(request, response, COOKIE)
    return response


def client_of_provider() -> httpx.Client:
    """What asks the provider: each of its answers comes within a time and a length."""
    return httpx.Client(transport=BoundedTransport(TIMEOUT_S, LONGEST_ANSWER), timeout=TIMEOUT_S)


def email_of(settings: OidcSettings, auth: AuthState, code: str, trip: OidcTrip) -> str:
    """The verified e-mail address behind a code.

    Raises OidcError, httpx.HTTPError, KeyError, ValueError for what proves none.
    """
    with client_of_provider() as http:
        provider = discover(http, settings)
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": trip.verifier, "redirect_uri": _back(auth)}
        secret = (settings.client_id, settings.client_secret)
        token = _object_in(http.post(provider["token_endpoint"], data=asked, auth=secret))
        keys = KeySet.import_key_set(cast(KeySetSerialization, _json(http, provider["jwks_uri"])))
    claims = verified_claims(settings, str(token["id_token"]), keys, trip.nonce, auth.clock())
    if claims.get("email_verified") is not True:
        raise OidcError("e-mail address not verified")
    return str(claims["email"])


_object = msgspec.json.Decoder(dict[str, Any])


def verified_claims(settings: OidcSettings, token: str, keys: KeySet, nonce: str, now: datetime) -> dict[str, Any]:
    """What an ID token claims. Raises OidcError unless this provider signed it, for us, for this sign-in, and lately."""
    try:
        signed = jwt.decode(token, keys, algorithms=ALGORITHMS)
        for part in token.split(".")[:2]:
            decode_json(_object, base64url_decode(part))
        wanted = {"iss": {"essential": True, "value": settings.issuer}, "aud": {"essential": True, "value": settings.client_id}}
        options = {**wanted, "nonce": {"essential": True, "value": nonce}, "email": {"essential": True}}
        claims = CodeIDToken(signed.claims, signed.header, options, {"nonce": nonce, "client_id": settings.client_id})
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except Exception as error:  # each of the two libraries has a tree of its own
        raise OidcError(type(error).__name__) from error
    return dict(claims)


def discover(http: httpx.Client, settings: OidcSettings) -> dict[str, Any]:
    """What the provider says of itself. Raises OidcError if it is another one."""
    said = _json(http, f"{settings.issuer}/.well-known/openid-configuration")
    if said.get("issuer") != settings.issuer:
        raise OidcError("another issuer answers there")
    return said


def _json(http: httpx.Client, address: str) -> dict[str, Any]:
    return _object_in(http.get(address))


def _object_in(answer: httpx.Response) -> dict[str, Any]:
    return decode_json(_object, answer.raise_for_status().content)


def _back(auth: AuthState) -> str:
    """Where the provider sends the browser."""
    return f"{auth.ways.public_url}{RETURN}"


def _account_of(auth: AuthState, email: str) -> Account:
    with auth.city.store.begin() as connection:
        account = find_account(connection, email_in(email))
    if account is None or account.closed_at or account.role == APPLICANT:
        raise OidcError("no account")
    return account


def _settings(auth: AuthState) -> OidcSettings:
    if auth.ways.oidc is None:
        raise HTTPException(404, "no provider")
    return auth.ways.oidc


def _failed(request: Request, auth: AuthState, error: Exception) -> Response:
    """Back to the sign-in page; the log has the kind of failure, and no address."""
    log(SERVER, "oidc failed", error=str(error) if isinstance(error, OidcError) else type(error).__name__)
    return sign_in_page(request, auth, "", "oidc", 403)
