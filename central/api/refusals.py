"""Audit lines of refusals: on routes of this class whatever is refused leaves one, and nothing else.

One mechanism for all that can refuse: a member that is no text or no number, a rule, a number that is not there. A request
whose holder is not proven leaves a line in the access log only (central/api/access_log.py): strangers do not fill the audit
trail. On the public routes of notices they are `the public`, and held back (`limit_notices`): a guess at a notice leaves one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from central.api.auth import AuthState
from central.api.description import member_names
from central.api.errors import UnprocessableError, wrong_fields
from central.core import audit

_SUBJECT, _NAME = re.compile(r"[0-9]{1,26}", re.ASCII), re.compile(r"[^\W\d]\w*")

NOTED: Mapping[int, list[str]] = {HTTPStatus.NOT_FOUND: ["number"], HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ["body"]}
"""What was wrong, by status."""


class NotedRoute(APIRoute):
    """A route whose refusals are noted: 404, 413 and 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with that around it."""
        handler = super().get_route_handler()

        async def noting(request: Request) -> Response:
            return await noted(request, handler(request))

        return noting


async def noted(request: Request, answer: Awaitable[Response]) -> Response:
    """An answer; if it is a refusal, which is raised, that is noted."""
    try:
        return await answer
    except (RequestValidationError, UnprocessableError, HTTPException) as error:
        if fields := _refused_fields(error):
            await run_in_threadpool(note_refusal, request, fields, getattr(error, "subject", ""))
        raise


def note_refusal(request: Request, fields: Iterable[str], subject: str = "") -> None:
    """Add the line; `fields`: what was wrong. Of what was sent only a number stands in it, and names that the API has."""
    who = getattr(request.state, "bearer", None)
    if who is None:
        return
    auth: AuthState = request.app.state.auth
    route, known = request.scope["route"].path, member_names(request.app)
    named = subject or next((value for value in map(str, request.path_params.values()) if _SUBJECT.fullmatch(value)), "")
    wrong = " ".join(field if known.issuperset(_NAME.findall(field)) else "?" for field in fields)
    with auth.city.store.begin() as connection:
        detail = {"field": wrong, "route": f"{request.method} {route}"}
        audit.note(connection, auth.clock(), who, "request refused", named, **detail)


def _refused_fields(error: RequestValidationError | UnprocessableError | HTTPException) -> list[str]:
    if isinstance(error, HTTPException):
        return NOTED.get(error.status_code, [])
    return [each.field or "body" for each in wrong_fields(error)]
