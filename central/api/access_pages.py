"""Pages of operators and auditors: tokens (list, issue, revoke) and the audit trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from central.access import tokens
from central.access.sessions import SignedIn
from central.access.tokens import ROLES, Scope
from central.api.auth import Auth, AuthState
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.page_routes import PAGE, FormFields, PageRoute, go_to, show, signed_in
from central.core.audit import latest_audit
from firmware.domain.errors import FieldError

Keeper = Annotated[SignedIn, Depends(signed_in(Scope.TOKENS))]
PageAuditor = Annotated[SignedIn, Depends(signed_in(Scope.AUDIT))]
TokenId = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]
PAGE_LENGTH = 100

GIVEN_HERE = {role: scopes for role, scopes in ROLES.items() if role != "seller"}
"""Roles of the form; a seller's token is for one seller, who is named over the API."""

routes = APIRouter(tags=["people"], route_class=PageRoute, responses=PAGE)


@routes.get("/tokens", response_class=Response)
def read_tokens(request: Request, keeper: Keeper, auth: Auth, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Every token there has been, newest first, and a form for another."""
    return _page(request, keeper, auth, done=done)


@routes.post("/tokens", response_class=Response)
def issue(request: Request, keeper: Keeper, auth: Auth, form: FormFields) -> Response:
    """Issue a token of a role; its secret is on the page that follows, and nowhere else. Nobody gives what he has not got."""
    role, days = form.get("role", ""), form.get("days", "")
    with rule_errors():
        if role not in GIVEN_HERE:
            raise FieldError("scopes", f"must be one of {', '.join(GIVEN_HERE)}")
        lifetime = timedelta(days=int(days) if days.isascii() and days.isdecimal() and len(days) <= 3 else 0)
        if not ROLES[role] <= keeper.scopes:
            raise HTTPException(403, "scope")
        secret = tokens.issue_token(auth.city.store, form.get("who", ""), ROLES[role], lifetime, keeper.name, auth.clock())
    return _page(request, keeper, auth, secret=secret)


@routes.post("/tokens/{id}/revoke", response_class=Response)
def revoke(request: Request, keeper: Keeper, auth: Auth, id: TokenId) -> Response:
    """Revoke a token from now on; sessions that it opened end with it."""
    with rule_errors():
        tokens.revoke_token(auth.city.store, id, keeper.name, auth.clock())
    return go_to(request, "/tokens?done=revoked")


@routes.get("/audit", response_class=Response)
def read_audit(
    request: Request, auditor: PageAuditor, auth: Auth, before: Annotated[Number | None, Query()] = None
) -> Response:
    """Who did what, newest first."""
    found = latest_audit(auth.city.store, before, PAGE_LENGTH)
    older = found[-1].id if len(found) == PAGE_LENGTH else None
    return show(request, "operator/audit.html", entries=found, older=older)


def _page(request: Request, keeper: SignedIn, auth: AuthState, secret: str = "", done: str = "") -> Response:
    listed = tokens.list_tokens(auth.city.store)[::-1]
    roles = [role for role, scopes in GIVEN_HERE.items() if scopes <= keeper.scopes]
    now = auth.clock()
    return show(request, "operator/tokens.html", tokens=listed, roles=roles, now=now, secret=secret, done=done)
