"""HTTP error handlers: every error leaves as a problem document (RFC 9457), without what a person or a machine had sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from central.api.description import methods_of
from central.core.logs import SERVER, log
from central.core.problems import MEDIA_TYPE, ConflictError, Problem, SeveralFieldsError, retry_after, unprocessable
from firmware.domain.errors import FieldError, FileError

AGAIN_S = 5
"""Seconds until a database that is away is worth another try."""
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""The database is gone, full, locked, or has no connection left."""


class UnprocessableError(Exception):
    """A rule refused a request: 422. Its cause is the rule's own error."""

    def __init__(self, error: FieldError, subject: str = "") -> None:
        """`subject`: what it was about, if the path does not say so."""
        super().__init__(error.reason)
        self.error = error
        self.subject = subject


@contextlib.contextmanager
def rule_errors(subject: str = "") -> Iterator[None]:
    """Around a call to a rule: its FieldError and FileError become 422 (409 if it is a ConflictError), its LookupError 404.

    See central/core/errors.py.
    """
    try:
        yield
    except FieldError as error:
        raise UnprocessableError(error, subject) from error
    except FileError as error:
        raise UnprocessableError(FieldError(error.place, error.reason), subject) from error
    except LookupError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error.args[0]) if error.args else "not found") from error


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of this application with a problem document."""
    app.add_exception_handler(RequestValidationError, _unprocessable)
    app.add_exception_handler(UnprocessableError, _unprocessable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _internal_error)
    for error in AWAY:
        app.add_exception_handler(error, _database_away)


def wrong_fields(error: RequestValidationError | UnprocessableError) -> tuple[FieldError, ...]:
    """Each member that was refused, and why."""
    if isinstance(error, RequestValidationError):
        return tuple(FieldError(_field(each), _reason(each)) for each in error.errors())
    return error.error.errors if isinstance(error.error, SeveralFieldsError) else (error.error,)


async def _unprocessable(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | UnprocessableError)
    problem = unprocessable(*wrong_fields(error))
    conflict = isinstance(error, UnprocessableError) and isinstance(error.error, ConflictError)
    return _response(replace(problem, status=HTTPStatus.CONFLICT) if conflict else problem)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _method_not_allowed(request, error)
    return _response(Problem(error.status_code, str(error.detail)), error.headers)


def _method_not_allowed(request: Request, error: HTTPException) -> Response:
    """Each method of a path has a route of its own, and the first of them knows its own method only: all are named."""
    path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
    methods = ", ".join(methods_of(request.app, path)) or (error.headers or {}).get("Allow", "")
    return _response(
        Problem(error.status_code, f"{request.method} is not among the methods here: {methods}"), {"Allow": methods}
    )


async def _database_away(_: Request, error: Exception) -> Response:
    """Whatever was asked was rolled back. What the database said may name hosts and rows: only its kind is told, to the log."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    log(SERVER, "database away", error=type(origin or error).__name__, state=getattr(origin, "sqlstate", None))
    detail = "database unavailable: nothing was stored, retry later"
    return _response(Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail), retry_after(AGAIN_S))


async def _internal_error(_: Request, __: Exception) -> Response:
    return _response(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error; see the server log"))


def _field(error: Mapping[str, Any]) -> str:
    """`("body", "entries", 3)` -> `entries[3]`; of a whole body or element what our own rule names; of no JSON nothing."""
    names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"][1:]]
    match error.get("ctx"):
        case {"error": FieldError() as ours} if not names or names[-1].startswith("["):
            return f"{''.join(names)}.{ours.field}".strip(".")
    return "".join(names).removeprefix(".") if names and names[0].startswith(".") else ""


def _reason(error: Mapping[str, Any]) -> str:
    """Why a member is wrong: in the words of our own rule if it was one that refused, else in pydantic's."""
    match error.get("ctx"):
        case {"error": FieldError() as ours}:
            return ours.reason
        case {"error": ValueError() as ours}:
            return str(ours)
    return str(error["msg"])


def _response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(problem.body, problem.status, headers=headers, media_type=MEDIA_TYPE)
