"""Routes of the counter: applicants ask for parking cards and pay them, clerks examine, decide and send.

An account is named by its token: `who` is its e-mail address. What is somebody else's is not there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from central.access.rate_limits import Rate
from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, AuthState, address_of, needs
from central.api.bodies import RawBody, SpooledBody
from central.api.card_bodies import CardDecision, CardQuestion, CardRequestSaid
from central.api.documents import ANYONE, WITH_TOKEN, body, problems
from central.api.errors import UnprocessableError, rule_errors
from central.api.numbers import Number
from central.api.refusals import NotedRoute, note_refusal
from central.api.texts import FileName
from central.cards.answers import (
    CardAnswer,
    CardRequestAnswer,
    CardRequestLine,
    list_card_requests,
    list_cards,
    read_card_request,
    request_line,
)
from central.cards.counter import Counter
from central.cards.drafting import add_document, change_draft, make_draft, submit, withdraw
from central.cards.instruction import accept_request, ask_applicant, queue, reject_request, send_cards
from central.cards.payment import OpenedPayment, open_payment, take_capture
from central.cards.reading import OpenedDocument, open_document, owner_of_request, queue_csv, whose_to_read
from central.core.problems import retry_after
from central.payments.port import ProviderAwayError
from central.payments.signature import LONGEST_NOTIFICATION, notification_in
from central.rules.cards.application import CardDocumentKind
from firmware.domain.errors import FieldError

Applicant = Annotated[Bearer, Depends(needs(Scope.APPLICANT))]
Clerk = Annotated[Bearer, Depends(needs(Scope.CLERK))]
Either = Annotated[Bearer, Depends(needs(Scope.APPLICANT, Scope.CLERK))]
DOWNLOAD = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ONE_LINE = Rate(1 / 3600, 1)
"""Audit lines of an address that sends too many requests: one an hour."""
PROVIDER_AGAIN_S = 10


async def counter_of(connection: HTTPConnection) -> Counter:
    """The counter of the application that answers."""
    counter: Counter = connection.app.state.counter
    return counter


CounterDesk = Annotated[Counter, Depends(counter_of)]


def limit_requests(request: Request, applicant: Applicant, auth: Auth) -> None:
    """A dependency: how often an address makes a request. Raises HTTPException 429."""
    count_new_request(request, auth)


def count_new_request(request: Request, auth: AuthState) -> None:
    """Count a new request of an address. Raises HTTPException 429; the first of an hour leaves a line."""
    address = address_of(request)
    try:
        auth.count_request(("requests", address), auth.limits.requests)
    except HTTPException:
        if not auth.buckets.take(("requests noted", address), ONE_LINE, auth.clock()):
            note_refusal(request, ["request"])
        raise


@contextlib.contextmanager
def provider_errors() -> Iterator[None]:
    """A provider that does not answer becomes 503: nothing was debited by this request, and it can be sent again."""
    try:
        yield
    except ProviderAwayError as error:
        detail = f"{error}: nothing is known to be paid, try again"
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry_after(PROVIDER_AGAIN_S)) from error


routes = APIRouter(prefix="/v1", tags=["counter"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))
notifications = APIRouter(prefix="/v1/payments", tags=["counter"], responses=problems(404, *ANYONE))


@routes.post("/requests", status_code=201, dependencies=[Depends(limit_requests)])
def make(applicant: Applicant, said: CardRequestSaid, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Make a draft."""
    now = auth.clock()
    with rule_errors():
        number = make_draft(desk, applicant.who, said.application, applicant.name, now)
        return read_card_request(desk, number, applicant.who, now)


@routes.get("/requests")
def list_mine(applicant: Applicant, auth: Auth, desk: CounterDesk) -> tuple[CardRequestLine, ...]:
    """The requests of the account."""
    with rule_errors():
        return list_card_requests(desk, applicant.who, auth.clock())


@routes.get("/requests-to-decide")
def list_queue(clerk: Clerk, auth: Auth, desk: CounterDesk) -> tuple[CardRequestLine, ...]:
    """The requests that wait for a clerk, the oldest first."""
    now = auth.clock()
    return tuple(request_line(desk, each, now) for each in queue(desk, now))


