"""Routes for operators: where events are sent, what could not be delivered."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import HTTPConnection

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import Number
from central.api.refusals import NotedRoute
from central.api.request_body import RequestBody, each_once
from central.api.webhook_sender import check_url
from central.core.outbox import WebhookKind
from central.operations import webhooks
from central.rules.webhooks import SECRET_BYTES, IpNetwork, secret_of

WebhookKeeper = Annotated[Bearer, Depends(needs(Scope.WEBHOOKS))]
WebhookId = Annotated[Number, Path()]


class WebhookSaid(RequestBody):
    """Where events are to be sent."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://partner.example/hooks", "kinds": ["notice.issued"]}]},
    )

    url: Annotated[str, Field(max_length=500)]
    """`https://` and a public address, unless the city's configuration allows others."""
    kinds: Annotated[frozenset[WebhookKind], Field(min_length=1), BeforeValidator(each_once)]
    """Which events."""


class MadeWebhook(BaseModel):
    """A webhook that was made."""

    id: int
    secret: str
    """What each message is signed with: shown this once."""


async def allowed_networks(connection: HTTPConnection) -> tuple[IpNetwork, ...]:
    """The networks beside the public internet that webhooks may lead to."""
    allowed: tuple[IpNetwork, ...] = connection.app.state.webhook_networks
    return allowed


Allowed = Annotated[tuple[IpNetwork, ...], Depends(allowed_networks)]
routes = APIRouter(prefix="/v1/webhooks", tags=["operator"], responses=problems(*WITH_TOKEN), route_class=NotedRoute)


@routes.get("")
def read_webhooks(operator: WebhookKeeper, auth: Auth) -> tuple[webhooks.Webhook, ...]:
    """Every webhook there has been, without its secret."""
    return webhooks.list_webhooks(auth.city.store)


@routes.post("", status_code=HTTPStatus.CREATED)
def make_webhook(operator: WebhookKeeper, asked: WebhookSaid, auth: Auth, allowed: Allowed, response: Response) -> MadeWebhook:
    """Send events there from now on, signed in the Standard Webhooks form. No plate is in them."""
    with rule_errors():
        check_url(asked.url, allowed)
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    made = webhooks.make_webhook(auth.city.store, asked.url, asked.kinds, secret, operator.name, auth.clock())
    response.headers["Cache-Control"] = "no-store"
    return MadeWebhook(id=made, secret=secret)


@routes.delete("/{id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def end_webhook(operator: WebhookKeeper, id: WebhookId, auth: Auth) -> None:
    """Send nothing more there; a second time changes nothing."""
    with rule_errors():
        webhooks.end_webhook(auth.city.store, id, operator.name, auth.clock())


@routes.get("/deliveries/dead")
def read_dead(
    operator: WebhookKeeper,
    auth: Auth,
    after: Annotated[Number, Query()] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> tuple[webhooks.WebhookDelivery, ...]:
    """Messages that were given up after ten attempts, oldest first, with what the last one was answered."""
    return webhooks.list_dead(auth.city.store, after, limit)


@routes.post("/deliveries/{id}/retry", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def retry_dead(operator: WebhookKeeper, id: WebhookId, auth: Auth) -> None:
    """Begin anew with one that was given up."""
    with rule_errors():
        webhooks.retry_dead(auth.city.store, id, operator.name, auth.clock())
