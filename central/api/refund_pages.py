"""Page of operators: what is owed back for parking cards, what the bank refused, and what can be done about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from central.access.sessions import SignedIn
from central.access.tokens import Scope
from central.api.auth import Auth
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.page_routes import PAGE, FormFields, PageRoute, go_to, show, signed_in
from central.cards.refund_tries import list_owed, retry_refund, settle_refund
from firmware.domain.errors import FieldError

RefundVisitor = Annotated[SignedIn, Depends(signed_in(Scope.WAITING))]

routes = APIRouter(prefix="/refunds", tags=["people"], route_class=PageRoute, responses=PAGE)


@routes.get("", response_class=Response)
def read_owed(request: Request, visitor: RefundVisitor, auth: Auth) -> Response:
    """What is owed back and not given back yet: what the bank refused first."""
    return show(request, "operator/refunds.html", owed=list_owed(auth.city.store), now=auth.clock())


@routes.post("/{id}", response_class=Response)
def decide(request: Request, visitor: RefundVisitor, id: Number, form: FormFields, auth: Auth) -> Response:
    """Have a refused refund tried again, or say how it was given back: the button says which."""
    store, now, step = auth.city.store, auth.clock(), form.get("step", "")
    with rule_errors():
        if step == "retry":
            retry_refund(store, id, visitor.name, now)
        elif step == "settle":
            settle_refund(store, id, form.get("note", ""), visitor.name, now)
        else:
            raise FieldError("state", "no such step")
    return go_to(request, "/refunds")
