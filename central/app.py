"""The city's API: one router per audience over one register. The rules are plain functions; here they only get an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from central.access.rate_limits import Buckets, Limits
from central.api import auditor, enforcement, operator, people, public, station
from central.api.access_log import Traffic
from central.api.auth import AuthState
from central.api.bodies import Bodies
from central.api.errors import explain_errors
from central.core.city import City
from central.operations.metrics import counted
from hal.version import running_build

DESCRIPTION = """\
Stations hand their journals in and are given what is published for them; agents check plates; operators look after both;
auditors look after everybody. Instants are ISO 8601 with an offset, money is cents, an error is a problem document (RFC 9457).
"""


def create_app(city: City, clock: Callable[[], datetime], limits: Limits | None = None) -> FastAPI:
    """The application, to serve by itself or to mount under a path. `clock` gives aware dates."""
    app = FastAPI(
        title="horodateur-central",
        version=running_build().label,
        summary="The city's side of its pay stations",
        description=DESCRIPTION,
    )
    limits = limits or Limits()
    app.state.gate = AuthState(city, clock, limits, Buckets(limits.remembered), counted())
    for routes in (station, enforcement, operator, people, auditor, public):
        app.include_router(routes.routes)
    app.include_router(public.limited)
    app.add_middleware(Bodies)
    app.add_middleware(Traffic, clock=clock, counted=app.state.gate.counted)
    explain_errors(app)
    return app
