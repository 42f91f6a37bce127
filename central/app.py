"""The city's HTTP application: one router per audience over one register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from central.access.rate_limits import Buckets, Limits
from central.api import (
    auditor,
    enforcement,
    examiner,
    notices,
    operator,
    public,
    public_appeals,
    public_notices,
    station,
    tokens,
)
from central.api.access_log import AccessLog
from central.api.auth import AuthState
from central.api.bodies import BodyLimit
from central.api.described import check_described
from central.api.errors import add_error_handlers
from central.api.static_pages import StaticPage
from central.core.city import City
from central.operations.metrics import new_counters
from hal.version import running_build

DESCRIPTION = """\
Stations hand their journals in and are given what is published for them; agents check plates; operators look after both;
auditors look after everybody. Instants are ISO 8601 with an offset, money is cents, an error is a problem document (RFC 9457).
"""

BY_AUDIENCE = (station, enforcement, notices, examiner, operator, tokens, auditor, public)


def create_app(city: City, clock: Callable[[], datetime], limits: Limits | None = None) -> FastAPI:
    """The application, to serve by itself or to mount under a path. `clock` gives aware dates."""
    app = FastAPIOffline(
        redoc_url=None,  # one page is enough, and that one asks another host for a picture
        swagger_ui_parameters={"validatorUrl": None},  # nobody else is told what is described here
        title="horodateur-central",
        version=running_build().label,
        summary="The city's side of its pay stations",
        description=DESCRIPTION,
        dependencies=[Depends(check_described)],
        redirect_slashes=False,  # where to is made of the request's own Host
    )
    limits = limits or Limits()
    app.state.auth = AuthState(city, clock, limits, Buckets(limits.remembered), new_counters())
    for routes in (*BY_AUDIENCE, public_notices, public_appeals):
        app.include_router(routes.routes)
    app.include_router(public.limited)
    for address, folder in (
        ("/agent", "agent"),
        ("/examiner", "examiner"),
        ("/notices/files", "notice"),
        ("/shared", "shared"),
    ):
        app.mount(address, StaticPage(folder))
    app.add_middleware(BodyLimit)
    app.add_middleware(AccessLog, clock=clock, counters=app.state.auth.counters)
    add_error_handlers(app)
    return app
