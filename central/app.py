"""The city's API: one router per audience over one store. Every error is a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from central.api import enforcement, quotes, station
from central.problems import MEDIA_TYPE, Problem, Wrong, unprocessable
from firmware.tariff import Tariffs


def create_app(store: Engine, clock: Callable[[], datetime], tariffs: Tariffs) -> FastAPI:
    """The application, to serve by itself or to mount under a path. `clock` gives aware dates."""
    app = FastAPI(title="horodateur-central", summary="The city's side of its pay stations")
    app.include_router(station.router(store, clock))
    app.include_router(enforcement.router(store, clock))
    app.include_router(quotes.router(tariffs))

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether the city can take entries and answer checks."""
        with store.begin() as connection:
            connection.execute(text("SELECT 1"))
        return {"status": "ok"}

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        wrong = [Wrong(_field(each["loc"]), str(each["msg"]).removeprefix("Value error, ")) for each in error.errors()]
        return _response(unprocessable(wrong))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        return _response(Problem(error.status_code, str(error.detail)), error.headers)

    @app.exception_handler(OperationalError)
    async def database_away(_: Request, error: OperationalError) -> Response:
        return _response(
            Problem(HTTPStatus.SERVICE_UNAVAILABLE, f"the database does not answer, nothing was stored: {error.orig}")
        )

    return app


def _field(location: Sequence[str | int]) -> str:
    """`("body", "entries", 3)` -> `entries[3]`; a place in a text that is no JSON has no field."""
    names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location[1:]]
    return "".join(names).removeprefix(".") if names and names[0].startswith(".") else ""


def _response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(problem.body, problem.status, headers=headers, media_type=MEDIA_TYPE)
