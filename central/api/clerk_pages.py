"""Pages of the clerks who examine requests for parking cards: the queue, a request, the decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError

from central.access.sessions import SignedIn
from central.access.tokens import Scope
from central.api.auth import Auth
from central.api.card_requests import CounterDesk, check_not_own
from central.api.counter_pages import saved_document
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.page_routes import PAGE, FormFields, PageRoute, go_to, show, signed_in
from central.api.texts import PlainText
from central.cards.answers import read_card_request, request_line
from central.cards.instruction import accept_request, ask_applicant, queue, reject_request, send_cards, to_send
from central.cards.reading import owner_of_request, whose_to_read
from firmware.domain.errors import FieldError

ClerkVisitor = Annotated[SignedIn, Depends(signed_in(Scope.CLERK))]
STEPS = {"accept": accept_request, "reject": reject_request, "ask": ask_applicant}
"""What the buttons of a request do."""
_REASON: TypeAdapter[str] = TypeAdapter(PlainText)

routes = APIRouter(prefix="/clerk", tags=["people"], route_class=PageRoute, responses=PAGE)


@routes.get("", response_class=Response)
def read_queue(request: Request, visitor: ClerkVisitor, auth: Auth, desk: CounterDesk) -> Response:
    """Requests that wait for a decision, and cards that wait to be sent."""
    now = auth.clock()
    waiting = [request_line(desk, each, now) for each in queue(desk, now)]
    paid = [request_line(desk, each, now) for each in to_send(desk, now)]
    return show(request, "counter/queue.html", waiting=waiting, paid=paid)


@routes.get("/{id}", response_class=Response)
def read(request: Request, visitor: ClerkVisitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """A request, to be examined."""
    with rule_errors():
        theirs = whose_to_read(desk, id, visitor.shown, clerk=True)
        answer, owner = read_card_request(desk, id, theirs, auth.clock()), owner_of_request(desk, id)
        return show(request, "counter/examine.html", answer=answer, owner=owner)


@routes.post("/{id}/decide", response_class=Response)
def decide(request: Request, visitor: ClerkVisitor, id: Number, form: FormFields, auth: Auth, desk: CounterDesk) -> Response:
    """Accept, reject, or ask for a document: the button says which."""
    with rule_errors():
        step = STEPS.get(form.get("step", ""))
        if step is None:
            raise FieldError("state", "no such step")
        check_not_own(desk, id, visitor.shown)
        step(desk, id, _reason(form.get("reason", "")), visitor.name, auth.clock())
    return go_to(request, f"/clerk/{id}")


@routes.post("/{id}/send", response_class=Response)
def send(request: Request, visitor: ClerkVisitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """Say that the cards were sent."""
    with rule_errors():
        send_cards(desk, id, visitor.name, auth.clock())
    return go_to(request, f"/clerk/{id}")


@routes.get("/{id}/documents/{seq}", response_class=StreamingResponse)
def download(request: Request, visitor: ClerkVisitor, id: Number, seq: Number, auth: Auth, desk: CounterDesk) -> Response:
    """A document, to be saved; that it was read is noted."""
    with rule_errors():
        theirs = whose_to_read(desk, id, visitor.shown, clerk=True)
    return saved_document(desk, id, seq, theirs, visitor.name, auth)


def _reason(text: str) -> str:
    try:
        return _REASON.validate_python(text.strip())
    except ValidationError as error:
        raise FieldError("reason", "plain text of at most 500 characters, no HTML") from error
