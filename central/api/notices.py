"""Routes about notices (FPS): agents propose them, the city sends and ends them, cashiers record what was paid."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.pdf_response import PDF, pdf_response
from central.api.refusals import NotedRoute
from central.api.request_body import RequestBody
from central.api.texts import PlainText
from central.notices.answers import NoticeAnswer
from central.notices.issue import NoticeRequest, ProposedNotice, propose_notice
from central.notices.letters import read_to_print
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, read_notice, take_step
from central.pages.notice_letter import notice_letter
from central.rules.notice_numbers import KEY, LAST_DEVICE, NUMBER
from central.rules.notices import NoticeEventKind

NoticeAgent = Annotated[Bearer, Depends(needs(Scope.AGENT))]
Officer = Annotated[Bearer, Depends(needs(Scope.NOTICES))]
Cashier = Annotated[Bearer, Depends(needs(Scope.PAYMENTS))]
NoticeNumber = Annotated[str, Path(pattern=f"^{NUMBER}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
Photo = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
CentsSaid = Annotated[int, Field(strict=True, ge=1, le=10_000_00)]


class NoticeProposal(RequestBody):
    """A notice as an agent proposes it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"check": 1, "agent": "A-1234", "device": 7, "photos": ["20260304-0001"]}]},
    )

    check: Number
    """The number of the control, as its answer told it."""
    agent: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    """The agent's number."""
    device: Annotated[int, Field(strict=True, ge=0, le=LAST_DEVICE)] = 0
    """The number of the agent's device: notices are numbered by it."""
    vehicle: Annotated[str, Field(max_length=40)] = "car"
    """Class, as the tariffs name it."""
    make: ShortText | None = None
    place: ShortText | None = None
    """Street and number."""
    photos: Annotated[list[Photo], Field(max_length=10)] = Field(default_factory=list)
    """References of photos: letters, digits, `-` and `_`. The photos themselves are kept elsewhere."""


class NoticePaymentSaid(RequestBody):
    """A payment of a notice, or a refund."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"cents": 5250, "at": "2026-03-05T10:00:00+01:00", "reference": "TX-1"}]},
    )

    cents: CentsSaid
    at: RequestDateTime
    """When it was paid: a payment that becomes known late counts from then."""
    reference: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,60}$")]
    """Its own: what comes twice under one is one payment."""
    key: Annotated[str, Field(pattern=f"^{KEY}$")] | None = None
    """The payment key, if whoever paid gave it."""


class NoticeStepSaid(RequestBody):
    """What became of a notice."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"step": "sent", "at": "2026-03-04T11:00:00+01:00"}]})

    step: Literal["sent", "warned", "enforced", "written off", "withdrawn", "cancelled"]
    at: RequestDateTime
    reason: PlainText = ""
    """Of what ends it, and of a second notice within a week that is sent all the same."""


routes = APIRouter(prefix="/v1", tags=["notices"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))


@routes.post("/notices", status_code=201, responses={200: {"model": NoticeAnswer}, 202: {"model": ProposedNotice}})
def propose(agent: NoticeAgent, asked: NoticeProposal, auth: Auth, response: Response) -> NoticeAnswer | ProposedNotice:
    """Propose the notice of a control that was refused.

    201: it is issued. 202: data may still arrive that contradicts it; send the same again from `conclusive_from` on. 200: the
    notice of this control was issued before. 422 names what stands against it: nothing was stored.
    """
    request = NoticeRequest(**{**dict(asked), "photos": tuple(asked.photos)})
    with rule_errors(f"check {asked.check}"):
        found = propose_notice(auth.city, request, agent.name, auth.clock())
    if isinstance(found, ProposedNotice):
        response.status_code = HTTPStatus.ACCEPTED
        return found
    response.status_code = HTTPStatus.CREATED if found.made else HTTPStatus.OK
    return found.notice


@routes.get("/notices/{number}", responses=problems(404))
def read(agent: NoticeAgent, number: NoticeNumber, auth: Auth) -> NoticeAnswer:
    """A notice as it stands now."""
    with rule_errors():
        return read_notice(auth.city, number, auth.clock())


@routes.get("/notices/{number}/pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_pdf(agent: NoticeAgent, number: NoticeNumber, auth: Auth) -> Response:
    """The payment notice as it is sent: four pages A4, in French. The same notice in the same state gives the same bytes."""
    with rule_errors():
        return pdf_response(notice_letter(read_to_print(auth.city, number, auth.clock())))


@routes.post("/notices/{number}/steps", responses=problems(404))
def step(officer: Officer, number: NoticeNumber, said: NoticeStepSaid, auth: Auth) -> NoticeAnswer:
    """Send a notice, withdraw it before that or cancel it after, warn of its increase, enforce it, write it off.

    A second notice within a week, on a plate that the register holds something for, is sent only with a `reason`.
    """
    taken = NoticeStep(NoticeEventKind(said.step), said.at, said.reason)
    with rule_errors():
        return take_step(auth.city, number, taken, officer.name, auth.clock())


@routes.post("/notices/{number}/payments", responses=problems(404))
def pay(cashier: Cashier, number: NoticeNumber, said: NoticePaymentSaid, auth: Auth) -> NoticeAnswer:
    """Record a payment. The same one again changes nothing; late, short or too much, the answer says what it settled."""
    with rule_errors():
        return record_payment(auth.city, number, NoticePayment(**dict(said)), cashier.name, auth.clock())


@routes.post("/notices/{number}/refunds", responses=problems(404))
def refund(cashier: Cashier, number: NoticeNumber, said: NoticePaymentSaid, auth: Auth) -> NoticeAnswer:
    """Record that money was given back: what was paid beyond the price, or all of it once the notice is cancelled."""
    with rule_errors():
        given = NoticePayment(**dict(said), kind=NoticeEventKind.REFUNDED)
        return record_payment(auth.city, number, given, cashier.name, auth.clock())
