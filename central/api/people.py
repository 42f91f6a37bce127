"""For operators: who holds which token. A secret is told once, to whoever asked for it, and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from central.access import tokens
from central.access.tokens import LONGEST_LIFE, LONGEST_NAME, Bearer, Scope
from central.api.auth import Auth, needs
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import explained

Operator = Annotated[Bearer, Depends(needs(Scope.TOKENS))]


class TokenRequest(BaseModel):
    """A token to issue."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"who": "Agent 1234", "scopes": ["check"], "days": 90}]}
    )

    who: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    """Who will hold it."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    """What it is good for: nothing that the token which asks is not good for itself."""
    days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_LIFE.days)] = 90
    """How long."""


class Issued(BaseModel):
    """A new token."""

    token: str
    """The secret: shown this once."""


routes = APIRouter(prefix="/v1/tokens", tags=["operator"], responses=problems(*WITH_TOKEN))


@routes.get("")
def read_tokens(operator: Operator, gate: Auth) -> tuple[tokens.Token, ...]:
    """Every token there has been, oldest first, without its secret."""
    return tokens.tokens(gate.city.store)


@routes.post("", status_code=HTTPStatus.CREATED)
def issue(operator: Operator, asked: TokenRequest, gate: Auth, response: Response) -> Issued:
    """Issue a token. Nobody can give what he has not got."""
    if missing := asked.scopes - operator.scopes:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, f"this token is not good for {', '.join(sorted(missing))}, so it cannot give it"
        )
    response.headers["Cache-Control"] = "no-store"
    lifetime = timedelta(days=asked.days)
    with explained():
        return Issued(token=tokens.issue(gate.city.store, asked.who, asked.scopes, lifetime, operator.name, gate.clock()))


@routes.delete("/{id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def revoke(operator: Operator, id: str, gate: Auth) -> None:
    """Good for nothing from now on; a second time changes nothing."""
    with explained():
        tokens.revoke_token(gate.city.store, id, operator.name, gate.clock())
