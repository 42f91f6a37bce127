"""Routes about notices (FPS): agents propose them, the city sends and ends them, cashiers record what was paid."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import NumberSaid
from central.api.pdf_response import PDF, pdf_response
from central.api.refusals import NotedRoute
from central.api.request_body import RequestBody
from central.api.texts import LineText, PlainText
from central.notices.answers import NoticeAnswer
from central.notices.contradictions import list_proposed_cancellations
from central.notices.issue import NoticeRequest, ProposedNotice, propose_notice
from central.notices.letter_codes import renew_code
from central.notices.letters import print_letter
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, read_notice, take_step
from central.pages.corrective_letter import letter_of
from central.rules.notice_numbers import KEY, LAST_DEVICE, NUMBER
from central.rules.notice_payment_means import NoticePaymentMeans
from central.rules.notices import NoticeEventKind
from firmware.domain.errors import FieldError

NoticeAgent = Annotated[Bearer, Depends(needs(Scope.AGENT))]
NoticeReader = Annotated[Bearer, Depends(needs(Scope.AGENT, Scope.NOTICES, Scope.PAYMENTS))]
Officer = Annotated[Bearer, Depends(needs(Scope.NOTICES))]
Cashier = Annotated[Bearer, Depends(needs(Scope.PAYMENTS))]
NoticeNumber = Annotated[str, Path(pattern=f"^{NUMBER}$")]
AfterNotice = Annotated[str, Query(pattern=f"^({NUMBER})?$")]
Photo = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
CentsSaid = Annotated[int, Field(strict=True, ge=1, le=10_000_00)]


class NoticeProposal(RequestBody):
    """A notice as an agent proposes it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"check": 1, "agent": "A-1234", "device": 7, "photos": ["20260304-0001"]}]},
    )

    check: NumberSaid
    """The number of the control, as its answer told it."""
    agent: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    """The agent's number: that of the token, and nobody else's."""
    device: Annotated[int, Field(strict=True, ge=0, le=LAST_DEVICE)] = 0
    """The number of the agent's device: notices are numbered by it."""
    vehicle: Annotated[str, Field(max_length=40)] | None = None
    """Class, as the tariffs name it. Not said: that of the proposal that waits or, if none does, `car`."""
    make: LineText | None = None
    place: LineText | None = None
    """Street and number."""
    photos: Annotated[list[Photo], Field(max_length=10)] = Field(default_factory=list)
    """References of photos: letters, digits, `-` and `_`. The photos themselves are kept elsewhere."""


class NoticeRefundSaid(RequestBody):
    """Money of a notice that was given back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"cents": 5250, "at": "2026-03-05T10:00:00+01:00", "reference": "TX-1"}]},
    )

    cents: CentsSaid
    at: RequestDateTime
    """When it was paid or given back: what becomes known late counts from then."""
    reference: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,60}$")]
    """Its own: what comes twice under one is one payment."""
    key: Annotated[str, Field(pattern=f"^{KEY}$")] | None = None
    """The payment key, if whoever paid gave it."""


class NoticePaymentSaid(NoticeRefundSaid):
    """A payment of a notice."""

    means: NoticePaymentMeans | None = None
    """By what means, if it is known: a cheque counts towards the whole amount only, never the reduced one."""


class NoticeStepSaid(RequestBody):
    """What became of a notice."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"step": "sent", "at": "2026-03-04T11:00:00+01:00"}]})

    step: Literal["sent", "warned", "enforced", "written off", "withdrawn", "cancelled", "corrected"]
    at: RequestDateTime
    reason: PlainText = ""
    """Of what ends it, of a second notice within a week that is sent all the same, and of what is pursued (warned, enforced)
    although its cancellation is proposed."""


routes = APIRouter(prefix="/v1", tags=["notices"], route_class=NotedRoute, responses=problems(*WITH_TOKEN))


@routes.post("/notices", status_code=201, responses={200: {"model": NoticeAnswer}, 202: {"model": ProposedNotice}})
def propose(agent: NoticeAgent, asked: NoticeProposal, auth: Auth, response: Response) -> NoticeAnswer | ProposedNotice:
    """Propose the notice of a control that was refused.

    201: it is issued. 202: data may still arrive that contradicts it; send the same again from `conclusive_from` on. 200: the
    notice of this control was issued before. 422 names what stands against it: nothing was stored.
    """
    request = NoticeRequest(**{**dict(asked), "photos": tuple(asked.photos)})
    with rule_errors(f"check {asked.check}"):
        _check_own_number(agent, asked.agent)
        found = propose_notice(auth.city, request, agent.name, auth.clock())
    if isinstance(found, ProposedNotice):
        response.status_code = HTTPStatus.ACCEPTED
        return found
    response.status_code = HTTPStatus.CREATED if found.made else HTTPStatus.OK
    return found.notice


@routes.get("/notices/proposed-cancellations")
def read_proposed_cancellations(
    officer: Officer, auth: Auth, after: AfterNotice = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> tuple[NoticeAnswer, ...]:
    """The notices that were sent and that a right, known since, contradicts: each is to be cancelled, or pursued with a reason.

    By number; `after` is the last one read. The list says nothing less than the register: all that were sent are looked at.
    """
    return list_proposed_cancellations(auth.city, after, limit, officer.name, auth.clock())


@routes.get("/notices/{number}", responses=problems(404))
def read(reader: NoticeReader, number: NoticeNumber, auth: Auth) -> NoticeAnswer:
    """A notice as it stands now."""
    with rule_errors():
        return read_notice(auth.city, number, auth.clock())


@routes.get("/notices/{number}/pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_pdf(officer: Officer, number: NoticeNumber, auth: Auth) -> Response:
    """The payment notice as it is sent: four pages A4, in French; by the number of a corrective notice, that one.

    The same notice in the same state gives the same bytes. The letter has the code that opens the notice to its holder, so only
    who sends it reads it, and that is noted.
    """
    with rule_errors():
        return pdf_response(letter_of(print_letter(auth.city, number, officer.name, auth.clock())))


@routes.post("/notices/{number}/letter-code", responses=problems(404))
def make_letter_code(officer: Officer, number: NoticeNumber, auth: Auth) -> NoticeAnswer:
    """Make a new code, for a letter that was lost or stolen or has none; the letter is then to be sent again.

    The code before, or the payment key of a letter without one, opens nothing more. Only the letter tells the code.
    """
    with rule_errors():
        return renew_code(auth.city, number, officer.name, auth.clock())


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
def refund(cashier: Cashier, number: NoticeNumber, said: NoticeRefundSaid, auth: Auth) -> NoticeAnswer:
    """Record that money was given back: what was paid beyond the price, or all of it once the notice is cancelled."""
    with rule_errors():
        given = NoticePayment(**dict(said), kind=NoticeEventKind.REFUNDED)
        return record_payment(auth.city, number, given, cashier.name, auth.clock())


def _check_own_number(agent: Bearer, said: str) -> None:
    """The letter says that this agent was authenticated. Raises FieldError for a number that is not the token's name."""
    if said.casefold() != agent.who.casefold():
        raise FieldError("agent", "is not who this token was issued for: an agent's token bears the agent's number")
