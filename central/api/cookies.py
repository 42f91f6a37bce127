"""The session's cookie: HttpOnly, SameSite=Lax, Secure over https, for this application's paths only."""

from __future__ import annotations

from fastapi import Request, Response

from central.access.sessions import SESSION_LIFE, new_cookie
from central.api.auth import AuthState
from central.api.page_routes import COOKIE


def set_cookie(request: Request, response: Response, value: str, name: str = COOKIE, seconds: int | None = None) -> None:
    """Give the browser a cookie; one that is not told how long ends with the browser."""
    path, secure = f"{request.scope.get('root_path', '')}/", is_secure(request)
    response.set_cookie(name, value, path=path, httponly=True, samesite="lax", secure=secure, max_age=seconds)


def open_in_browser(request: Request, response: Response, cookie: str) -> None:
    """Give the browser the cookie of a session."""
    set_cookie(request, response, cookie, seconds=int(SESSION_LIFE.total_seconds()))


def drop_cookie(request: Request, response: Response, name: str = COOKIE) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path=f"{request.scope.get('root_path', '')}/", httponly=True, samesite="lax")


def ensure_cookie(request: Request) -> str:
    """A new cookie for a browser that has none, so that its forms can carry a token; empty if it has one."""
    if request.cookies.get(COOKIE):
        return ""
    request.state.cookie = new_cookie()
    return str(request.state.cookie)


def is_secure(request: Request) -> bool:
    """Whether browsers reach this application over https: it says so itself, or a trusted proxy does."""
    auth: AuthState = request.app.state.auth
    return request.url.scheme == "https" or auth.ways.public_url.startswith("https:")
