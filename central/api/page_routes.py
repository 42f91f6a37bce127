"""Pages for people who sign in: who it is, forms that only our own pages can send, errors as pages.

One mechanism for every page: on a route of class PageRoute an unsafe request without its form token, or from another site, does
not reach the handler; whoever is not signed in is sent to the sign-in page; what is refused is a page that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyCookie
from starlette.exceptions import HTTPException

from central.access.sessions import SignedIn, find_session, form_token, is_form_token
from central.access.tokens import Scope
from central.api.auth import Auth
from central.api.bodies import announced_length, limit_of
from central.api.documents import Responses, problems
from central.api.errors import UnprocessableError, wrong_fields
from central.api.multipart import FilledForm, boundary_of, form_in
from central.api.refusals import NotedRoute, note_refusal
from central.pages.site import NOBODY, Frame, render

COOKIE = "hdt_session"
FORM_TOKEN = "csrf"
"""The name of the form token among the fields of a form."""
SAFE = ("GET", "HEAD")
LONGEST_FORM, MOST_FIELDS = 64 << 10, 600
"""Bytes; fields of the longest form we have, that of fifty vehicles."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # `no-referrer` would take the Origin of our own forms away
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HTML: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
PAGE: Responses = {
    **problems(400, 413, 503),
    200: HTML,
    303: {"description": "Done, or to be done after signing in: the page to go to"},
    **{status: {"description": "A page that says what to do", **HTML} for status in (403, 404, 422, 429)},
}
"""What every page can answer."""
SCHEME = APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session", description="set by signing in at `/sign-in`")


class SignInNeededError(Exception):
    """Nobody is signed in."""


class PageRoute(NotedRoute):
    """A route that answers with pages. What it refuses leaves an audit line, as on every route of that class."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with that around it."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                if request.method not in SAFE:
                    await check_noted(request)
                response = await handler(request)
            except SignInNeededError:
                return to_sign_in(request)
            except (RequestValidationError, UnprocessableError, HTTPException) as error:
                return error_page(request, error)
            response.headers.update({name: value for name, value in HEADERS.items() if name not in response.headers})
            return response

        return answer


async def check_noted(request: Request) -> None:
    """The same as `check_form`; what is too long or no form leaves a line if somebody who is signed in sent it."""
    try:
        await check_form(request)
    except HTTPException as error:
        if error.status_code in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY):
            await run_in_threadpool(_note_sender, request)
        raise


def _note_sender(request: Request) -> None:
    auth, cookie = request.app.state.auth, request.cookies.get(COOKIE)
    who = find_session(auth.city.store, cookie, auth.clock()) if cookie else None
    if who is not None:
        request.state.visitor, request.state.bearer = who, who.name
        note_refusal(request, ["body"])


async def check_form(request: Request) -> None:
    """Raises HTTPException 403 unless a form of ours, in this browser, sent this request."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or not is_own_origin(request):
        raise HTTPException(HTTPStatus.FORBIDDEN, "forged")
    said = (await form_fields(request)).get(FORM_TOKEN, "")
    if not is_form_token(request.cookies.get(COOKIE, ""), said):
        raise HTTPException(HTTPStatus.FORBIDDEN, "stale form")


def is_own_origin(request: Request) -> bool:
    """Whether the request names no other origin than ours: the host it is sent to, or behind a proxy our public address."""
    origin, auth = request.headers.get("origin"), request.app.state.auth
    ours = {request.headers.get("host", ""), urlsplit(auth.ways.public_url).netloc} - {""}
    return origin is None or urlsplit(origin).netloc in ours


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Raises HTTPException 413, 422 for what no form of ours sends."""
    if boundary_of(request.headers.get("content-type", "")):
        return (await filled_form(request)).fields
    body = await request.body()
    if len(body) > LONGEST_FORM:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "form too long")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "no form") from error
    return dict(pairs)


async def filled_form(request: Request) -> FilledForm:
    """A form that carries a file. Raises HTTPException 413, 422."""
    if announced_length(request.scope) > limit_of(request.scope):
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file too long", {"Connection": "close"})
    try:
        return form_in(await request.body(), boundary_of(request.headers.get("content-type", "")))
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "no form") from error


FormFields = Annotated[dict[str, str], Depends(form_fields)]
FormWithFile = Annotated[FilledForm, Depends(filled_form)]


def signed_in(scope: Scope | None = None) -> Callable[[Request, Auth, str | None], SignedIn]:
    """A dependency: who is signed in, with this scope. Raises SignInNeededError, HTTPException 403, 429."""

    def find(request: Request, auth: Auth, cookie: Annotated[str | None, Security(SCHEME)]) -> SignedIn:
        who = find_session(auth.city.store, cookie, auth.clock()) if cookie else None
        if who is None:
            raise SignInNeededError
        request.state.visitor, request.state.who, request.state.bearer = who, who.name, who.name
        auth.count_request(("session", who.name), auth.limits.bearer)
        if scope is not None and scope not in who.scopes:
            raise HTTPException(HTTPStatus.FORBIDDEN, "scope")
        return who

    return find


PageWatcher = Annotated[SignedIn, Depends(signed_in(Scope.FLEET))]
"""Whoever may read how the fleet is."""


def show(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page made of a template in central/pages/, in the frame of whoever is signed in."""
    html = render(template, frame_of(request), **values)
    return Response(html, status, headers=HEADERS, media_type="text/html; charset=utf-8")


def frame_of(request: Request) -> Frame:
    """What the frame of every page needs to know of a request."""
    who: SignedIn | None = getattr(request.state, "visitor", None)
    cookie = getattr(request.state, "cookie", "") or request.cookies.get(COOKIE, "")
    root, path = str(request.scope.get("root_path", "")), str(request.scope["path"])
    token = form_token(cookie) if cookie else ""
    return Frame(root, path.removeprefix(root), token, who.shown if who else NOBODY, who.scopes if who else frozenset())


def go_to(request: Request, path: str) -> Response:
    """Go to a page of this application: 303, so that a form is not sent twice."""
    location = f"{request.scope.get('root_path', '')}{path}"
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={**HEADERS, "Location": location})


def to_sign_in(request: Request) -> Response:
    """Sign in first; a page that was asked for is shown afterwards."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    return go_to(request, f"/sign-in?{urlencode({'next': path})}" if request.method in SAFE else "/sign-in")


def error_page(request: Request, error: RequestValidationError | UnprocessableError | HTTPException) -> Response:
    """The page of what was refused."""
    if isinstance(error, HTTPException):
        values = {"code": error.status_code, "detail": error.detail, "fields": (), "wait": wait_text(error.headers)}
        response = show(request, "error.html", error.status_code, **values)
        response.headers.update(error.headers or {})
        return response
    return show(request, "error.html", 422, code=422, detail="", fields=wrong_fields(error), wait="")


def wait_text(headers: Mapping[str, str] | None) -> str:
    """How long to wait, as `Retry-After` says it: whole minutes; from two hours on, whole hours."""
    seconds = (headers or {}).get("Retry-After", "")
    minutes = -(-int(seconds) // 60) if seconds.isascii() and seconds.isdecimal() else 1
    if minutes >= 120:
        return f"{-(-minutes // 60)} heures"
    return f"{minutes} minutes" if minutes > 1 else "une minute"
