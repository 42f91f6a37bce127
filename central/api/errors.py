"""Every error leaves as a problem document (RFC 9457), and none of them says what a person or a machine had sent in."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from central.core.logs import SERVER, tell
from central.core.problems import MEDIA_TYPE, InvalidField, Problem, unprocessable
from central.enforcement.checks import CheckQuestionError
from central.register.holdings import RowError
from central.register.holdings_csv import CsvError
from central.register.publications import PublicationError

AGAIN_S = "5"
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""The database is gone, full, locked, or has no connection left."""
NAMED = re.compile(r"([a-z_]+): (.+)", re.DOTALL)
"""How the other rules say which member is wrong."""


class UnprocessableError(Exception):
    """What was asked cannot be done as it was asked. The fault is the asker's."""

    def __init__(self, wrong: InvalidField) -> None:
        super().__init__(wrong.reason)
        self.wrong = wrong


@contextlib.contextmanager
def explained(field: str = "") -> Iterator[None]:
    """What a rule refuses with a ValueError becomes 422, what it does not find 404. `field`: the member, if it names none."""
    try:
        yield
    except ValueError as error:
        raise UnprocessableError(wrong_of(error, field)) from error
    except LookupError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error.args[0]) if error.args else "there is none") from error


def wrong_of(error: ValueError, field: str = "") -> InvalidField:
    """The member a rule complains of, and its reason."""
    match error:
        case CsvError():
            return InvalidField(f"line {error.line}{error.column and ', ' + error.column}", error.reason)
        case RowError() | CheckQuestionError() | PublicationError():
            return InvalidField(error.field, error.reason)
    named = NAMED.fullmatch(str(error))
    return InvalidField(named[1], named[2]) if named else InvalidField(field, str(error))


def explain_errors(app: FastAPI) -> None:
    """Answer every error of this application with a problem document."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(UnprocessableError, _unprocessable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)
    for error in AWAY:
        app.add_exception_handler(error, _database_away)


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _response(unprocessable([InvalidField(_field(each["loc"]), _reason(each["msg"])) for each in error.errors()]))


async def _unprocessable(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnprocessableError)
    return _response(unprocessable([error.wrong]))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _response(Problem(error.status_code, str(error.detail)), error.headers)


async def _database_away(_: Request, error: Exception) -> Response:
    """Whatever was asked was rolled back. What the database said may name hosts and rows: only its kind is told, to the log."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    tell(SERVER, "database away", error=type(origin or error).__name__, state=getattr(origin, "sqlstate", None))
    detail = "the database does not answer: nothing was stored, try again"
    return _response(Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail), {"Retry-After": AGAIN_S})


async def _broken(_: Request, __: Exception) -> Response:
    return _response(
        Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "this should not have happened; the log of the server says where")
    )


def _field(location: Sequence[str | int]) -> str:
    """`("body", "entries", 3)` -> `entries[3]`; a place in a text that is no JSON has no field."""
    names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location[1:]]
    return "".join(names).removeprefix(".") if names and names[0].startswith(".") else ""


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def _response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(problem.body, problem.status, headers=headers, media_type=MEDIA_TYPE)
