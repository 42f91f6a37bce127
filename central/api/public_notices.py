"""Public routes about notices: number and plate tell state, dates and amounts; the code on the letter opens the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from central.api.auth import Auth, AuthState, counted_guess, limit_notices
from central.api.documents import ANYONE, problems
from central.api.errors import UnprocessableError, rule_errors
from central.api.page_routes import HTML, wait_text
from central.api.pdf_response import PDF, pdf_response
from central.api.refusals import NotedRoute, note_refusal
from central.appeals.public import UNKNOWN, PublicDetails, PublicStatus, find_public_appeal, find_public_status
from central.notices.letters import find_to_print
from central.pages.appeal_section import appeal_section
from central.pages.corrective_letter import letter_of
from central.pages.notice_page import TOO_MANY, UNKNOWN_NOTICE, form_page, notice_page, status_page
from central.rules.notice_numbers import NUMBER
from hal.time_zone import PARIS

PublicNumber = Annotated[str, Path(pattern=f"^{NUMBER}$")]
Plate = Annotated[str, Query(min_length=1, max_length=40)]
CodeSaid = Annotated[str, Query(min_length=1, max_length=40)]
"""The code on the letter; of a letter that has none, its payment key."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class NoticePageRoute(NotedRoute):
    """The route of the page for people: they read in French why they are not answered, and not a problem document."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with that around it."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except (RequestValidationError, UnprocessableError):
                return _page(form_page(UNKNOWN_NOTICE), HTTPStatus.UNPROCESSABLE_ENTITY)
            except HTTPException as error:
                if error.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                    raise
                return _page(form_page(TOO_MANY.format(wait=wait_text(error.headers))), error.status_code, error.headers or {})

        return answer


routes = APIRouter(tags=["public"], route_class=NotedRoute, dependencies=[Depends(limit_notices)], responses=problems(*ANYONE))
pages = APIRouter(route_class=NoticePageRoute)
REFUSED_PAGE = {"description": "The form, and why", **HTML}


@routes.get("/v1/public/notices/{number}", responses=problems(404))
def read_public(
    number: Annotated[str, Path(pattern=f"^{NUMBER}$")],
    plate: Plate,
    auth: Auth,
    request: Request,
    code: CodeSaid | None = None,
) -> PublicDetails | PublicStatus:
    """A notice, by its number and the plate; 404 for whichever is wrong, and which of them is not told.

    Without the code nothing personal: state, dates, amounts, history and the state of the appeal.
    """
    with rule_errors(), counted_guess(request, auth, number if code else ""):
        return find_public_status(auth.city, number, plate, code, auth.clock())


@routes.get("/v1/public/notices/{number}/pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_public_pdf(number: PublicNumber, plate: Plate, code: CodeSaid, auth: Auth, request: Request) -> Response:
    """The payment notice, or a corrective one, by its number, the plate and its code; 404 for whichever is wrong."""
    with rule_errors(), counted_guess(request, auth, number):
        found = find_to_print(auth.city, number, plate, code, auth.clock())
        if found is None:
            raise LookupError(UNKNOWN)
    return pdf_response(letter_of(found))


@pages.get("/notices", response_class=Response, responses={200: HTML, 422: REFUSED_PAGE, 429: REFUSED_PAGE})
def read_page(
    request: Request,
    auth: Auth,
    number: Annotated[str, Query(max_length=40)] = "",
    plate: Annotated[str, Query(max_length=40)] = "",
    code: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The page for people: a form, and the notice that was asked for, with all of it once the code is given."""
    digits, said = "".join(number.split()), code.strip()
    if not (digits or plate):
        return _page(form_page())
    asked_for = digits if re.fullmatch(NUMBER, digits) else "0" * 26
    try:
        with counted_guess(request, auth, asked_for if said else ""):
            return _page(_page_of(auth, asked_for, plate, said))
    except LookupError:
        note_refusal(request, ["code" if said else "number"], asked_for)
        return _page(form_page(UNKNOWN_NOTICE))


def _page_of(auth: AuthState, number: str, plate: str, code: str) -> str:
    now = auth.clock()
    found = find_public_status(auth.city, number, plate, code or None, now)
    if isinstance(found, PublicStatus):
        return status_page(found, plate)
    appeal = find_public_appeal(auth.city, number, plate, code, now)
    return notice_page(found, code, appeal_section(found, code, appeal, now.astimezone(PARIS).date()))


def _page(html: str, status: int = HTTPStatus.OK, more: Mapping[str, str] = MappingProxyType({})) -> Response:
    return Response(html, status, media_type="text/html; charset=utf-8", headers={**HEADERS, **more})


routes.include_router(pages)