@routes.get("/requests-to-decide.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_queue(clerk: Clerk, auth: Auth, desk: CounterDesk) -> Response:
    """The same for a spreadsheet; no name in it is taken for a formula."""
    headers = {"Content-Disposition": 'attachment; filename="demandes.csv"', "X-Content-Type-Options": "nosniff"}
    return Response(queue_csv(desk, auth.clock()), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/cards")
def list_valid(applicant: Applicant, auth: Auth, desk: CounterDesk) -> tuple[CardAnswer, ...]:
    """The cards of the account that have not ended."""
    return list_cards(desk, applicant.who, auth.clock())


@routes.get("/requests/{id}", responses=problems(404))
def read(reader: Either, id: Number, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """A request: the account's own; a clerk reads every one that was submitted."""
    with rule_errors():
        return read_card_request(desk, id, _owner_for(desk, id, reader), auth.clock())


@routes.put("/requests/{id}", responses=problems(404))
def change(applicant: Applicant, id: Number, said: CardRequestSaid, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Change a draft."""
    now = auth.clock()
    with rule_errors():
        change_draft(desk, applicant.who, id, said.application, applicant.name, now)
        return read_card_request(desk, id, applicant.who, now)


@routes.post(
    "/requests/{id}/documents",
    status_code=201,
    responses=problems(404),
    openapi_extra=body("application/octet-stream", "%PDF-1.7 …", {"type": "string", "format": "binary"}),
)
def supply(
    applicant: Applicant,
    id: Number,
    kind: CardDocumentKind,
    name: Annotated[FileName, Query()],
    file: SpooledBody,
    auth: Auth,
    desk: CounterDesk,
) -> CardRequestAnswer:
    """Add a document, a PDF, JPEG or PNG of 10 MiB at most: the body is the file."""
    now = auth.clock()
    with rule_errors():
        add_document(desk, applicant.who, id, kind, name, file, applicant.name, now)
        return read_card_request(desk, id, applicant.who, now)


@routes.get(
    "/requests/{id}/documents/{seq}",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}, **problems(404)},
)
def download(reader: Either, id: Number, seq: Number, auth: Auth, desk: CounterDesk) -> Response:
    """A document, to be saved and not to be shown; that a clerk reads it is noted."""
    with rule_errors():
        found = open_document(desk, id, seq, _owner_for(desk, id, reader), reader.name, auth.clock())
    return StreamingResponse(found.data, media_type="application/octet-stream", headers=download_headers(found))


@routes.post("/requests/{id}/submit", responses=problems(404))
def submit_request(applicant: Applicant, id: Number, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Submit a draft: it is examined from now on."""
    now = auth.clock()
    with rule_errors():
        submit(desk, applicant.who, id, applicant.name, now)
        return read_card_request(desk, id, applicant.who, now)


@routes.post("/requests/{id}/withdraw", responses=problems(404))
def withdraw_request(applicant: Applicant, id: Number, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Withdraw a request that is not paid, a draft too."""
    now = auth.clock()
    with rule_errors():
        withdraw(desk, applicant.who, id, applicant.name, now)
        return read_card_request(desk, id, applicant.who, now)


@routes.post("/requests/{id}/ask", responses=problems(404))
def ask(clerk: Clerk, id: Number, said: CardQuestion, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Ask the applicant for a document."""
    now = auth.clock()
    with rule_errors():
        ask_applicant(desk, id, said.reason, clerk.name, now)
        return read_card_request(desk, id, None, now)


@routes.post("/requests/{id}/decide", responses=problems(404))
def decide(clerk: Clerk, id: Number, said: CardDecision, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Accept a request, whose price then holds, or reject it. Nobody decides a request of their own."""
    now, decision = auth.clock(), accept_request if said.outcome == "accepted" else reject_request
    with rule_errors():
        check_not_own(desk, id, clerk.who)
        decision(desk, id, said.reason, clerk.name, now)
        return read_card_request(desk, id, None, now)


@routes.post("/requests/{id}/pay", responses=problems(404))
def pay(applicant: Applicant, id: Number, auth: Auth, desk: CounterDesk) -> OpenedPayment:
    """Where the request is paid; asked again, what came meanwhile is taken."""
    with rule_errors(), provider_errors():
        return open_payment(desk, applicant.who, id, applicant.name, auth.clock())


@routes.post("/requests/{id}/send", responses=problems(404))
def send(clerk: Clerk, id: Number, auth: Auth, desk: CounterDesk) -> CardRequestAnswer:
    """Say that the cards were sent."""
    now = auth.clock()
    with rule_errors():
        send_cards(desk, id, clerk.name, now)
        return read_card_request(desk, id, None, now)


@notifications.post("/notifications", status_code=204, openapi_extra=body("application/json", {"type": "payment.captured"}))
def notified(request: Request, raw: RawBody, auth: Auth, desk: CounterDesk) -> None:
    """What the payment provider tells, signed by it (Standard Webhooks). The same capture told twice is one."""
    auth.count_request(("notifications", address_of(request)), auth.limits.public)
    now = auth.clock()
    if not desk.secret or len(raw) > LONGEST_NOTIFICATION:
        raise UnprocessableError(FieldError("signature", "no payment provider is configured, or it says too much"))
    with rule_errors():
        take_capture(desk, notification_in(desk.secret, request.headers, raw, now), now)


def _owner_for(desk: Counter, id: int, reader: Bearer) -> str | None:
    return whose_to_read(desk, id, reader.who, clerk=Scope.CLERK in reader.scopes)


def check_not_own(desk: Counter, id: int, clerk: str) -> None:
    """Raises FieldError for a clerk who asked for it in person, LookupError for no request."""
    if owner_of_request(desk, id).strip().casefold() == clerk.strip().casefold():
        raise FieldError("clerk", "asked for it: somebody else decides")


def download_headers(found: OpenedDocument) -> dict[str, str]:
    """The headers of a document: it is saved, and never shown."""
    disposition = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return {**DOWNLOAD, "Content-Disposition": disposition, "Content-Length": str(found.size)}
