"""Public routes about appeals: whoever has the number, the plate and the code files one and reads how it stands."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.exceptions import HTTPException

from central.api.appeal_bodies import PublicAppealSaid, PublicDocumentsSaid
from central.api.auth import Auth, counted_guess, limit_notices
from central.api.documents import ANYONE, problems
from central.api.errors import rule_errors
from central.api.public_notices import CodeSaid, Plate
from central.api.refusals import NotedRoute
from central.appeals.answers import PublicAppeal, public_appeal
from central.appeals.public import file_public_appeal, find_public_appeal, supply_public_documents
from central.rules.notice_numbers import NUMBER

Contested = Annotated[str, Path(pattern=f"^{NUMBER}$")]

routes = APIRouter(
    prefix="/v1/public/notices/{number}",
    tags=["public"],
    route_class=NotedRoute,
    dependencies=[Depends(limit_notices)],
    responses=problems(404, *ANYONE),
)


@routes.post("/appeals", status_code=201, responses={200: {"model": PublicAppeal}})
def file(number: Contested, said: PublicAppealSaid, auth: Auth, request: Request, response: Response) -> PublicAppeal:
    """File the appeal of a notice, within its month. 200: this very appeal was filed before."""
    now = auth.clock()
    with rule_errors(), counted_guess(request, auth, number):
        found = file_public_appeal(auth.city, number, said.plate, said.code, said.filing(now), now)
    response.status_code = HTTPStatus.CREATED if found.made else HTTPStatus.OK
    return public_appeal(found.appeal)


@routes.get("/appeals")
def read(number: Contested, plate: Plate, code: CodeSaid, auth: Auth, request: Request) -> PublicAppeal:
    """The appeal of a notice: its state, its deadlines, what was decided and why."""
    with rule_errors(), counted_guess(request, auth, number):
        found = find_public_appeal(auth.city, number, plate, code, auth.clock())
    if found is None:
        raise HTTPException(404, "no appeal was filed against this notice")
    return found


@routes.post("/appeals/documents")
def supply(number: Contested, said: PublicDocumentsSaid, auth: Auth, request: Request) -> PublicAppeal:
    """List documents that were asked for."""
    now = auth.clock()
    with rule_errors(), counted_guess(request, auth, number):
        return supply_public_documents(auth.city, number, said.plate, said.code, said.listed(now), now)
