"""Public routes about notices: whoever has the number and the plate reads state, dates, amounts and history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from central.api.auth import Auth, limit_notices
from central.api.documents import ANYONE, problems
from central.api.pdf_response import PDF, pdf_response
from central.api.refusals import NotedRoute, note_refusal
from central.appeals.public import find_public_appeal
from central.notices.answers import PublicNotice
from central.notices.letters import find_to_print
from central.notices.public import find_public_notice
from central.pages.appeal_section import appeal_section
from central.pages.notice_letter import notice_letter
from central.pages.notice_page import form_page, notice_page
from central.rules.notice_numbers import KEY, NUMBER
from hal.time_zone import PARIS

Plate = Annotated[str, Query(min_length=1, max_length=40)]
KeySaid = Annotated[str, Query(pattern=f"^{KEY}$")]
UNKNOWN = "no notice has this number, plate and key"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

routes = APIRouter(tags=["public"], route_class=NotedRoute, dependencies=[Depends(limit_notices)], responses=problems(*ANYONE))


@routes.get("/v1/public/notices/{number}", responses=problems(404))
def read_public(
    number: Annotated[str, Path(pattern=f"^{NUMBER}$")], plate: Plate, auth: Auth, key: KeySaid | None = None
) -> PublicNotice:
    """A notice, by its number and the plate; 404 for whichever is wrong, and which of them is not told."""
    found = find_public_notice(auth.city, number, plate, key, auth.clock())
    if found is None:
        raise HTTPException(404, UNKNOWN)
    return found


@routes.get("/v1/public/notices/{number}/pdf", response_class=Response, responses={**PDF, **problems(404)})
def read_public_pdf(number: Annotated[str, Path(pattern=f"^{NUMBER}$")], plate: Plate, key: KeySaid, auth: Auth) -> Response:
    """The payment notice as it was sent, by its number, the plate and the key; 404 for whichever is wrong."""
    found = find_to_print(auth.city, number, plate, key, auth.clock())
    if found is None:
        raise HTTPException(404, UNKNOWN)
    return pdf_response(notice_letter(found))


@routes.get("/notices", response_class=Response, responses={200: {"content": {"text/html": {}}}})
def read_page(
    request: Request,
    auth: Auth,
    number: Annotated[str, Query(max_length=40)] = "",
    plate: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The page for people: a form, and the notice that was asked for."""
    digits = "".join(number.split())
    if not (digits or plate):
        return _page(form_page())
    known = len(digits) == 26 and digits.isascii() and digits.isdecimal()
    now, asked_for = auth.clock(), digits if known else "0" * 26
    found = find_public_notice(auth.city, asked_for, plate, None, now)
    if found is None:
        note_refusal(request, ["number"], asked_for)
        return _page(form_page(wrong=True))
    appeal = find_public_appeal(auth.city, found.number, plate, None, now)
    return _page(notice_page(found, appeal_section(found, appeal, now.astimezone(PARIS).date())))


def _page(html: str) -> Response:
    return Response(html, media_type="text/html; charset=utf-8", headers=HEADERS)
