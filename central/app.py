"""The city's HTTP application: one router per audience over one register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from central.access.rate_limits import Buckets, Limits
from central.access.sign_in_ways import SignInWays
from central.api import (
    access_pages,
    auditor,
    card_requests,
    clerk_pages,
    counter_pages,
    enforcement,
    examiner,
    feeds,
    fleet_pages,
    notices,
    oidc,
    operator,
    public,
    public_appeals,
    public_notices,
    public_stations,
    refund_pages,
    revenue_pages,
    sectors,
    sellers,
    sign_in,
    single_rights,
    station,
    tokens,
    webhooks,
)
from central.api.access_log import AccessLog
from central.api.agent_page import AgentPage
from central.api.auth import AuthState
from central.api.bodies import BodyLimit
from central.api.described import check_described
from central.api.errors import add_error_handlers
from central.api.head_requests import HeadRequests
from central.api.plain_checks import PlainChecks, RaisedAgain
from central.api.static_pages import StaticPage
from central.cards.counter import Counter
from central.core.city import City
from central.operations.metrics import new_counters
from central.rules.webhooks import IpNetwork
from hal.version import running_build

DESCRIPTION = """\
Stations hand their journals in and are given what is published for them; agents check plates; operators look after both;
auditors look after everybody. Instants are ISO 8601 with an offset, money is cents, an error is a problem document (RFC 9457).
"""

BY_AUDIENCE = (
    *(station, enforcement, notices, examiner, card_requests, operator, single_rights, sectors, sellers, tokens, auditor),
    *(feeds, webhooks, public),
)
PAGES = (sign_in, oidc, counter_pages, clerk_pages, fleet_pages, revenue_pages, refund_pages, access_pages)
FILES: Mapping[str, str] = {
    "/examiner": "examiner",
    "/notices/files": "notice",
    "/shared": "shared",
    "/site": "assets",
}
"""Address -> folder of central/pages whose files are served there."""


@cache
def described() -> dict[str, Any]:
    """What an application says of itself. Nothing in it is of its city, and to find it out takes a second: it is done once."""
    return _bare().openapi()


def create_app(
    city: City,
    clock: Callable[[], datetime],
    limits: Limits | None = None,
    ways: SignInWays | None = None,
    counter: Counter | None = None,
    webhook_networks: tuple[IpNetwork, ...] = (),
) -> FastAPI:
    """The application, to serve by itself or to mount under a path. `clock` gives aware dates; `ways`: to sign in.

    `counter`: where documents are kept and who takes payments; without one, none are taken. `webhook_networks`: where webhooks
    may lead beside the public internet.
    """
    app = FastAPI(routes=_bare().routes, openapi_url=None, redirect_slashes=False)  # a redirect is made of the request's Host
    limits = limits or Limits()
    app.state.auth = AuthState(city, clock, limits, Buckets(limits.remembered), new_counters(), ways or SignInWays())
    app.state.described = described
    app.state.counter = counter or Counter(city)
    app.state.webhook_networks = webhook_networks
    app.router.middleware_stack = RaisedAgain(app.router.middleware_stack)  # error handlers stand around it
    app.add_middleware(HeadRequests)
    app.add_middleware(BodyLimit)
    app.add_middleware(PlainChecks, auth=app.state.auth)
    app.add_middleware(AccessLog, clock=clock, counters=app.state.auth.counters)
    add_error_handlers(app)
    return app


@cache
def _bare() -> FastAPI:
    """With its routes, of nobody: every city has these. Made ready at their first request, which takes half a second."""
    app = FastAPIOffline(
        redoc_url=None,  # one page is enough, and that one asks another host for a picture
        swagger_ui_parameters={"validatorUrl": None},  # nobody else is told what is described here
        title="horodateur-central",
        version=running_build().label,
        summary="The city's side of its pay stations",
        description=DESCRIPTION,
        dependencies=[Depends(check_described)],
    )
    _add_routes(app)
    return app


def _add_routes(app: FastAPI) -> None:
    for routes in (*BY_AUDIENCE, public_notices, public_appeals, public_stations, *PAGES):
        app.include_router(routes.routes)
    for limited in (card_requests.notifications, public.limited, sectors.public, feeds.public):
        app.include_router(limited)
    app.mount("/agent", AgentPage())
    for address, folder in FILES.items():
        app.mount(address, StaticPage(folder))
