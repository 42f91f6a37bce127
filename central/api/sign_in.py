"""Pages to sign in and out: by a one-time link sent to an e-mail address, by a token, through another provider (oidc.py)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from central.access import tokens
from central.access.accounts import keep_language
from central.access.languages import language_in
from central.access.mail import Mail
from central.access.rate_limits import Rate
from central.access.sessions import SignedIn, end_session, open_session
from central.access.sign_in_links import LINK_LIFE, LinkState, ask_link, local_path, look_at_link, note_ended_link, use_link
from central.api.auth import Auth, AuthState, address_of, limit_public
from central.api.cookies import drop_cookie, ensure_cookie, open_in_browser, set_cookie
from central.api.page_routes import COOKIE, PAGE, FormFields, PageRoute, go_to, show, signed_in
from firmware.domain.errors import FieldError

SUBJECT = "Votre lien de connexion"
LETTER = """\
Bonjour,

Pour vous connecter au service du stationnement, ouvrez ce lien dans les 15 minutes :

{link}

Il ne sert qu’une fois. Si vous n’avez rien demandé, ne faites rien : sans ce lien, personne ne se connecte à votre place.
"""
ONE_LINE = Rate(1 / 3600, 1)
"""Audit lines of a link that signs nobody in any more: one an hour."""
Secret = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$")]
Next = Annotated[str, Query(max_length=300)]
Anyone = Annotated[SignedIn, Depends(signed_in())]

routes = APIRouter(tags=["people"], route_class=PageRoute, responses=PAGE)
PUBLIC = [Depends(limit_public)]


@routes.get("/sign-in", response_class=Response, dependencies=PUBLIC)
def read_sign_in(request: Request, auth: Auth, next: Next = "") -> Response:
    """The ways to sign in. `next`: the page that is shown afterwards."""
    return sign_in_page(request, auth, next)


@routes.post("/sign-in/link", response_class=Response, dependencies=PUBLIC)
def ask_for_link(request: Request, auth: Auth, form: FormFields) -> Response:
    """Send a link to an address. The answer is the same for one that is known, unknown, closed, or asked for too often."""
    auth.count_request(("link", address_of(request)), auth.limits.links)
    if auth.ways.mail is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "no mail")
    try:
        secret = ask_link(auth.city.store, form.get("email", ""), form.get("next", ""), auth.clock())
    except FieldError:
        return sign_in_page(request, auth, form.get("next", ""), "email", HTTPStatus.UNPROCESSABLE_ENTITY)
    if secret:
        text = LETTER.format(link=f"{auth.ways.public_url}/sign-in/link/{secret}")
        auth.ways.mail.send(Mail(form["email"].strip().lower(), SUBJECT, text, LINK_LIFE), auth.clock())
    return show(request, "sign_in/sent.html")


@routes.get("/sign-in/link/{secret}", response_class=Response, dependencies=PUBLIC)
def read_link(request: Request, auth: Auth, secret: Secret) -> Response:
    """The page of a link: a button that signs in. Looking at it uses nothing up."""
    look = look_at_link(auth.city.store, secret, auth.clock())
    if look.state is not LinkState.USABLE:
        return _ended(request, auth, secret, look.state)
    cookie = ensure_cookie(request)
    response = show(request, "sign_in/link.html", secret=secret, email=look.email)
    if cookie:
        set_cookie(request, response, cookie)
    return response


@routes.post("/sign-in/link/{secret}", response_class=Response, dependencies=PUBLIC)
def follow_link(request: Request, auth: Auth, secret: Secret) -> Response:
    """Sign in with a link, once."""
    used = use_link(auth.city.store, secret, auth.clock())
    if used.state is not LinkState.USABLE or used.account is None:
        return _ended(request, auth, secret, used.state)
    response = go_to(request, used.goes_to)
    keep_language(auth.city.store, used.account.id, language_in(request.headers.get("accept-language", "")))
    open_in_browser(request, response, open_session(auth.city.store, used.account, auth.clock(), "link"))
    return response


@routes.post("/sign-in/token", response_class=Response, dependencies=PUBLIC)
def sign_in_by_token(request: Request, auth: Auth, form: FormFields) -> Response:
    """Sign in with a token, for as long as it is good and half a day at most."""
    text = form.get("token", "").strip()
    address, claimed = address_of(request), tokens.token_id(text)
    auth.check_failures("token", address, claimed)
    bearer = tokens.find_bearer(auth.city.store, text, auth.clock())
    if bearer is None:
        auth.count_failure("token", address, claimed)
        return sign_in_page(request, auth, form.get("next", ""), "token", HTTPStatus.FORBIDDEN)
    response = go_to(request, local_path(form.get("next", "")))
    open_in_browser(request, response, open_session(auth.city.store, bearer, auth.clock(), "token"))
    return response


@routes.post("/sign-out", response_class=Response, dependencies=PUBLIC)
def sign_out(request: Request, auth: Auth) -> Response:
    """End the session of this browser."""
    end_session(auth.city.store, request.cookies.get(COOKIE, ""), auth.clock())
    response = go_to(request, "/sign-in")
    drop_cookie(request, response)
    return response


@routes.get("/home", response_class=Response)
def read_home(request: Request, visitor: Anyone) -> Response:
    """What whoever is signed in can do here."""
    return show(request, "home.html", visitor=visitor)


def sign_in_page(request: Request, auth: AuthState, next: str, wrong: str = "", status: int = 200) -> Response:
    """The page to sign in; `wrong`: the field that could not be taken."""
    cookie = ensure_cookie(request)
    ways = {"mail": auth.ways.mail is not None, "oidc": auth.ways.oidc.label if auth.ways.oidc else ""}
    response = show(request, "sign_in/ways.html", status, next=next if local_path(next) == next else "", wrong=wrong, **ways)
    if cookie:
        set_cookie(request, response, cookie)
    return response


def _ended(request: Request, auth: AuthState, secret: str, state: LinkState) -> Response:
    """A link that signs nobody in, and what to do. One that was good once leaves a line: somebody else may have it."""
    if not auth.buckets.take(("link noted", secret), ONE_LINE, auth.clock()):
        note_ended_link(auth.city.store, secret, state, auth.clock())
    status = HTTPStatus.NOT_FOUND if state is LinkState.UNKNOWN else HTTPStatus.FORBIDDEN
    return show(request, "sign_in/ended.html", status, state=state.value)
