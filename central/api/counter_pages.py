"""Pages of the counter: an applicant's requests and cards, drafts, documents, payment. Plain forms; no script is needed."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError

from central.access.sessions import SignedIn
from central.access.tokens import Scope
from central.api.auth import Auth, AuthState
from central.api.card_requests import CounterDesk, count_new_request, download_headers, provider_errors
from central.api.counter_forms import ROWS, application_of_form
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.page_routes import PAGE, FormFields, FormWithFile, PageRoute, go_to, show, signed_in
from central.api.texts import FileName
from central.cards.answers import CardRequestAnswer, list_card_requests, list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import add_document, change_draft, make_draft, submit, withdraw
from central.cards.payment import open_payment
from central.cards.reading import open_document
from central.rules.cards.application import CardDocumentKind
from central.rules.cards.eligibility import CATEGORIES
from central.rules.cards.products import CardEdition
from central.rules.cards.states import CardStatus
from firmware.domain.errors import FieldError

Visitor = Annotated[SignedIn, Depends(signed_in(Scope.APPLICANT))]
ProductSaid = Annotated[str, Query(pattern="^[a-z_]{1,40}$")]
_FILE_NAME: TypeAdapter[str] = TypeAdapter(FileName)

routes = APIRouter(prefix="/counter", tags=["people"], route_class=PageRoute, responses=PAGE)


@routes.get("", response_class=Response)
def read_mine(request: Request, visitor: Visitor, auth: Auth, desk: CounterDesk) -> Response:
    """Requests and cards of the account."""
    now = auth.clock()
    with rule_errors():
        mine, cards = list_card_requests(desk, visitor.shown, now), list_cards(desk, visitor.shown, now)
        return show(request, "counter/mine.html", requests=mine, cards=cards, edition=edition_of(desk, now))


@routes.get("/new", response_class=Response)
def read_form(request: Request, visitor: Visitor, product: ProductSaid, auth: Auth, desk: CounterDesk) -> Response:
    """The form of a new request."""
    now = auth.clock()
    with rule_errors():
        values = form_values(desk, visitor, product, None, now)
        return show(request, "counter/new.html", 200, **values)


@routes.post("/new", response_class=Response)
def make(request: Request, visitor: Visitor, form: FormFields, auth: Auth, desk: CounterDesk) -> Response:
    """Save a new draft."""
    count_new_request(request, auth)
    with rule_errors():
        application = application_of_form(form.get("product", ""), form)
        number = make_draft(desk, visitor.shown, application, visitor.name, auth.clock())
    return go_to(request, f"/counter/{number}")


@routes.get("/{id}", response_class=Response)
def read(request: Request, visitor: Visitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """A request: of a draft its form, else how it stands."""
    now = auth.clock()
    with rule_errors():
        answer = read_card_request(desk, id, visitor.shown, now)
        values = form_values(desk, visitor, answer.product, answer, now)
        return show(request, "counter/request.html", 200, **values)


@routes.post("/{id}", response_class=Response)
def change(request: Request, visitor: Visitor, id: Number, form: FormFields, auth: Auth, desk: CounterDesk) -> Response:
    """Save a draft again."""
    with rule_errors():
        application = application_of_form(form.get("product", ""), form)
        change_draft(desk, visitor.shown, id, application, visitor.name, auth.clock())
    return go_to(request, f"/counter/{id}")


@routes.post("/{id}/documents", response_class=Response)
def supply(request: Request, visitor: Visitor, id: Number, form: FormWithFile, auth: Auth, desk: CounterDesk) -> Response:
    """Add a document."""
    with rule_errors():
        name, kind = _file_name(form.file_name), _kind(form.fields.get("kind", ""))
        add_document(desk, visitor.shown, id, kind, name, io.BytesIO(form.file), visitor.name, auth.clock())
    return go_to(request, f"/counter/{id}")


@routes.get("/{id}/documents/{seq}", response_class=StreamingResponse)
def download(request: Request, visitor: Visitor, id: Number, seq: Number, auth: Auth, desk: CounterDesk) -> Response:
    """A document, to be saved."""
    return saved_document(desk, id, seq, visitor.shown, visitor.name, auth)


@routes.post("/{id}/submit", response_class=Response)
def submit_draft(request: Request, visitor: Visitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """Submit a draft."""
    with rule_errors():
        submit(desk, visitor.shown, id, visitor.name, auth.clock())
    return go_to(request, f"/counter/{id}")


@routes.post("/{id}/withdraw", response_class=Response)
def withdraw_request(request: Request, visitor: Visitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """Withdraw a request that is not paid, or a draft."""
    with rule_errors():
        withdraw(desk, visitor.shown, id, visitor.name, auth.clock())
    return go_to(request, "/counter")


@routes.post("/{id}/pay", response_class=Response)
def pay(request: Request, visitor: Visitor, id: Number, auth: Auth, desk: CounterDesk) -> Response:
    """Open the payment, and lead to the provider's page; back to the request if it is paid."""
    with rule_errors(), provider_errors():
        opened = open_payment(desk, visitor.shown, id, visitor.name, auth.clock())
    return show(request, "counter/pay.html", opened=opened) if opened.page else go_to(request, f"/counter/{id}")


def saved_document(desk: Counter, id: int, seq: int, owner: str | None, by: str, auth: AuthState) -> Response:
    """A document as an answer."""
    with rule_errors():
        found = open_document(desk, id, seq, owner, by, auth.clock())
    return StreamingResponse(found.data, media_type="application/octet-stream", headers=download_headers(found))


def edition_of(desk: Counter, now: datetime) -> CardEdition:
    """What is sold today."""
    return desk.catalogue.on(now.astimezone(desk.city.tariffs.calendar.zone).date())


def form_values(
    desk: Counter, visitor: SignedIn, product: str, answer: CardRequestAnswer | None, now: datetime
) -> dict[str, object]:
    """What the form of a request shows: what it has, or an empty row. Raises FieldError for a product that is not sold."""
    cards = [each for each in list_cards(desk, visitor.shown, now) if each.product == product]
    lines = [each.line for each in answer.lines] if answer else []
    engines = desk.catalogue.engines_on(now.astimezone(desk.city.tariffs.calendar.zone).date())
    return {
        "product": edition_of(desk, now).named(product),
        "answer": answer,
        "applicant": answer.applicant if answer else None,
        "lines": [*lines, *([None] if len(lines) < ROWS else [])],
        "cards": cards,
        "categories": CATEGORIES,
        "engines": engines,
        "kinds": tuple(CardDocumentKind),
        "draft": answer is None or answer.status is CardStatus.DRAFT,
    }


def _file_name(name: str) -> str:
    try:
        return _FILE_NAME.validate_python(name)
    except ValidationError as error:
        raise FieldError("document", "no file was chosen, or its name is no plain one") from error


def _kind(said: str) -> CardDocumentKind:
    try:
        return CardDocumentKind(said)
    except ValueError as error:
        raise FieldError("documents", "which document it is") from error
